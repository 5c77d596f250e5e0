"""Reads written objects back until they are as planned, or until waiting is over: a yes is not yet a change."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from reconciler.core.change import Change
from reconciler.core.errors import Interrupted, LedgerError
from reconciler.core.history import Ending, WriteState
from reconciler.core.judge import fulfilled
from reconciler.core.kind import Kind
from reconciler.core.outcome import Outcome, State
from reconciler.core.ports import TenantWriter
from reconciler.flow.endings import outcome
from reconciler.flow.look import Look, look
from reconciler.flow.ports import Ports

_FIRST: Final = 1.0
_LONGEST: Final = 5.0
"""Seconds between readings: doubled from the first, as far as the longest (go-msadmin polls every four)."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A change whose commands were sent, the number of its write, and whether the service said yes."""

    change: Change
    write: int
    answered: bool
    message: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What names the object and the way in a reading."""
        return self.change.address, self.change.via


def verify(sent: list[Sent], seen: Look, wait: timedelta, ports: Ports, writer: TenantWriter) -> list[Outcome]:
    """The outcome of each sent change: read back at once, then again until it shows or `wait` is over."""
    outcomes: list[Outcome] = []
    pending, left, pause = list(sent), wait.total_seconds(), _FIRST
    last: Look | None = None
    while pending:
        last = _again(pending, seen, ports, writer)
        shown = [one for one in pending if _shows(one, last)]
        outcomes += _applied(shown, seen, ports)
        pending = [one for one in pending if one not in shown]
        if not pending or left <= 0 or not _paused(min(pause, left), seen, ports):
            break
        left, pause = left - pause, min(pause * 2, _LONGEST)
    return outcomes + [_not_seen(one, last, ports) for one in pending]


def _paused(seconds: float, seen: Look, ports: Ports) -> bool:
    """Wait before the next reading; False once the run is told to stop."""
    ports.progress.say(seen.desired.tenant.name, "waiting for the changes to be visible")
    try:
        ports.clock.wait(seconds)
    except Interrupted:
        return False
    return not ports.clock.stopping()


def _again(pending: list[Sent], seen: Look, ports: Ports, writer: TenantWriter) -> Look:
    """The lists alone: what was judged before the write is not asked again while it is awaited."""
    kinds = frozenset(one.change.kind for one in pending)
    return look(seen.desired, replace(ports, depth="lists"), writer, only=kinds)


def _readable(one: Sent, again: Look) -> bool:
    return all(kind.kind != one.change.kind for kind in again.observed.unreadable)


def _shows(one: Sent, again: Look) -> bool:
    return _readable(one, again) and fulfilled(again.judged, one.change)


def _applied(shown: list[Sent], seen: Look, ports: Ports) -> list[Outcome]:
    endings = [Ending(write=one.write, state="applied", message=one.message, settled=True) for one in shown]
    _finish(endings, ports)
    for one in shown:
        ports.progress.say(seen.desired.tenant.name, f"applied {one.change.address}")
    return [outcome(one.change, "applied", _kind(one, ports).effect) for one in shown]


def _not_seen(one: Sent, last: Look | None, ports: Ports) -> Outcome:
    """What an unseen write is: on its way, not believed, unknown, or overtaken by somebody else."""
    kind = _kind(one, ports)
    if last and _readable(one, last) and not kind.is_same(last.judged.actual.get(one.key), one.change.before):
        return _ended(one, "answered", "failed", "it now shows neither the old nor the wanted value.", ports)
    if not one.answered and kind.once:
        return _ended(one, "unanswered", "converging", f"no answer came, and it is still there. {kind.effect}", ports)
    if not one.answered:
        text = f"no answer came, and the change is not visible; a new plan shows it again. {one.message}"
        return _ended(one, "unanswered", "failed", text.rstrip(), ports)
    if not kind.trusts(one.change):
        text = "the service accepted the command and nothing changed. Use `via: portal` or `via: companion`."
        return _ended(one, "disbelieved", "failed", text, ports)
    hours = f"{kind.clock.total_seconds() / 3600:g} h"
    return _ended(one, "answered", "converging", f"accepted, visible within {hours}. {kind.effect}", ports)


def _ended(one: Sent, written: WriteState, state: State, message: str, ports: Ports) -> Outcome:
    _finish([Ending(write=one.write, state=written, message=one.message)], ports)
    return outcome(one.change, state, message)


def _finish(endings: list[Ending], ports: Ports) -> None:
    """Record the end. The write itself is recorded already, so a ledger that fails now loses only this reading."""
    try:
        ports.ledger.finish(tuple(endings), ports.clock.now())
    except LedgerError as error:
        ports.progress.say("ledger", str(error))


def _kind(one: Sent, ports: Ports) -> Kind:
    return next(kind for kind in ports.kinds if kind.name == one.change.kind)
