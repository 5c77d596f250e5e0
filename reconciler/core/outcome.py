"""How things ended: exit codes, the outcomes of an apply, and the entries of a drift report."""

from collections.abc import Iterable
from typing import Final, Literal

from pydantic import JsonValue

from reconciler.core.change import Action, Finding, Origin, Severity, Via
from reconciler.core.values import Fields, Frozen

NAMES: Final = {
    0: "ok",
    1: "error",
    2: "changes",
    3: "invalid-policies",
    4: "refused",
    5: "stale-plan",
    6: "incomplete",
    7: "partly-applied",
    8: "waiting",
    9: "sign-in",
    64: "usage",
    130: "interrupted",
}
"""The name of every exit code."""

_ORDER: Final = (130, 7, 5, 4, 9, 1, 3, 6, 8, 2, 0)
_STOPPED: Final = frozenset({5, 4, 9, 1})

State = Literal["applied", "unchanged", "converging", "manual", "held", "failed", "skipped"]
EntryState = Literal["open", "accepted", "converging", "manual"]


class Exit(Frozen):
    """An exit code, its name, and why it is this one."""

    code: int
    name: str
    reasons: tuple[str, ...] = ()


class Unreadable(Frozen):
    """A kind of which nothing may be concluded, and why."""

    kind: str
    reason: str


class Outcome(Frozen):
    """How one planned change ended."""

    address: str
    via: Via
    action: Action
    state: State
    message: str = ""


class TenantOutcomes(Frozen):
    """How the changes of one tenant ended."""

    name: str
    outcomes: tuple[Outcome, ...] = ()
    exit: Exit


class Applied(Frozen):
    """The result of an apply."""

    format: Literal[1] = 1
    run: str
    tenants: tuple[TenantOutcomes, ...] = ()
    exit: Exit


class DriftEntry(Frozen):
    """One field of one object that is not as policies want it."""

    address: str
    field: str
    desired: JsonValue
    actual: JsonValue
    severity: Severity
    state: EntryState
    first_seen: str | None = None
    origin: Origin | None = None


class TenantDrift(Frozen):
    """The drift of one tenant."""

    name: str
    complete: bool
    unreadable: tuple[Unreadable, ...] = ()
    drift: tuple[DriftEntry, ...] = ()
    findings: tuple[Finding, ...] = ()
    foreign: dict[str, int]
    exit: Exit


class Drift(Frozen):
    """The result of a drift run."""

    format: Literal[1] = 1
    tenants: tuple[TenantDrift, ...] = ()
    exit: Exit


class TenantSenders(Frozen):
    """The restricted senders of one tenant, each as its kind lists it."""

    name: str
    complete: bool
    unreadable: tuple[Unreadable, ...] = ()
    senders: tuple[Fields, ...] = ()
    exit: Exit


class Senders(Frozen):
    """The restricted senders of a run's tenants."""

    format: Literal[1] = 1
    tenants: tuple[TenantSenders, ...] = ()
    exit: Exit


def ended(code: int, *reasons: str) -> Exit:
    """The exit of one tenant, or of a run."""
    return Exit(code=code, name=NAMES[code], reasons=reasons)


def reasons_of(unreadable: Iterable[Unreadable]) -> tuple[str, ...]:
    """Why a tenant could not be read, each reason once with the kinds that it kept from us."""
    kinds: dict[str, list[str]] = {}
    for one in unreadable:
        kinds.setdefault(one.reason, []).append(one.kind)
    return tuple(f"{', '.join(names)}: {reason}" for reason, names in kinds.items())


def first(exits: Iterable[Exit]) -> Exit:
    """The exit that comes first in the order of CONTRACT 3, with the reasons of all that share its code."""
    known = tuple(exits) or (ended(0),)
    code = min((one.code for one in known), key=_ORDER.index)
    return ended(code, *(reason for one in known if one.code == code for reason in one.reasons))


def of_run(exits: Iterable[tuple[str, Exit, bool]]) -> Exit:
    """The exit of a run over (tenant, exit, whether the tenant was changed).

    One tenant changed and another stopped makes the run partly applied.
    """
    known = tuple(exits)
    named = [ended(one.code, *(f"{tenant}: {reason}" for reason in one.reasons)) for tenant, one, _ in known]
    worst = first(named)
    if worst.code in _STOPPED and any(changed and one.code not in _STOPPED for _, one, changed in known):
        return ended(7, *worst.reasons)
    return worst
