"""Alert policies: the service's default ones, custom ones, and the companions of default ones."""

from typing import Final

from reconciler.core.change import Change, Field, Severity, Via
from reconciler.core.kind import Kind
from reconciler.core.values import Fields
from reconciler.facts import clocks
from reconciler.kinds.alert_policy.commands import encode
from reconciler.kinds.alert_policy.defaults import key
from reconciler.kinds.alert_policy.match import match
from reconciler.kinds.alert_policy.parse import KIND_NAME, parse
from reconciler.kinds.alert_policy.portal import manual
from reconciler.kinds.alert_policy.spec import check, schema
from reconciler.kinds.alert_policy.target import WHOLE
from reconciler.kinds.alert_policy.wire import query


def severity(_change: Change, field: Field) -> Severity:
    """Critical where an alert or its notification is off or a wanted recipient is missing; info for mere texts."""
    match field.path:
        case "present" | "enabled" | "notifications.enabled":
            return "critical" if field.before is False else "warning"
        case "notifications.recipients":
            before = field.before if isinstance(field.before, list) else []
            after = field.after if isinstance(field.after, list) else []
            return "critical" if any(who not in before for who in after) else "warning"
        case "definition.comment":
            return "info"
        case _:
            return "warning"


def locate(via: Via, fields: Fields) -> Fields:
    """What finds a recorded policy by its name, or by its GUID where it is a default one or the companion of one."""
    if via == "companion":
        return {"via": "companion"}
    return {"via": "api"} if fields.get("definition") is None else {"present": False}


def trusts(change: Change) -> bool:
    """A yes to a write on a default policy proves nothing: the refusal may not even fail the call (FIELD-DE)."""
    fields = change.after or change.before or {}
    return fields.get("definition") is not None


KIND: Final = Kind(
    name=KIND_NAME,
    section="alert_policies",
    check=check,
    schema=schema,
    parse=parse,
    query=query,
    match=match,
    encode=encode,
    clock=clocks.ALERT_POLICY,
    effect=clocks.ALERT_POLICY_EFFECT,
    severity=severity,
    manual=manual,
    trusts=trusts,
    key=key,
    locate=locate,
    whole=WHOLE,
    guarded=lambda guardrails: bool(guardrails.protected),
)
