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
    is_denial,
)
from reconciler.core.history import WriteState
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
    written, broken = Written(), ""
    for change in sorted(changes, key=lambda one: (order[one.kind], one.address, one.via)):
        if broken or ports.clock.stopping():
            written.stopped = written.stopped or not broken
            written.outcomes.append(outcome(change, "skipped", broken or "stopped by a signal"))
            continue
        ports.progress.say(seen.desired.tenant.name, f"writing {change.address}")
        try:
            _send(change, seen, run, ports, writer, written)
        except LedgerError as error:
            broken = f"the ledger can't be written: {error}"
            written.outcomes.append(outcome(change, "failed", broken))
    written.outcomes += verify(written.sent, seen, run.wait, ports, writer)
    return written


def _send(change: Change, seen: Look, run: Run, ports: Ports, writer: TenantWriter, written: Written) -> None:
    """Record, send, record: if we die in between, the ledger says where."""
    number = ports.ledger.start(run.id, seen.desired.tenant.tenant_id, change, ports.clock.now())
    state, text, denied = _commands(change, number, ports, writer)
    ports.ledger.finish(number, state, text, ports.clock.now(), settled=False)
    if state in {"refused", "denied"}:
        written.denials += denied
        written.outcomes.append(outcome(change, "failed", _explained(change, state, text, ports)))
    else:
        written.sent.append(Sent(change, number, answered=state == "answered", message=text))


def _explained(change: Change, state: WriteState, text: str, ports: Ports) -> str:
    """The service's own words, and what they may mean where the change will not be tried again."""
    kind = next(kind for kind in ports.kinds if kind.name == change.kind)
    return f"{text} {kind.refusal}" if state == "refused" and kind.refusal else text


def _commands(change: Change, number: int, ports: Ports, writer: TenantWriter) -> tuple[WriteState, str, bool]:
    """Send the commands in order; the next runs only after the last succeeded or was already done."""
    said: list[str] = []
    for position, command in enumerate(change.commands):
        ports.ledger.sent(number, position, command, "started", ports.clock.now())
        try:
            said += writer.tell(command)
        except CommandRefused as error:
            ports.ledger.sent(number, position, command, f"refused: {error.reason}", ports.clock.now())
            if error.reason == "done":
                continue
            if _may_be_there(change, error):
                return "unanswered", str(error), False
            return "denied" if error.reason in _PASSING else "refused", str(error), error.reason in _ACCESS
        except AccessError as error:
            ports.ledger.sent(number, position, command, "not sent", ports.clock.now())
            return "denied", str(error), is_denial(error)
        except (CommandUnanswered, Interrupted) as error:
            ports.ledger.sent(number, position, command, "unanswered", ports.clock.now())
            return "unanswered", str(error), False
        ports.ledger.sent(number, position, command, "answered", ports.clock.now())
    return "answered", " ".join(said), False


def _may_be_there(change: Change, error: CommandRefused) -> bool:
    """A create that exists already and a delete of what is gone are read back: an earlier try may have done it."""
    return (change.action, error.reason) in {("create", "exists"), ("delete", "not-found")}
