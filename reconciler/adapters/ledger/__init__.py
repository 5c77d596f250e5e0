"""The ledger: what we did and saw, in a SQLite file or a PostgreSQL database; nothing heavy loads before it is used."""

import secrets
import threading
import weakref
from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from reconciler.adapters.ledger.place import Place, place_of
from reconciler.core.change import Change
from reconciler.core.history import History, WriteState
from reconciler.core.request import Command

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from reconciler.adapters.ledger.store import Store

__all__ = ["SqlLedger", "open_ledger"]


def open_ledger(url: str) -> "SqlLedger":
    """The ledger at `sqlite:///FILE` or `postgresql+psycopg://…`; nothing is made and nothing connected before use.

    Raises LedgerError for any other address.
    """
    return SqlLedger(place_of(url))


class SqlLedger:
    """The ledger port on SQL: one engine for all threads, one short transaction for each call."""

    def __init__(self, place: Place) -> None:
        """Remember where; connect on first use."""
        self._place = place
        self._opening = threading.Lock()
        self._opened: Store | None = None

    def history(self, tenant_id: str, at: datetime) -> History:
        """What is known of a tenant: the thirty days before `at`, and all that came later."""
        if not self._place.exists():
            return History()
        from reconciler.adapters.ledger.recall import history

        with self._store().reading() as connection:
            return History() if connection is None else history(connection, tenant_id, at)

    def open_run(self, command: str, at: datetime, machine: datetime, plan_digest: str | None) -> str:
        """Begin a run and return its identifier, which sorts by time."""
        from reconciler.adapters.ledger.record import open_run

        run = f"{machine.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
        with self._writing() as connection:
            open_run(connection, run, command, (at, machine), plan_digest)
        return run

    def close_run(self, run: str, exit_code: int, machine: datetime) -> None:
        """End a run."""
        from reconciler.adapters.ledger.record import close_run

        with self._writing() as connection:
            close_run(connection, run, exit_code, machine)

    def start(self, run: str, tenant_id: str, change: Change, at: datetime) -> int:
        """Record that a change is about to be sent, and return its number."""
        from reconciler.adapters.ledger.record import start

        with self._writing() as connection:
            return start(connection, run, tenant_id, change, at)

    def sent(self, write: int, position: int, command: Command, outcome: str, at: datetime) -> None:
        """Record one command of a change before it is sent, and again with the answer to it."""
        from reconciler.adapters.ledger.record import sent

        with self._writing() as connection:
            sent(connection, (write, position), command, outcome, at)

    def finish(self, write: int, state: WriteState, message: str, at: datetime, *, settled: bool) -> None:
        """Record how a change ended as far as we know; what is settled stays settled."""
        from reconciler.adapters.ledger.record import finish

        with self._writing() as connection:
            finish(connection, write, (state, message), at, settled=settled)

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
        """Let go of all connections; the next call connects again."""
        if self._opened is not None:
            self._opened.close()

    def _writing(self, alone: str = "") -> "AbstractContextManager[Connection]":
        return self._store().writing(alone)

    def _store(self) -> "Store":
        with self._opening:
            if self._opened is None:
                from reconciler.adapters.ledger.store import Store

                self._opened = Store(self._place)
                # A SQLite file that is closed properly is one file; otherwise its newest part stays in a second one.
                weakref.finalize(self, self._opened.close)
            return self._opened
