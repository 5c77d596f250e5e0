"""Says what waits in every tenant: held senders, portal steps, and writes that no reading shows yet."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from reconciler.core.change import Change, Finding
from reconciler.core.converge import in_flight
from reconciler.core.history import Write
from reconciler.core.kind import Kind
from reconciler.core.outcome import Exit, ended, first, of_run
from reconciler.core.resource import Desired
from reconciler.core.values import stamp
from reconciler.core.waiting import Status, TenantStatus, Wait, Waiting
from reconciler.flow.look import Look
from reconciler.flow.make_plan import looks_at
from reconciler.flow.ports import Ports

_FIRST: Final = 5.0
_LONGEST: Final = 60.0
"""Seconds between readings while waiting: doubled from the first, as far as the longest."""
_ORDER: Final[tuple[Wait, ...]] = ("overdue", "held", "manual", "converging")


def status(desired: tuple[Desired, ...], ports: Ports, *, wait: timedelta = timedelta(0)) -> Status:
    """What waits in all tenants; with `wait` read again for so long, until nothing is on its way any more.

    Waiting is over as well once what is on its way is overdue. Raises Interrupted when the run is told to stop.
    """
    found = _statuses(desired, ports)
    left, pause = wait.total_seconds(), _FIRST
    while left > 0 and (late := [one for one in desired if _converges(found[one.tenant.name])]):
        ports.clock.wait(min(pause, left))
        left, pause = left - pause, min(pause * 2, _LONGEST)
        found |= _statuses(tuple(late), ports)
    tenants = tuple(found[one.tenant.name] for one in desired)
    return Status(tenants=tenants, exit=of_run((one.name, one.exit, False) for one in tenants))


def _statuses(desired: tuple[Desired, ...], ports: Ports) -> dict[str, TenantStatus]:
    return {one.desired.tenant.name: _status(one, ports.kinds) for one in looks_at(desired, ports)}


def _converges(one: TenantStatus) -> bool:
    return any(item.state == "converging" for item in one.waiting)


def _status(one: Look, kinds: tuple[Kind, ...]) -> TenantStatus:
    waiting = (
        *(_held(finding) for finding in one.findings if finding.severity == "held"),
        *(_manual(change) for change in one.judged.changes if change.via == "portal"),
        *_written(one, kinds),
    )
    return TenantStatus(
        name=one.desired.tenant.name,
        complete=one.complete,
        unreadable=one.observed.unreadable,
        waiting=tuple(sorted(waiting, key=lambda item: (_ORDER.index(item.state), item.address, item.via or ""))),
        exit=_exit(one, waiting),
    )


def _held(one: Finding) -> Waiting:
    return Waiting(address=one.address, state="held", rule=one.rule, message=one.message, origin=one.origin)


def _manual(one: Change) -> Waiting:
    steps, url = (one.manual.steps, one.manual.url) if one.manual else ((), None)
    return Waiting(
        address=one.address,
        via=one.via,
        action=one.action,
        state="manual",
        message=one.why,
        steps=steps,
        url=url,
        origin=one.origin,
    )


def _written(one: Look, kinds: Iterable[Kind]) -> Iterable[Waiting]:
    """The ledger's writes that this reading does not show yet, whether or not policies still ask for them."""
    by_name = {kind.name: kind for kind in kinds}
    lines = {wanted.address: wanted.origin for wanted in one.desired.wanted}
    for write, state in in_flight(one.moment.history, by_name, one.judged.actual, one.moment.now):
        yield _on_its_way(write, state, by_name[write.kind]).model_copy(update={"origin": lines.get(write.address)})


def _on_its_way(write: Write, state: Wait, kind: Kind) -> Waiting:
    hours = f"{kind.clock.total_seconds() / 3600:g} h"
    text = (
        f"a write may take up to {hours} to be visible. {kind.effect}"
        if state == "converging"
        else f"still not visible after {hours}; `plan` shows the change again where policies ask for it."
    )
    return Waiting(
        address=write.address,
        via=write.via,
        action=write.action,
        state=state,
        since=stamp(write.at.replace(microsecond=0)),
        until=stamp((write.at + kind.clock).replace(microsecond=0)),
        message=text,
    )


def _exit(one: Look, waiting: Iterable[Waiting]) -> Exit:
    """8 where a portal step or a write is waited for; a held sender alone never changes an exit code."""
    exits = [ended(0)]
    if one.observed.unreadable:
        reasons = (f"{item.kind}: {item.reason}" for item in one.observed.unreadable)
        exits.append(ended(9 if one.observed.denied else 6, *reasons))
    for state, text in (("manual", "by hand in the portal"), ("converging", "not visible yet"), ("overdue", "overdue")):
        if count := sum(item.state == state for item in waiting):
            exits.append(ended(8, f"{count} {text}"))
    return first(exits)
