"""The ledger: what we did and saw, in a SQLite file or a PostgreSQL database; nothing heavy loads before it is used."""

import secrets
import threading
import weakref
from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from reconciler.adapters.ledger.place import Place, place_of
from reconciler.core.change import Change, Evidence
from reconciler.core.history import NOBODY, Caller, Ending, History, Holder, Lease
from reconciler.core.outcome import TenantOutcomes
from reconciler.core.request import Command
from reconciler.core.values import Fields

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from reconciler.adapters.ledger.locks import Locks
    from reconciler.adapters.ledger.sql_archive import SqlArchive
    from reconciler.adapters.ledger.store import Store

__all__ = ["SqlLedger", "open_archive", "open_ledger"]


TERM: Final = 45.0
"""Seconds for which a lock is renewed at a time; an owner that stops for longer loses it."""


def open_ledger(url: str, *, term: float = TERM) -> "SqlLedger":
    """The ledger at `sqlite:///FILE` or `postgresql+psycopg://…`; nothing is made and nothing connected before use.

    Raises LedgerError for any other address.
    """
    return SqlLedger(place_of(url), term)


def open_archive(url: str) -> "SqlArchive":
    """The same ledger for people to read, and to take things out of. Raises LedgerError for any other address."""
    from reconciler.adapters.ledger.sql_archive import SqlArchive

    return SqlArchive(place_of(url))


class SqlLedger:
    """The ledger port on SQL: one engine for all threads, one short transaction for each call."""

    def __init__(self, place: Place, term: float) -> None:
        """Remember where; connect on first use."""
        self._place, self._term = place, term
        self._opening = threading.Lock()
        self._opened: Store | None = None
        self._locking: Locks | None = None

    def history(self, tenant_id: str, at: datetime, names: Iterable[str] = ()) -> History:
        """What is known of a tenant: the thirty days before `at`, and all that came later."""
        if not self._place.exists():
            return History()
        from reconciler.adapters.ledger.recall import history

        with self._store().reading() as connection:
            return History() if connection is None else history(connection, tenant_id, at, names)

    def open_run(
        self, command: str, at: datetime, machine: datetime, plan_digest: str | None, caller: Caller = NOBODY
    ) -> str:
        """Begin a run and return its identifier, which sorts by time."""
        from reconciler.adapters.ledger.record import open_run

        run = f"{machine.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
        row = {"id": run, "command": command, "at": at, "machine_at": machine, "plan_digest": plan_digest}
        with self._writing() as connection:
            open_run(connection, row, caller)
        return run

    def keep(self, run: str, commit: str, plan: tuple[Fields, datetime], machine: datetime) -> None:
        """Keep what a run carries out, and until when it may, so that it can be resumed."""
        from reconciler.adapters.ledger.keep import keep

        with self._writing() as connection:
            keep(connection, run, commit, plan, machine)

    def close_run(self, run: str, exit_code: int, machine: datetime) -> None:
        """End a run."""
        from reconciler.adapters.ledger.record import close_run

        with self._writing() as connection:
            close_run(connection, run, exit_code, machine)

    def lock(self, run: str, tenant_id: str) -> Lease | Holder:
        """Take a tenant for a run, or say who has it; returns at once."""
        return self._locks().take(run, tenant_id)

    def unlock(self, lease: Lease) -> None:
        """Let a tenant go."""
        self._locks().release(lease)

    def judged(self, run: str, tenant_id: str, evidence: tuple[Evidence, ...]) -> None:
        """Record on what evidence a run unblocks, before it does."""
        if not evidence:
            return
        from reconciler.adapters.ledger.record import judged

        with self._writing() as connection:
            judged(connection, run, tenant_id, evidence)

    def start(self, run: str, tenant_id: str, change: Change, at: datetime, ended: tuple[Ending, ...] = ()) -> int:
        """Record that a change and its first command are about to be sent, and return its number."""
        from reconciler.adapters.ledger.record import finish, start

        with self._writing() as connection:
            for one in ended:
                finish(connection, one, at)
            return start(connection, run, tenant_id, change, at)

    def sent(self, write: int, position: int, command: Command, outcome: str, at: datetime) -> None:
        """Record a further command before it is sent, and the answer to any that is not the last."""
        from reconciler.adapters.ledger.record import sent

        with self._writing() as connection:
            sent(connection, (write, position), command, outcome, at)

    def finish(self, endings: tuple[Ending, ...], at: datetime) -> None:
        """Record how changes ended as far as we know; what is settled stays settled."""
        if not endings:
            return
        from reconciler.adapters.ledger.record import finish

        with self._writing() as connection:
            for one in endings:
                finish(connection, one, at)

    def concluded(self, run: str, tenant_id: str, result: TenantOutcomes, at: datetime) -> None:
        """Record how a run ended in one tenant, with the outcome of each planned change."""
        from reconciler.adapters.ledger.record import concluded

        with self._writing() as connection:
            concluded(connection, run, tenant_id, result, at)

    def settle(self, writes: tuple[int, ...], at: datetime) -> None:
        """Record that a read has shown something else than these writes' `before`: their clocks are over."""
        if not writes:
            return
        from reconciler.adapters.ledger.record import settle

        with self._writing() as connection:
            settle(connection, writes, at)

    def drifted(self, tenant_id: str, seen: Iterable[tuple[str, str]], at: datetime) -> dict[tuple[str, str], str]:
        """Record the differences (address, field) of a complete reading, and return when each was first seen.

        A difference that is no longer there is closed, so that it starts anew when it comes back.
        """
        wanted = frozenset(seen)
        if not wanted and not self._place.exists():
            return {}
        from reconciler.adapters.ledger.record import drifted

        with self._writing(alone=tenant_id) as connection:
            return drifted(connection, tenant_id, wanted, at)

    def close(self) -> None:
        """Let go of all locks and connections; the next call connects again."""
        if self._locking is not None:
            self._locking.close()
        if self._opened is not None:
            self._opened.close()

    def _writing(self, alone: str = "") -> "AbstractContextManager[Connection]":
        return self._store().writing(alone)

    def _locks(self) -> "Locks":
        store = self._store()
        with self._opening:
            if self._locking is None:
                from reconciler.adapters.ledger.locks import Locks

                self._locking = Locks(store, self._term)
                weakref.finalize(self, self._locking.close)
            return self._locking

    def _store(self) -> "Store":
        with self._opening:
            if self._opened is None:
                from reconciler.adapters.ledger.store import Store

                self._opened = Store(self._place)
                # A SQLite file that is closed properly is one file; otherwise its newest part stays in a second one.
                weakref.finalize(self, self._opened.close)
            return self._opened
