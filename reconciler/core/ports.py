"""What the stages need from the world outside; adapters give it, tests give their own."""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from reconciler.core.change import Change
from reconciler.core.history import History, WriteState
from reconciler.core.request import Command, Question
from reconciler.core.resource import Tenant
from reconciler.core.values import Row


class TenantReader(Protocol):
    """A tenant that can only be read."""

    def ask(self, question: Question) -> tuple[Row, ...]:
        """The complete answer, every page of it. Raises ReadError, ForbiddenRead or AccessError: never half a list."""
        ...


class TenantWriter(TenantReader, Protocol):
    """A tenant that can be read and told to change."""

    def tell(self, command: Command) -> tuple[str, ...]:
        """Send a command once and return the service's warnings.

        Raises CommandRefused if the answer proves that nothing ran, CommandUnanswered if nothing is known,
        AccessError if sign-in failed before anything was sent.
        """
        ...


class Tenants(Protocol):
    """The door to tenants; a connection is opened on first use and closed at the end of the block."""

    def reader(self, tenant: Tenant) -> AbstractContextManager[TenantReader]:
        """A connection that can't write."""
        ...

    def writer(self, tenant: Tenant) -> AbstractContextManager[TenantWriter]:
        """A connection that can."""
        ...


class Clock(Protocol):
    """Time as the run sees it, and as the machine sees it."""

    def now(self) -> datetime:
        """The time of the run, UTC; `--now` fixes it."""
        ...

    def machine(self) -> datetime:
        """The machine's time, UTC."""
        ...

    def wait(self, seconds: float) -> None:
        """Let time pass; raises Interrupted at once when the run is told to stop."""
        ...

    def stopping(self) -> bool:
        """Whether the run was told to stop: nothing new may start."""
        ...


class Ledger(Protocol):
    """What we did and saw. Every call is flushed before it returns. Raises LedgerError."""

    def history(self, tenant_id: str, at: datetime) -> History:
        """What is known of a tenant at a time."""
        ...

    def open_run(self, command: str, at: datetime, machine: datetime, plan_digest: str | None) -> str:
        """Begin a run and return its identifier."""
        ...

    def close_run(self, run: str, exit_code: int, machine: datetime) -> None:
        """End a run."""
        ...

    def start(self, run: str, tenant_id: str, change: Change, at: datetime) -> int:
        """Record that a change is about to be sent, and return its number."""
        ...

    def sent(self, write: int, position: int, command: Command, outcome: str, at: datetime) -> None:
        """Record one command of a change and the answer to it (`started` before it is sent)."""
        ...

    def finish(
        self,
        write: int,
        state: WriteState,
        message: str,
        at: datetime,
        *,
        settled: bool,
    ) -> None:
        """Record how a change ended as far as we know."""
        ...

    def settle(self, writes: tuple[int, ...], at: datetime) -> None:
        """Record that a read has shown something else than these writes' `before`: their clocks are over."""
        ...

    def drifted(self, tenant_id: str, seen: tuple[tuple[str, str], ...], at: datetime) -> dict[tuple[str, str], str]:
        """Record the differences (address, field) of a complete reading, and return when each was first seen.

        A difference that is no longer there is closed, so that it starts anew when it comes back.
        """
        ...


class Progress(Protocol):
    """Where a run says how far it is; must be safe to call from any thread."""

    def say(self, tenant: str, step: str) -> None:
        """A tenant has reached a step, such as `reading` or `done`."""
        ...
