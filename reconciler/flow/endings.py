"""How the parts of an apply end: outcomes of changes, and the exit that they add up to."""

from collections.abc import Iterable
from typing import assert_never

from reconciler.core.agree import Agreement
from reconciler.core.change import Change
from reconciler.core.outcome import Exit, Outcome, State, TenantOutcomes, ended, first
from reconciler.core.plan import TenantPlan


def outcome(change: Change, state: State, message: str = "") -> Outcome:
    """The outcome of one planned change."""
    return Outcome(address=change.address, via=change.via, action=change.action, state=state, message=message)


def settled(one: Agreement) -> Outcome:
    """The outcome of a change that apply does not write; a portal step comes with its steps."""
    match one.standing:
        case "manual":
            return outcome(one.planned, "manual", " ".join(one.planned.manual.steps if one.planned.manual else ()))
        case "write" | "stale":
            return outcome(one.planned, "held", one.message)
        case "unchanged" | "held" | "converging":
            return outcome(one.planned, one.standing, one.message)
        case _:
            assert_never(one.standing)


def nothing(planned: TenantPlan, ending: Exit, state: State = "skipped", message: str = "") -> TenantOutcomes:
    """A tenant in which nothing was written."""
    text = message or "; ".join(ending.reasons)
    return TenantOutcomes(
        name=planned.name, outcomes=tuple(outcome(change, state, text) for change in planned.changes), exit=ending
    )


def stale(name: str, agreements: Iterable[Agreement]) -> TenantOutcomes:
    """A tenant in which something is not as the plan says: that failed, the rest is skipped, nothing is written."""
    known = tuple(agreements)
    odd = [one for one in known if one.standing == "stale"]
    return TenantOutcomes(
        name=name,
        outcomes=tuple(
            outcome(one.planned, "failed", one.message)
            if one.standing == "stale"
            else outcome(one.planned, "skipped", "another change of this tenant is stale")
            for one in known
        ),
        exit=ended(5, *(f"{one.planned.address}: {one.message}" for one in odd)),
    )


def incomplete(planned: TenantPlan) -> Exit:
    """A plan of a part is carried out as far as it goes, and ends with at least 6."""
    return ended(0) if planned.complete else ended(6, "the plan was incomplete, so not everything was looked at")


def changed(outcomes: Iterable[Outcome]) -> bool:
    """Whether anything was, or may have been, written."""
    return any(one.state in {"applied", "converging"} for one in outcomes)


def of_outcomes(outcomes: tuple[Outcome, ...], *, denied: bool, stopping: bool, broken: str = "") -> Exit:
    """The exit of one tenant; `denied`: every failure was a want of access; `broken`: why nothing more was sent."""
    exits = [ended(0)]
    if stopping:
        exits.append(ended(130, "stopped by a signal"))
    if failed := [f"{one.address}: {one.message}" for one in outcomes if one.state == "failed"]:
        exits.append(ended(7 if changed(outcomes) else 9 if denied else 1, *failed))
    elif broken:
        exits.append(ended(7 if changed(outcomes) else 1, broken))
    for state, text in (("manual", "by hand in the portal"), ("converging", "not visible yet")):
        if count := sum(one.state == state for one in outcomes):
            exits.append(ended(8, f"{count} {text}"))
    return first(exits)
