"""How long a write may take to be visible in the service, and what takes longer than that."""

from datetime import timedelta
from typing import Final

# No document gives a time for the list of policies; go-msadmin polls for 40 seconds, so an hour is generous.
ALERT_POLICY: Final = timedelta(hours=1)
# The service warns of 60 minutes; one user read the old value for almost two hours (AUD-DOC, microsoft-365-docs#7669).
AUDIT_LOG: Final = timedelta(hours=2)
# Usually within one hour, 24 hours at most (RU-DOC).
RESTRICTED_SENDER: Final = timedelta(hours=24)

# AP-DOC
ALERT_POLICY_EFFECT: Final = "Detection follows a changed policy within 24 hours."
# AUD-DOC
AUDIT_LOG_EFFECT: Final = "Searches of the audit log may lag by several hours."
# RU-DOC
RESTRICTED_SENDER_EFFECT: Final = "The sender may send again within one hour as a rule, and within 24 hours at most."
