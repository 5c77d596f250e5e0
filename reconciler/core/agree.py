"""Whether a planned change is still exactly what policies and tenant give: apply only refuses, it never mends."""

from dataclasses import dataclass
from typing import Literal

from reconciler.core.change import Change
from reconciler.core.judge import Judged, fulfilled
from reconciler.core.kind import Kind

Standing = Literal["write", "manual", "unchanged", "held", "converging", "stale"]


@dataclass(frozen=True, slots=True)
class Agreement:
    """What may be done about one planned change, and why not more."""

    planned: Change
    standing: Standing
    message: str = ""


def agree(planned: Change, judged: Judged, kind: Kind, named: frozenset[str]) -> Agreement:
    """Hold one planned change against what was derived anew from policies and from what was just read.

    `named` has every address that policies write. Anything but exact agreement sends nothing.
    """
    key = planned.address, planned.via
    derived = next((one for one in judged.drafted if (one.address, one.via) == key), None)
    if derived is not None and _equal(planned, derived, kind):
        return Agreement(planned, "manual" if planned.via == "portal" else "write")
    if planned.address not in named:
        return Agreement(planned, "stale", "the policies do not ask for this change. Make a new plan.")
    if fulfilled(judged, planned):
        return Agreement(planned, "unchanged", "it is already so")
    if reason := _waits(planned, judged):
        return reason
    return _stale(planned, judged, kind)


def _equal(planned: Change, derived: Change, kind: Kind) -> bool:
    """Equal in everything that is done; where it comes from and why it is wanted are words for people."""
    if not kind.is_same(planned.before, derived.before):
        return False
    return (
        planned.model_copy(update={"origin": derived.origin, "why": derived.why, "before": derived.before}) == derived
    )


def _waits(planned: Change, judged: Judged) -> Agreement | None:
    key = planned.address, planned.via
    for one in judged.findings:
        if one.severity == "held" and one.address == planned.address:
            return Agreement(planned, "held", f"{one.rule}: {one.message}")
    if any((one.address, one.via) == key for one in judged.converging):
        return Agreement(planned, "converging", "it was written before and is not visible yet")
    if any((one.address, one.via) == key for one in judged.accepted):
        return Agreement(planned, "held", "the difference was accepted since the plan was made")
    return None


def _stale(planned: Change, judged: Judged, kind: Kind) -> Agreement:
    now = judged.actual.get((planned.address, planned.via))
    if kind.is_same(now, planned.before):
        text = "the plan asks for something else than the policies give for this object. Make a new plan."
        return Agreement(planned, "stale", text)
    if kind.once and now is not None:
        return Agreement(planned, "held", "newer-block: blocked anew since the plan was made; review the new block.")
    return Agreement(planned, "stale", "it changed in the tenant since the plan was made. Make a new plan.")
