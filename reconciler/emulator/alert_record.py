"""The row of an alert policy: its 68 properties, and the rows that Microsoft and DLP rules bring along."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib import resources

from .answer import Row
from .records import DATES, HOSTED, NAMESPACE, parse_date, wire_date
from .shape import SeedError

# The organization of Microsoft that owns every default policy (DUMP22/23/26).
SYSTEM_ORGANIZATION = "f00ed340-8f84-4eb4-83f3-0075a22b262e"
ZERO = "00000000-0000-0000-0000-000000000000"

# In the order of a real row (DUMP26, SURVEY); the values are those of an ordinary row.
USUAL: Row = {
    **dict.fromkeys(("Filter", "Operation", "LogicalOperationName")),
    "NotificationEnabled": True,
    "NotifyUser": ["TenantAdmins"],
    "Severity": "Low",
    **dict.fromkeys(("Threshold", "VolumeThreshold", "ExternalScenarioData", "TimeWindow")),
    "NotifyUserOnFilterMatch": False,
    "MergedRuleXml": None,
    "StreamType": "Activity",
    "ThreatType": "Activity",
    **dict.fromkeys(
        f"PrivacyManagementScopedSensitiveInformationTypes{end}" for end in ("", "ForCounting", "Threshold")
    ),
    "AlertBy": None,
    "AlertFor": None,
    "AlertScenario": "Activity",
    "Scenario": "AuditProtectionAlert",
    **dict.fromkeys(("NotifyUserThrottleThreshold", "NotifyUserThrottleWindow", "NotifyUserSuppressionExpiryDate")),
    **dict.fromkeys(("NotificationCulture", "AlertOverrideChangedUtc")),
    "AggregationType": "None",
    "Category": "ThreatManagement",
    "IsSystemRule": False,
    **dict.fromkeys(("TagFilter", "UserTags", "RecipientTags", "SenderTags", "CustomProperties", "UseCreatedDateTime")),
    "CorrelationPolicyId": ZERO,
    "ReadOnly": False,
    "ErrorMetadata": None,
    "ExternalIdentity": "",
    "ImmutableId": ZERO,
    "Priority": 0,
    "Workload": "AuditAlerting",
    "Policy": ZERO,
    "Comment": "",
    "Disabled": False,
    "Mode": "Enforce",
    "ObjectVersion": ZERO,
    "MaximumBlobRuleLength": 0,
    "CreatedBy": "",
    "LastModifiedBy": "",
    "Guid": ZERO,
    "Identity": "",
    "Id": "",
    "IsValid": True,
    "ExchangeVersion": "0.20 (15.0.0.0)",
    "Name": "",
    "DistinguishedName": "",
    "ObjectCategory": None,
    "ObjectClass": ["msExchUnifiedRule"],
    "WhenChanged": None,
    "WhenCreated": None,
    "WhenChangedUTC": None,
    "WhenCreatedUTC": None,
    "ExchangeObjectId": ZERO,
    "OrganizationalUnitRoot": "",
    "OrganizationId": "",
    "OriginatingServer": "",
    "ObjectState": "New",
}

# How each threat type shows in three more properties (DUMP26).
STREAMS = {
    "Activity": ("Activity", "Activity", "AuditProtectionAlert"),
    "MaliciousUrlClick": ("None", "MaliciousUrlClick", "MaliciousUrlClick"),
    "MailFlow": ("None", "MailFlow", "MailFlowProtectionAlert"),
}
MAIL = ("Mail", "Protection", "ProtectionAlert")


def alert_row(name: str, guid: str, organization: str, created: datetime, fields: Mapping[str, object]) -> Row:
    """Make a full row of 68 properties; `fields` are laid over the usual values; paths are derived."""
    base = f"{HOSTED}/{organization}"
    # A slash in a name is escaped in its path (DUMP26).
    escaped = name.replace("/", "\\/")
    path = f"{base}/Configuration/{escaped}"
    when = wire_date(created)
    stream, alert_scenario, scenario = STREAMS.get(str(fields.get("ThreatType", "Activity")), MAIL)
    return {
        **USUAL,
        "StreamType": stream,
        "AlertScenario": alert_scenario,
        "Scenario": scenario,
        "Guid": guid,
        "ImmutableId": guid,
        "ExchangeObjectId": guid,
        "Name": name,
        "Policy": _derived("policy", guid),
        "ObjectVersion": _derived("version", guid, when),
        "Identity": path,
        "Id": path,
        "DistinguishedName": f"CN={name},CN=Configuration,CN={organization},"
        "OU=Microsoft Exchange Hosted Organizations,DC=FFO,DC=extest,DC=microsoft,DC=com",
        "OrganizationalUnitRoot": base,
        "OrganizationId": f"{base} - {base}/Configuration",
        "WhenCreated": when,
        "WhenCreatedUTC": when,
        "WhenChanged": when,
        "WhenChangedUTC": when,
        **properties(fields),
    }


def properties(fields: Mapping[str, object]) -> Row:
    """Fields of a seed or a change as a row holds them; raises SeedError for what is no property of a policy."""
    if unknown := sorted(set(fields) - set(USUAL)):
        raise SeedError(f"An alert policy has no property {unknown[0]!r}. It has: {', '.join(USUAL)}.")
    return {key: wire_date(parse_date(one)) if key in DATES and one else one for key, one in fields.items()}


def _derived(*parts: str) -> str:
    return str(uuid.uuid5(NAMESPACE, "/".join(parts)))


def dlp_row(rule: str, organization: str, created: datetime) -> Row:
    """A pseudo-alert that a DLP rule brings along: no system rule, and never to be managed (DUMP26)."""
    rule_id = _derived("dlp", organization, rule)
    return alert_row(
        f"DLP-{rule}",
        _derived("dlp-alert", organization, rule),
        organization,
        created,
        {
            "Category": "DataLossPrevention",
            "Operation": ["DlpRuleGenerateAlertMatch"],
            "NotificationEnabled": False,
            "ExternalScenarioData": {"DlpRuleMode": "Enable", "DlpRuleId": rule_id},
        },
    )


@cache
def default_rows() -> dict[str, Row]:
    """Every known system row by GUID; the same objects for all tenants, so nobody may change them in place."""
    import yaml

    text = (resources.files(__package__) / "data" / "default_policies.yaml").read_text(encoding="utf-8")
    rows = yaml.load(text, Loader=yaml.CSafeLoader)
    return {raw["guid"]: _default_row(raw) for raw in rows}


def _default_row(raw: dict[str, str]) -> Row:
    operation, by = raw.get("operation"), raw.get("alert_by")
    created = parse_date(raw.get("created", "2021-01-01T00:00:00Z"))
    changed = wire_date(parse_date(raw["changed"])) if "changed" in raw else wire_date(created)
    source = f"{operation} events" if operation else f"messages and clicks of the threat type {raw['threat']}"
    return alert_row(
        raw["name"],
        raw["guid"],
        SYSTEM_ORGANIZATION,
        created,
        {
            "IsSystemRule": True,
            "Severity": raw["severity"],
            "Category": raw["category"],
            "ThreatType": raw["threat"],
            "Operation": [operation] if operation else None,
            "AggregationType": raw.get("aggregation", "None"),
            "NotificationEnabled": raw.get("notify", True),
            "LogicalOperationName": raw.get("logical"),
            "Threshold": raw.get("threshold"),
            "TimeWindow": raw.get("window"),
            "AlertBy": [by] if by else None,
            "Filter": raw.get("filter"),
            "Comment": f"Watches {source}. -V{raw.get('version', '1.0.0.0')}",
            "Policy": raw.get("policy") or _derived("policy", raw["guid"]),
            "ObjectVersion": raw.get("object_version") or _derived("version", raw["guid"]),
            "WhenChanged": changed,
            "WhenChangedUTC": changed,
        },
    )
