"""Values in policies that break a guardrail whatever the tenant holds, so that `validate` can refuse them offline."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reconciler.core.change import Finding
from reconciler.core.errors import Diagnostic
from reconciler.core.guard import Draft, guard
from reconciler.core.kind import Kind, Moment
from reconciler.core.resource import Wanted
from reconciler.flow.load_faults import error
from reconciler.flow.load_layers import Layer
from reconciler.flow.load_tenants import Sought


@dataclass(frozen=True, slots=True)
class Refusal:
    """A value that no plan could carry out: the rule by which it may be acknowledged, and where it stands."""

    tenant: str
    rule: str
    diagnostic: Diagnostic


def refusals(sought: Iterable[Sought], kinds: tuple[Kind, ...], moment: Moment) -> tuple[Refusal, ...]:
    """Every refused value of every tenant, judged by the rules of plans without any change."""
    named = {kind.name: kind for kind in kinds}
    found = [refusal for one in sought for refusal in _of_tenant(one, named, moment)]
    return tuple(sorted(found, key=_place))


def _place(one: Refusal) -> tuple[str, int, int, str]:
    at = one.diagnostic.range
    return (at.filename, at.start.line, at.start.column, one.tenant) if at else ("", 0, 0, one.tenant)


def _of_tenant(one: Sought, kinds: dict[str, Kind], moment: Moment) -> Iterator[Refusal]:
    tenant, wanted = one.desired.tenant, {item.address: item for item in one.desired.wanted}
    for finding in guard(Draft(tenant, tuple(wanted.values()), (), moment)).findings:
        item = wanted[finding.address]
        kind = kinds[item.kind]
        name = (kind.key(item.name),) if kind.key else ()
        at = one.layers[kind.section].range((*name, *_path(finding, item, one.layers[kind.section], name)))
        summary = f"{finding.address} is refused ({finding.rule}): {finding.message}"
        yield Refusal(tenant.name, finding.rule, error(at, summary, "Correct the value, or the guardrails."))


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
