"""Values in policies that break a guardrail whatever the tenant holds, so that `validate` can refuse them offline."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from reconciler.core.change import Change, Finding
from reconciler.core.errors import Diagnostic
from reconciler.core.guard import Draft, guard
from reconciler.core.kind import Kind, Moment
from reconciler.core.reading import recipients
from reconciler.core.resource import Wanted
from reconciler.core.values import Fields
from reconciler.flow.load_faults import error
from reconciler.flow.load_layers import Layer
from reconciler.flow.load_tenants import Sought

_OF_VALUES: Final = frozenset({"audit-log-off", "protected", "recipients-domain", "recipients-required"})
"""Rules that judge what is written; all others need to know what the tenant holds."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A value that no plan could carry out: the rule by which it may be acknowledged, and where it stands."""

    tenant: str
    rule: str
    diagnostic: Diagnostic


def refusals(sought: Iterable[Sought], kinds: tuple[Kind, ...], moment: Moment) -> tuple[Refusal, ...]:
    """Every refused value of every tenant, judged by the rules of plans as if the tenant held nothing yet."""
    named = {kind.name: kind for kind in kinds}
    found = [refusal for one in sought for refusal in _of_tenant(one, named, moment)]
    return tuple(sorted(found, key=_place))


def _place(one: Refusal) -> tuple[str, int, int, str]:
    at = one.diagnostic.range
    return (at.filename, at.start.line, at.start.column, one.tenant) if at else ("", 0, 0, one.tenant)


def _of_tenant(one: Sought, kinds: dict[str, Kind], moment: Moment) -> Iterator[Refusal]:
    tenant, wanted = one.desired.tenant, {item.address: item for item in one.desired.wanted}
    changes = tuple(_as_written(item, moment) for item in wanted.values() if item.kind == "alert-policy")
    for finding in guard(Draft(tenant, tuple(wanted.values()), changes, moment)).findings:
        if finding.rule in _OF_VALUES:
            item = wanted[finding.address]
            kind = kinds[item.kind]
            name = (kind.key(item.name),) if kind.key else ()
            at = one.layers[kind.section].range((*name, *_path(finding, item, one.layers[kind.section], name)))
            summary = f"{finding.address} is refused ({finding.rule}): {finding.message}"
            yield Refusal(tenant.name, finding.rule, error(at, summary, "Correct the value, or the guardrails."))


def _as_written(item: Wanted, moment: Moment) -> Change:
    """The change that an alert policy would be if it were new; what is not written is taken to be in order."""
    gone = item.body.get("present") is False
    return Change(
        address=item.address,
        kind=item.kind,
        action="delete" if gone else "create",
        via="api",
        ref=None,
        before=None,
        after=None if gone else _filled(item.body, moment),
        origin=item.origin,
    )


def _filled(body: Fields, moment: Moment) -> Fields:
    written = body.get("notifications")
    notifications = written if isinstance(written, dict) else {}
    exact = isinstance(notifications.get("recipients"), list)
    told = recipients(body) if exact else moment.guardrails.recipients.require_one_of or ()
    filled: Fields = {"enabled": notifications.get("enabled", True), "recipients": [*sorted(told)]}
    return {"enabled": body.get("enabled", True), "notifications": filled}


def _path(finding: Finding, item: Wanted, layer: Layer, name: tuple[str, ...]) -> tuple[str, ...]:
    """The value that a finding is about: the first of those that can be, else the object."""
    notifications = item.body.get("notifications")
    if finding.rule in {"recipients-domain", "recipients-required"}:
        return ("notifications", "recipients")
    if finding.rule == "protected" and item.body.get("enabled") is not False and isinstance(notifications, dict):
        muted = "enabled" if notifications.get("enabled") is False else "recipients"
        return ("notifications", muted) if (*name, "notifications", muted) in layer.places else ()
    field = "present" if item.body.get("present") is False else "enabled"
    return (field,)
