"""What the stages need from the world outside; adapters give it, tests give their own."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Protocol

from reconciler.core.change import Change, Evidence
from reconciler.core.history import NOBODY, Caller, Ending, History, Holder, Lease
from reconciler.core.outcome import TenantOutcomes
from reconciler.core.records import DriftRecord, RunRecord
from reconciler.core.request import Command, Question, ReviewQuestion, TenantQuestion
from reconciler.core.resource import Tenant
from reconciler.core.values import Fields, Row


class TenantReader(Protocol):
    """A tenant that can only be read."""

    def ask(self, question: TenantQuestion) -> tuple[Row, ...]:
        """The complete answer, every page of it. Raises ReadError, ForbiddenRead or AccessError: never half a list."""
        ...


class Source(Protocol):
    """Whoever answers what a kind asks, of a tenant and of reviews."""

    def ask(self, question: Question) -> tuple[Row, ...]:
        """The complete answer. Raises ReconcilerError."""
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


class Reviews(Protocol):
    """The place where policies are reviewed; it can only be read."""

    def ask(self, question: ReviewQuestion) -> tuple[Row, ...]:
        """What is known of each commit that wrote the item, as `Brought` (core/review.py). Raises ReconcilerError.

        Several threads may ask at once.
        """
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

    def history(self, tenant_id: str, at: datetime, names: Iterable[str] = ()) -> History:
        """What is known of a tenant at a time; a sender who was forgotten is known again by one of these `names`."""
        ...

    def open_run(
        self, command: str, at: datetime, machine: datetime, plan_digest: str | None, caller: Caller = NOBODY
    ) -> str:
        """Begin a run and return its identifier."""
        ...

    def keep(self, run: str, commit: str, plan: tuple[Fields, datetime], machine: datetime) -> None:
        """Keep what a run carries out, and until when it may, so that it can be resumed; `commit` is the policies'."""
        ...

    def close_run(self, run: str, exit_code: int, machine: datetime) -> None:
        """End a run."""
        ...

    def lock(self, run: str, tenant_id: str) -> Lease | Holder:
        """Take a tenant for a run, or say who has it; returns at once. Who died or stopped has it no longer."""
        ...

    def unlock(self, lease: Lease) -> None:
        """Let a tenant go."""
        ...

    def judged(self, run: str, tenant_id: str, evidence: tuple[Evidence, ...]) -> None:
        """Record on what evidence a run unblocks, before it does."""
        ...

    def start(self, run: str, tenant_id: str, change: Change, at: datetime, ended: tuple[Ending, ...] = ()) -> int:
        """Record that a change and its first command are about to be sent, and return its number.

        `ended` says how changes before it ended: one flush does for both, or fails for both. Raises LedgerError where
        the run does not hold the tenant: then nothing may be sent.
        """
        ...

    def sent(self, write: int, position: int, command: Command, outcome: str, at: datetime) -> None:
        """Record a further command before it is sent (`started`), and the answer to any that is not the last.

        Raises LedgerError for `started` where somebody else has taken the tenant: then nothing may be sent.
        """
        ...

    def finish(self, endings: tuple[Ending, ...], at: datetime) -> None:
        """Record how changes ended as far as we know; what is settled stays settled."""
        ...

    def concluded(self, run: str, tenant_id: str, result: TenantOutcomes, at: datetime) -> None:
        """Record how a run ended in one tenant, with the outcome of each planned change."""
        ...

    def settle(self, writes: tuple[int, ...], at: datetime) -> None:
        """Record that a read has shown something else than these writes' `before`: their clocks are over."""
        ...

    def drifted(self, tenant_id: str, seen: tuple[tuple[str, str], ...], at: datetime) -> dict[tuple[str, str], str]:
        """Record the differences (address, field) of a complete reading, and return when each was first seen.

        A difference that is no longer there is closed, so that it starts anew when it comes back.
        """
        ...


class Archive(Protocol):
    """What the ledger holds for people. Raises LedgerError."""

    def tenants(self) -> dict[str, str]:
        """The name of every tenant that a run has come to, by its identifier."""
        ...

    def runs(self, *, limit: int, tenants: Iterable[str] | None = None) -> tuple[RunRecord, ...]:
        """The newest runs, newest first; with `tenants` those that came to one of them, and only these parts."""
        ...

    def run(self, name: str) -> RunRecord | None:
        """One run by its identifier, or by a beginning of it that no other run has."""
        ...

    def plan_of(self, run: str) -> Fields | None:
        """The document of the plan that a run carries out, as long as it may be resumed."""
        ...

    def planned(self, command: str, plan_digest: str) -> bool:
        """Whether a run of this command made, or carried out, a plan with this digest."""
        ...

    def drifts(self, since: datetime) -> tuple[DriftRecord, ...]:
        """All drift that was open at some time since then, the oldest first."""
        ...

    def forget(self, address: str, at: datetime) -> int:
        """Replace an address wherever it stands by a name that only who knows the address can recognise.

        Returns how many rows were changed. Budgets and clocks go on.
        """
        ...

    def prune(self, keep: timedelta) -> int:
        """Delete runs that began longer than `keep` before the newest run, but each tenant's newest, and count them."""
        ...


class Progress(Protocol):
    """Where a run says how far it is; must be safe to call from any thread."""

    def say(self, tenant: str, step: str) -> None:
        """A tenant has reached a step, such as `reading` or `done`."""
        ...
