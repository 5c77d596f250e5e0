"""Where in the Defender portal a person changes an alert policy, and what the settings are called there."""

from typing import Final

# One portal a cloud; the operator of the cloud in China has none that is documented.
ALERT_POLICIES: Final[dict[str, str | None]] = {
    "worldwide": "https://security.microsoft.com/alertpoliciesv2",
    "gcc": "https://security.microsoft.com/alertpoliciesv2",
    "gcc-high": "https://security.microsoft.us/alertpoliciesv2",
    "dod": "https://security.apps.mil/alertpoliciesv2",
    "china": None,
}

# The words of the policy's own page (RU-DOC, AP-DOC).
STATUS: Final = "Status"
NOTIFY: Final = "Opt-in for email notifications"
RECIPIENTS: Final = "Email recipients"
DAILY_LIMIT: Final = "Daily notification limit"
NO_LIMIT: Final = "No limit"
