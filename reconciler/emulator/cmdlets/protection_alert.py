"""Alert policies: Get-, New-, Set- and Remove-ProtectionAlert, in Security & Compliance."""

import uuid

from reconciler.emulator.alert_record import MAIL, STREAMS, SYSTEM_ORGANIZATION, alert_row
from reconciler.emulator.answer import CmdletError, Result, Row
from reconciler.emulator.binder import Parameter, choice, guid, moment, number, recipient, text, truth
from reconciler.emulator.records import NAMESPACE, wire_date
from reconciler.emulator.rows import zoneless

from .alert_rules import judge
from .command import CONFIRM, WHAT_IF, Call, Cmdlet, broken_rule, matching, merged, missing, unchanged

CATEGORIES = (
    *("AccessGovernance", "ComplianceManager", "DataGovernance", "MailFlow", "Others", "PrivacyManagement"),
    *("Supervision", "ThreatManagement"),
)
# The schema of M365DSC lists CustomAggregation; only system rules have it (DUMP26).
AGGREGATIONS = ("None", "SimpleAggregation", "AnomalousAggregation", "CustomAggregation")
SEVERITIES = ("Low", "Medium", "High", "Informational")
THREATS = ("Activity", "Malware", "Phish", "Malicious", "MaliciousUrlClick", "MailFlow")
PRIVACY = "PrivacyManagementScopedSensitiveInformationTypes"

# Ours to set on a new and on an existing policy (EXO-DOC); null is a value for all of these.
EDITABLE = (
    Parameter("AggregationType", choice(*AGGREGATIONS)),
    Parameter("AlertBy", text, many=True),
    Parameter("AlertFor", text, many=True),
    Parameter("Category", choice(*CATEGORIES)),
    Parameter("Comment", text, nullable=True),
    Parameter("Description", text, nullable=True),
    Parameter("Disabled", truth),
    Parameter("Filter", text, nullable=True),
    Parameter("NotificationCulture", text, nullable=True),
    Parameter("NotificationEnabled", truth),
    Parameter("NotifyUser", recipient, many=True),
    Parameter("NotifyUserOnFilterMatch", truth),
    Parameter("NotifyUserSuppressionExpiryDate", moment, nullable=True),
    Parameter("NotifyUserThrottleThreshold", number, nullable=True),
    Parameter("NotifyUserThrottleWindow", number, nullable=True),
    Parameter("Operation", text, many=True),
    Parameter("Severity", choice(*SEVERITIES)),
    Parameter("Threshold", number, nullable=True),
    Parameter("TimeWindow", number, nullable=True),
    Parameter("VolumeThreshold", number, nullable=True),
    Parameter(PRIVACY, text, many=True),
    Parameter(f"{PRIVACY}ForCounting", text, many=True),
    Parameter(f"{PRIVACY}Threshold", number, nullable=True),
)
REQUIRED = ("Category", "NotifyUser")
NEW = (
    Parameter("Name", text, required=True),
    Parameter("ThreatType", choice(*THREATS), required=True),
    *(Parameter(one.name, one.read, one.name in REQUIRED, one.nullable, one.many) for one in EDITABLE),
    # Create-only, with ThreatType and Name (tf-scc).
    Parameter("CorrelationPolicyId", guid),
    Parameter("CustomProperties", text, many=True),
    Parameter("LogicalOperationName", text, nullable=True),
    Parameter("StreamType", text),
    Parameter("UseCreatedDateTime", truth),
)


def _get(call: Call) -> Result:
    rows = call.tenant.policies.read(call.now)
    wanted = call.word("Identity")
    found = _identified(rows, wanted) if wanted else []
    # Null and unknown identities give every policy (EXO-DOC): whoever removes what he got removes the wrong thing.
    return Result(tuple(found) or rows)


def _identified(rows: tuple[Row, ...], wanted: str) -> list[Row]:
    for key in ("Guid", "Identity", "DistinguishedName", "Name"):
        if found := matching(rows, key, wanted):
            # A custom name may equal a default one's but for case: the exact spelling comes first.
            return sorted(found, key=lambda row: (row[key] != wanted, row["IsSystemRule"] is True))
    return []


def _one(call: Call) -> Row:
    wanted = str(call.word("Identity"))
    found = _identified(call.tenant.policies.actual, wanted)
    if not found:
        raise missing(wanted)
    return found[0]


def _no_rule(call: Call, row: Row) -> CmdletError:
    r"""The service builds `<organization>\<name>` itself and does not find it (docs-ps#3433, FIELD-DE)."""
    status = call.tenant.switches.default_policy_status
    return CmdletError(
        int(status),
        "NotFound" if status == "404" else "BadRequest",
        "Microsoft.Exchange.Management.UnifiedPolicy.ErrorRuleNotFoundException",
        f"There is no rule matching identity '{SYSTEM_ORGANIZATION}\\{row['Name']}'.",
    )


def _fields(call: Call, row: Row) -> Row:
    arguments = {key: value for key, value in call.arguments.items() if key not in {"Identity", "Name"}}
    if "Description" in arguments:
        arguments["Comment"] = arguments.pop("Description")
    return {key: merged(row[key], value) for key, value in arguments.items()}


def _set(call: Call) -> Result:
    row, mode = _one(call), call.tenant.switches.default_policy_write
    if row["IsSystemRule"] and mode == "refuse":
        raise _no_rule(call, row)
    fields = _fields(call, row)
    judge({**row, **fields}, call.tenant, given=fields)
    if row["IsSystemRule"] and mode == "silent":
        # The failure is not terminating, so a caller may never hear of it (FIELD-DE).
        return Result(None)
    if all(row[key] == value for key, value in fields.items()):
        return unchanged(row["Identity"])
    when = wire_date(call.now)
    version = str(uuid.uuid5(NAMESPACE, f"{row['ObjectVersion']}/{when}"))
    mark: Row = {"WhenChanged": when, "WhenChangedUTC": when, "ObjectVersion": version}
    if row["IsSystemRule"]:
        mark = {"AlertOverrideChangedUtc": zoneless(call.now)}
    rows = call.tenant.policies.actual
    call.write("alerts", tuple({**one, **fields, **mark} if one is row else one for one in rows))
    return Result(None)


def _new(call: Call) -> Result:
    tenant, name = call.tenant, str(call.word("Name"))
    rows = tenant.policies.actual
    # Custom names are equal in any case; a default name is taken only as it is spelled (domain.md 3.3).
    if any(row["Name"] == name or not row["IsSystemRule"] for row in matching(rows, "Name", name)):
        raise broken_rule(
            f"The alert policy '{name}' already exists in your organization.",
            "Microsoft.Exchange.Data.Directory.ADObjectAlreadyExistsException",
        )
    start = alert_row(name, str(uuid.uuid4()), tenant.domain, call.now, {})
    fields = {"AggregationType": "SimpleAggregation", **_fields(call, {**start, "NotifyUser": None})}
    stream, alert_scenario, scenario = STREAMS.get(str(fields["ThreatType"]), MAIL)
    made = {**start, "StreamType": stream, "AlertScenario": alert_scenario, "Scenario": scenario, **fields}
    judge(made, tenant, given=fields)
    call.write("alerts", (*rows, made))
    return Result((made,))


def _remove(call: Call) -> Result:
    row = _one(call)
    if row["IsSystemRule"]:
        # No default policy can be removed (ORCA), whatever the switch for other writes says.
        raise _no_rule(call, row)
    if not call.flag("ForceDeletion") and call.tenant.switches.remove_without_force == "refuse":
        raise broken_rule(f"The alert policy '{row['Name']}' can be removed only with ForceDeletion.")
    call.write("alerts", tuple(one for one in call.tenant.policies.actual if one is not row))
    return Result(None)


IDENTITY = Parameter("Identity", text, required=True)
CMDLETS = (
    Cmdlet(
        "Get-ProtectionAlert", _get, (Parameter("Identity", text, nullable=True), Parameter("IncludeRuleXml", truth))
    ),
    Cmdlet("New-ProtectionAlert", _new, (*NEW, CONFIRM, WHAT_IF)),
    Cmdlet("Set-ProtectionAlert", _set, (IDENTITY, *EDITABLE, CONFIRM, WHAT_IF)),
    Cmdlet("Remove-ProtectionAlert", _remove, (IDENTITY, Parameter("ForceDeletion", truth), CONFIRM, WHAT_IF)),
)
