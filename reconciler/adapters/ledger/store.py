"""Connections to a ledger and its short transactions; every failure of the database leaves as one LedgerError."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Final

from sqlalchemy import Connection, column, func, inspect, select, table
from sqlalchemy.exc import SQLAlchemyError

from reconciler.adapters.ledger.engine import engine_of, prefer_wal
from reconciler.adapters.ledger.faults import Faults
from reconciler.adapters.ledger.place import Place, make_file
from reconciler.adapters.ledger.pulse import FilePulse, Pulse, ServerPulse
from reconciler.adapters.ledger.schema import HEAD, KNOWN, VERSION_TABLE
from reconciler.core.errors import LedgerError

_MIGRATING: Final = "reconciler: migrating the ledger"


class Store:
    """One engine for all threads. Transactions are short: a call of the ledger port each."""

    def __init__(self, place: Place) -> None:
        """Make the engine, which connects on first use."""
        self._place = place
        self._engine, self._faults = engine_of(place)
        self._writer = self._engine.execution_options(writing=True)
        self._preparing = threading.Lock()
        self._current = False
        self._ready = False
        # SQLite has one writer at a time and polls for its turn; a queue of our threads is fairer and never times out.
        self._turn = nullcontext() if place.file is None else threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[Connection | None]:
        """A transaction that reads; None where no ledger was made yet."""
        with self._explained(self._faults):
            if not self._current and not self._readable():
                yield None
                return
            with self._engine.begin() as connection:
                yield connection

    @contextmanager
    def writing(self, alone: str = "") -> Iterator[Connection]:
        """A transaction that is on disk when the block ends; those with one word for `alone` never overlap."""
        with self._explained(self._faults):
            if not self._ready:
                self._prepare()
            with self._turn, self._writer.begin() as connection:
                if alone:
                    self._exclude(connection, alone)
                yield connection

    def pulse(self, term: float) -> Pulse:
        """What shows others that this process lives: a locked file beside a SQLite ledger, else a session."""
        return ServerPulse(self._engine, term) if self._place.file is None else FilePulse(self._place.file)

    def close(self) -> None:
        """Close every connection that nobody uses."""
        self._engine.dispose()

    def _readable(self) -> bool:
        """Whether there is a ledger; an older one is brought up to date first."""
        with self._engine.begin() as connection:
            version = self._version(connection)
        if version not in {None, HEAD}:
            self._prepare()
        self._current = version is not None
        return self._current

    def _prepare(self) -> None:
        """Make the ledger, or bring it up to date, unless that is done; of many at once one does it."""
        with self._preparing:
            if self._ready:
                return
            if self._place.file is not None:
                make_file(self._place.file)
            with self._writer.begin() as connection:
                self._exclude(connection, _MIGRATING)
                if self._version(connection) != HEAD:
                    from reconciler.adapters.ledger.migrate import upgrade

                    upgrade(connection)
            if self._place.file is not None:
                prefer_wal(self._engine)
            self._current = self._ready = True

    def _version(self, connection: Connection) -> str | None:
        """The schema that is there; None for none. Raises LedgerError for one that is not for this version."""
        tables = inspect(connection).get_table_names()
        if VERSION_TABLE not in tables:
            if tables and self._place.file is not None:
                raise LedgerError(
                    f"{self._faults.shown} is some other database. Set RECONCILER_LEDGER to another file."
                )
            return None
        version = connection.scalar(select(column("version_num")).select_from(table(VERSION_TABLE)))
        if version is not None and version not in KNOWN:
            raise LedgerError(
                f"{self._faults.shown} has the schema {version!r}; this version of reconciler knows {HEAD!r} at most. "
                "Install the version that made it, or set RECONCILER_LEDGER to another ledger."
            )
        return None if version is None else str(version)

    def _exclude(self, connection: Connection, word: str) -> None:
        """Wait until no other transaction has this word; SQLite has only one writer anyway."""
        if self._place.file is None:
            connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(word, 0))))

    @staticmethod
    @contextmanager
    def _explained(faults: Faults) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise faults.explain(error) from error
