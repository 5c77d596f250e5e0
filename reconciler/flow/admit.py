"""Which changes of a plan may be written in a tenant as it is now; everything else gets its outcome here."""

from dataclasses import dataclass

from reconciler.core.agree import Agreement, agree
from reconciler.core.change import Change, Finding
from reconciler.core.guard import Draft, acknowledged, guard
from reconciler.core.outcome import Outcome, TenantOutcomes, ended, reasons_of
from reconciler.core.plan import TenantPlan
from reconciler.flow.endings import nothing, outcome, settled, stale
from reconciler.flow.look import Look
from reconciler.flow.ports import Ports


@dataclass(frozen=True, slots=True)
class Admitted:
    """The changes that may be written, and the outcomes of those that may not."""

    changes: tuple[Change, ...]
    outcomes: tuple[Outcome, ...]


def admit(planned: TenantPlan, seen: Look, ports: Ports, acks: frozenset[str]) -> Admitted | TenantOutcomes:
    """Hold a tenant's plan against a fresh look and the guardrails; a rejection is the tenant's whole result."""
    if seen.observed.unreadable:
        unread = reasons_of(seen.observed.unreadable)
        return nothing(planned, ended(9 if seen.observed.denied else 6, *unread))
    agreements = _agreements(planned, seen, ports)
    if any(one.standing == "stale" for one in agreements):
        return stale(planned.name, agreements)
    writable = tuple(one.planned for one in agreements if one.standing == "write")
    guarded = guard(Draft(seen.desired.tenant, seen.desired.wanted, writable, seen.moment), acks)
    if refusals := _refusals((*seen.findings, *guarded.findings), acks):
        return nothing(planned, ended(4, *refusals))
    held = {one.address: f"{one.rule}: {one.message}" for one in guarded.findings if one.severity == "held"}
    rest = tuple(
        outcome(one.planned, "held", held[one.planned.address]) if one.planned.address in held else settled(one)
        for one in agreements
        if one.planned not in guarded.changes
    )
    return Admitted(guarded.changes, rest)


def _agreements(planned: TenantPlan, seen: Look, ports: Ports) -> list[Agreement]:
    kinds = {kind.name: kind for kind in ports.kinds}
    named = frozenset(one.address for one in seen.desired.wanted)
    return [
        agree(change, seen.judged, kinds[change.kind], named)
        if change.kind in kinds
        else Agreement(change, "stale", "this version knows no such kind.")
        for change in planned.changes
    ]


def _refusals(findings: tuple[Finding, ...], acks: frozenset[str]) -> list[str]:
    """The refusals that stand; what the guard says of these changes replaces what it said of the whole tenant."""
    stand = (one for one in acknowledged(findings, acks) if one.severity == "refusal")
    return list({(one.rule, one.address): f"{one.rule}: {one.message}" for one in stand}.values())
