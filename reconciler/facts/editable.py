"""Which fields of a custom alert policy the cmdlets ask for when it is made, and which they can't change afterwards."""

from typing import Final

# The cmdlet that changes a policy has no parameter for these (EXO-DOC, Microsoft365DSC).
CREATE_ONLY: Final = ("threat_type",)
# What New-ProtectionAlert demands beside a name and recipients (EXO-DOC).
NEEDED_TO_CREATE: Final = ("category", "threat_type")
