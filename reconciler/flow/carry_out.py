"""Sends the commands of one tenant's changes one by one, recorded before and after, and reads the result back."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from reconciler.core.change import Change
from reconciler.core.errors import (
    AccessError,
    CommandRefused,
    CommandUnanswered,
    Interrupted,
    LedgerError,
    ReconcilerError,
    is_denial,
)
from reconciler.core.history import Ending, WriteState
from reconciler.core.outcome import Outcome
from reconciler.core.ports import TenantWriter
from reconciler.flow.endings import outcome
from reconciler.flow.look import Look
from reconciler.flow.ports import Ports
from reconciler.flow.verify import Sent, verify

_ACCESS: Final = frozenset({"permission", "licence"})
_PASSING: Final = _ACCESS | {"throttled", "not-found", "unsent"}
"""Refusals that say nothing against the change itself: it may be tried again (CONTRACT 1.4)."""


@dataclass(frozen=True, slots=True)
class Run:
    """The run that writes, and how long each tenant's writes are awaited."""

    id: str
    wait: timedelta


@dataclass(slots=True)
class Written:
    """The outcomes of what was sent, or not sent after all."""

    outcomes: list[Outcome] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    denials: int = 0
    stopped: bool = False
    unrecorded: tuple[Ending, ...] = ()
    """How the last change ended: recorded at once, together with the beginning of the next one where there is one."""
    broken: str = ""
    """Why the ledger could not be told: from then on nothing was sent."""

    @property
    def denied(self) -> bool:
        """Whether every failure was a want of access."""
        failed = sum(one.state == "failed" for one in self.outcomes)
        return 0 < failed == self.denials


def carry_out(changes: tuple[Change, ...], seen: Look, run: Run, ports: Ports, writer: TenantWriter) -> Written:
    """Send every change in the order of the kinds, then verify all of them together.

    A ledger that fails stops the rest: what can't be recorded is not sent.
    """
    order = {kind.name: place for place, kind in enumerate(ports.kinds)}
    written = Written()
    for change in sorted(changes, key=lambda one: (order[one.kind], one.address, one.via)):
        if written.broken or ports.clock.stopping():
            written.stopped = written.stopped or not written.broken
            written.outcomes.append(outcome(change, "skipped", written.broken or "stopped by a signal"))
            continue
        ports.progress.say(seen.desired.tenant.name, f"writing {change.address}")
        _send(change, seen, run, ports, writer, written)
    _flush(written, ports)
    written.outcomes += verify(written.sent, seen, run.wait, ports, writer)
    return written


def _send(change: Change, seen: Look, run: Run, ports: Ports, writer: TenantWriter, written: Written) -> None:
    """Record, send, record: if we die in between, the ledger says where."""
    try:
        tenant = seen.desired.tenant.tenant_id
        number = ports.ledger.start(run.id, tenant, change, ports.clock.now(), written.unrecorded)
        written.unrecorded = ()
    except LedgerError as error:
        written.broken = f"the ledger can't be written: {error}"
        written.outcomes.append(outcome(change, "failed", written.broken))
        return
    ending, denied = _commands(change, number, ports, writer, written)
    written.unrecorded = (ending,)
    if ending.state in {"refused", "denied"}:
        written.denials += denied
        written.outcomes.append(outcome(change, "failed", _explained(change, ending, ports)))
    else:
        written.sent.append(Sent(change, number, answered=ending.state == "answered", message=ending.message))


def _flush(written: Written, ports: Ports) -> None:
    """Record the last ending, which no next change has recorded on its way."""
    try:
        ports.ledger.finish(written.unrecorded, ports.clock.now())
    except LedgerError as error:
        written.broken = written.broken or f"the ledger can't be written: {error}"


def _explained(change: Change, ending: Ending, ports: Ports) -> str:
    """The service's own words, and what they may mean where the change will not be tried again."""
    kind = next(kind for kind in ports.kinds if kind.name == change.kind)
    return f"{ending.message} {kind.refusal}" if ending.state == "refused" and kind.refusal else ending.message


def _commands(change: Change, number: int, ports: Ports, writer: TenantWriter, written: Written) -> tuple[Ending, bool]:
    """Send the commands in order, and say how the change ended, and whether for want of access.

    The next command runs only after the last succeeded or was already done.
    """
    said: list[str] = []
    answered: tuple[int, str] | None = None
    for position, command in enumerate(change.commands):
        try:
            if answered is not None:
                _advance(change, number, answered, ports)
        except LedgerError as error:
            written.broken = f"the ledger can't be written: {error}"
            return Ending(write=number, state="unanswered", message=written.broken), False
        try:
            said += writer.tell(command)
            answered = position, "answered"
        except (CommandRefused, CommandUnanswered, AccessError, Interrupted) as error:
            state, word, denied = _failure(change, error)
            answered = position, word
            if state != "answered":
                return Ending(write=number, state=state, message=str(error), answered=answered), denied
    return Ending(write=number, state="answered", message=" ".join(said), answered=answered), False


def _advance(change: Change, number: int, answered: tuple[int, str], ports: Ports) -> None:
    """Record the answer to a command, and that the next one is about to be sent."""
    place, word = answered
    ports.ledger.sent(number, place, change.commands[place], word, ports.clock.now())
    ports.ledger.sent(number, place + 1, change.commands[place + 1], "started", ports.clock.now())


def _failure(change: Change, error: ReconcilerError) -> tuple[WriteState, str, bool]:
    """What became of a change whose command failed so, the word for the command, and whether access is missing."""
    if not isinstance(error, CommandRefused):
        unsent = isinstance(error, AccessError)
        return ("denied", "not sent", is_denial(error)) if unsent else ("unanswered", "unanswered", False)
    word = f"refused: {error.reason}"
    if error.reason == "done":
        return "answered", word, False
    if _may_be_there(change, error):
        return "unanswered", word, False
    return "denied" if error.reason in _PASSING else "refused", word, error.reason in _ACCESS


def _may_be_there(change: Change, error: CommandRefused) -> bool:
    """A create that exists already and a delete of what is gone are read back: an earlier try may have done it."""
    return (change.action, error.reason) in {("create", "exists"), ("delete", "not-found")}
