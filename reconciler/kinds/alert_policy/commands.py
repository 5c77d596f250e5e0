"""One change of an alert policy as the cmdlet that makes it: only what differs is sent."""

from typing import Final

from pydantic import JsonValue

from reconciler.core.change import Change
from reconciler.core.request import Answers, Command
from reconciler.core.values import Fields, Row, lookup
from reconciler.facts import limits
from reconciler.kinds.alert_policy.wire import QUESTION
from reconciler.kinds.alert_policy.words import pair_of

_PAUSE: Final = "NotifyUserSuppressionExpiryDate"


def encode(change: Change, answers: Answers) -> tuple[Command, ...]:
    """The one command of a change; none where only a person can make it."""
    if change.via == "portal":
        return ()
    if change.after is None:
        # Without ForceDeletion the service may refuse (M365DSC).
        return (_command("Remove", {"Identity": change.ref, "ForceDeletion": True}),)
    if change.before is None:
        made = {name: value for name, value in parameters(change.after).items() if value is not None}
        return (_command("New", {"Name": change.after["name"], **made}),)
    before = parameters(change.before)
    changed = {name: value for name, value in parameters(change.after).items() if value != before[name]}
    if changed.get("NotificationEnabled") is True and _is_paused(change.ref, answers):
        changed[_PAUSE] = None
    return (_command("Set", {"Identity": change.ref, **changed}),)


def parameters(fields: Fields) -> Row:
    """A whole object in the words that New- and Set-ProtectionAlert share, in one order; null clears a value."""
    notifications = _below(fields, "notifications")
    threshold, window = pair_of(notifications["daily_limit"])
    return {
        **_definition(_below(fields, "definition")),
        "Disabled": not fields["enabled"],
        "NotificationEnabled": notifications["enabled"],
        "NotifyUser": notifications["recipients"],
        "NotifyUserThrottleThreshold": threshold,
        "NotifyUserThrottleWindow": window,
    }


def _definition(definition: Fields) -> Row:
    if not definition:
        return {}
    severity, aggregation = definition["severity"], definition["aggregation"]
    return {
        "Category": definition["category"],
        "ThreatType": definition["threat_type"],
        "Operation": definition["operations"] or None,
        "Severity": limits.SEVERITIES.get(str(severity), severity),
        "AggregationType": limits.AGGREGATIONS.get(str(aggregation), aggregation),
        "Threshold": definition["threshold"],
        "TimeWindow": definition["window"],
        "Filter": definition["filter"],
        "Comment": definition["comment"] or None,
    }


def _is_paused(ref: str | None, answers: Answers) -> bool:
    """Whether a pause is written in the row, over or not: switching on clears it."""
    rows = answers.get(QUESTION, ())
    return any(
        lookup(row, _PAUSE) not in (None, "")
        for row in rows
        if ref in (lookup(row, "Guid"), lookup(row, "ImmutableId"))
    )


def _command(verb: str, named: Row) -> Command:
    """Confirm is always false: anything else only asks back and changes nothing (the module's own calls)."""
    return Command(service="compliance", cmdlet=f"{verb}-ProtectionAlert", parameters={**named, "Confirm": False})


def _below(fields: Fields, name: str) -> dict[str, JsonValue]:
    value = fields.get(name)
    return value if isinstance(value, dict) else {}
