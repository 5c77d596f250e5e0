"""Values that the tests of kinds start from: a tenant, a moment, policies as loaded, and rows as the service answers."""

from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import JsonValue, ValidationError

from reconciler.core.change import Change, Origin
from reconciler.core.diff import diff
from reconciler.core.kind import Kind, Moment, Parsed, Section
from reconciler.core.request import Answers
from reconciler.core.resource import Guardrails, Scoped, Tenant, Wanted
from reconciler.core.values import Row

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
TENANT = Tenant(name="contoso", tenant_id="6f0c1d3e-0000-4000-8000-000000000001", domain="contoso.onmicrosoft.com")
USER = "User restricted from sending email"
USER_GUID = "7a4e7306-bbcb-401f-b112-8ca5f798a230"
PATTERNS = "Suspicious email sending patterns detected"
PATTERNS_GUID = "be215649-fba8-4339-9ddd-05991a43b948"


def moment(now: datetime = NOW, machine: datetime | None = None, **guardrails: object) -> Moment:
    """The time of the run, the machine's time (the same as a rule), and guardrails."""
    return Moment(now, machine or now, Guardrails.model_validate(guardrails))


def faults_of(kind: Kind, value: Any) -> dict[tuple[str | int, ...], str]:
    """What a kind's check has against a section: the sentence at each path."""
    try:
        kind.check(value)
    except ValidationError as wrong:
        return {error["loc"]: error["msg"] for error in wrong.errors()}
    return {}


def parsed(kind: Kind, value: Any, when: Moment | None = None) -> Parsed:
    """A section as one document writes it, checked and parsed."""
    checked = kind.check(value)
    key = kind.key
    names = {key(name): name for name in checked} if key else {}
    section = {key(name): one for name, one in checked.items()} if key else checked
    origins: dict[tuple[str | int, ...], Origin] = {(): Origin(file="contoso.yaml", line=1)}
    return kind.parse(Section(TENANT, section, origins, names), when or moment())


def wanted(kind: Kind, value: Any) -> tuple[Wanted, ...]:
    """The wanted objects of a section without faults."""
    result = parsed(kind, value)
    assert [] == [fault for fault in result.faults if fault.severity == "error"]
    return result.wanted


def scoped(kind: Kind, value: Any, answers: Any, when: Moment | None = None) -> Scoped:
    """What a kind makes of a section and a tenant's answers."""
    return kind.match(TENANT, wanted(kind, value), answers, when or moment())


def changes(kind: Kind, value: Any, answers: Any, when: Moment | None = None) -> tuple[Change, ...]:
    """The changes that a section asks for."""
    return diff(scoped(kind, value, answers, when).pairs)


def rules(result: Scoped) -> dict[str, str]:
    """The rule of each finding, with its severity."""
    return {finding.rule: finding.severity for finding in result.findings}


def alert(name: str, guid: str, **properties: Any) -> Row:
    """One row of Get-ProtectionAlert, a custom policy as a rule."""
    return {
        "Name": name,
        "Guid": guid,
        "ImmutableId": guid,
        "IsSystemRule": False,
        "Disabled": False,
        "NotificationEnabled": True,
        "NotifyUser": ["TenantAdmins"],
        "NotifyUserThrottleThreshold": None,
        "NotifyUserThrottleWindow": None,
        "NotifyUserSuppressionExpiryDate": None,
        "AlertOverrideChangedUtc": None,
        "Severity": "High",
        "Category": "ThreatManagement",
        "ThreatType": "Activity",
        "AggregationType": "None",
        "Operation": ["New-InboxRule"],
        "Filter": None,
        "Threshold": None,
        "TimeWindow": None,
        "Comment": "",
        **properties,
    }


def user(**properties: Any) -> Row:
    """The row of the default policy that tells of restricted senders."""
    return alert(USER, USER_GUID, **{"IsSystemRule": True, "Operation": ["CompromisedAccount"], **properties})


def companion(guid: str = "00000000-0000-4000-8000-00000000000c", **properties: Any) -> Row:
    """A companion of that default policy."""
    comment = f"Kept by reconciler. reconciler-companion:{USER_GUID}"
    fields: Row = {"Comment": comment, "Operation": ["CompromisedAccount"], **properties}
    return alert(f"{USER} (reconciler)", guid, **fields)


def policies(*rows: Row) -> Answers:
    """The answers of a tenant that holds these alert policies."""
    return Answers({"alert-policies": rows})


def fields_of(change: Change) -> dict[str, tuple[JsonValue, JsonValue]]:
    """Before and after of each field that an update changes."""
    return {field.path: (field.before, field.after) for field in change.fields}


def below(fields: Any, *path: str | int) -> Any:
    """The value at a path of an object."""
    for step in path:
        fields = fields[step]
    return fields
