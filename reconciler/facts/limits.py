"""Limits and fixed words of the alert cmdlets, with their sources."""

from typing import Final

# A number "a day" is a count in a window of minutes; that the portal's day is 1440 of them is an inference.
MINUTES_A_DAY: Final = 1440
# All numbers of the alert cmdlets are Int32 (EXO-DOC).
LARGEST: Final = 2_147_483_647
# Both go with AggregationType SimpleAggregation only (EXO-DOC).
# The document wants a window of more than 60 minutes; Microsoft365DSC and CIPP send 60 itself.
LEAST_THRESHOLD: Final = 3
LEAST_WINDOW: Final = 60

CATEGORIES: Final = (
    "AccessGovernance",
    "ComplianceManager",
    "DataGovernance",
    "MailFlow",
    "Others",
    "PrivacyManagement",
    "Supervision",
    "ThreatManagement",
)  # EXO-DOC, New-ProtectionAlert
# Activity and Malware are documented, the others are in Microsoft365DSC's schema.
THREAT_TYPES: Final = ("Activity", "Malicious", "MaliciousUrlClick", "MailFlow", "Malware", "Phish")
# Ours and the service's. Informational is not documented for writing, but CIPP writes it.
SEVERITIES: Final = {"informational": "Informational", "low": "Low", "medium": "Medium", "high": "High"}
AGGREGATIONS: Final = {"none": "None", "simple": "SimpleAggregation", "anomalous": "AnomalousAggregation"}

# The members of Global Administrator: the recipient that every policy starts with (RU-DOC).
TENANT_ADMINS: Final = "TenantAdmins"
# Rows that DLP rules make bear this in front of their name and this category (DUMP22/23/26).
DLP_PREFIX: Final = "DLP-"
DLP_CATEGORY: Final = "DataLossPrevention"

# Checks that guardrails may require before a sender is unblocked (docs/policies.md).
EVIDENCE_CHECKS: Final = (
    "password_changed_since_block",
    "sessions_revoked_since_block",
    "mfa_registered",
    "account_enabled",
    "not_at_risk",
    "no_external_forwarding",
    "no_suspicious_inbox_rules",
)
