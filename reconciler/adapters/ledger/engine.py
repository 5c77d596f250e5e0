"""Engines for the two sorts of ledger, each with what makes a commit last and keeps a password unseen."""

import contextlib
import sqlite3
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

from reconciler.adapters.ledger.faults import Faults
from reconciler.adapters.ledger.place import Place
from reconciler.core.errors import LedgerError

_PATIENCE: Final = 10
"""Seconds that we wait for another process's transaction, and for a server to answer."""
_THREADS: Final = 64
"""The most connections that may be open at once; more threads wait for their turn."""


def engine_of(place: Place) -> tuple[Engine, Faults]:
    """The engine of a place and the sentences for its failures. Raises LedgerError."""
    if place.file is not None:
        return _sqlite(place.file), Faults(f"The ledger {place.file}")
    try:
        url = make_url(place.url)
    except (ArgumentError, ValueError):
        raise LedgerError(_unclear("is not a URL")) from None  # its message would hold the password
    if "@" in f"{url.host}{url.database}":
        raise LedgerError(_unclear("has an @ too many"))
    return _postgres(url)


def _unclear(what: str) -> str:
    return (
        f"RECONCILER_LEDGER {what}. In a user name or password write @ as %40, : as %3A, / as %2F and % as %25: "
        "postgresql+psycopg://USER:PASSWORD@HOST:PORT/DATABASE."
    )


def _postgres(url: URL) -> tuple[Engine, Faults]:
    shown = f"The ledger in the PostgreSQL database {url.database or ''!r} on {url.host or 'the local socket'}"
    secrets = tuple(str(value) for key, value in url.query.items() if "pass" in key)
    arguments = {} if "connect_timeout" in url.query else {"connect_timeout": _PATIENCE}
    try:
        engine = create_engine(
            url, connect_args=arguments, hide_parameters=True, pool_pre_ping=True, max_overflow=_THREADS
        )
    except ImportError as error:
        raise LedgerError(
            "A PostgreSQL ledger needs the driver psycopg, which is not installed. Install `reconciler[postgres]`."
        ) from error
    event.listen(engine, "connect", _impatient)
    return engine, Faults(shown, (*secrets, url.password or ""))


def _impatient(connection: DBAPIConnection, _record: object) -> None:
    # By default PostgreSQL waits for a lock for ever; a run that hangs says nothing to anybody.
    with contextlib.closing(connection.cursor()) as cursor:
        cursor.execute(f"SET lock_timeout = '{_PATIENCE}s'")
    connection.commit()


def _sqlite(file: Path) -> Engine:
    """Never makes a file: that is done on purpose, with its mode, before the first write."""
    uri = f"{file.as_uri()}?mode=rw"

    def connect() -> sqlite3.Connection:
        # Without an isolation level the driver starts no transaction by itself; ours start in `_begin`.
        return sqlite3.connect(uri, uri=True, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)

    engine = create_engine(
        "sqlite://", creator=connect, poolclass=QueuePool, hide_parameters=True, max_overflow=_THREADS
    )
    event.listen(engine, "connect", _durable)
    event.listen(engine, "begin", _begin)
    return engine


def _durable(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    # What was taken out of the ledger is not left in its free pages.
    connection.execute("PRAGMA secure_delete=ON")


def _begin(connection: Connection) -> None:
    # A transaction that begins by reading can't become a writer once somebody else has written.
    writing = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def prefer_wal(engine: Engine) -> None:
    """Let readers work beside the writer; the file keeps this setting.

    SQLite refuses the switch while another process has the file open. It lasts as well without, so the next run tries.
    """
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA journal_mode=WAL")
    except sqlite3.OperationalError as error:
        if not error.sqlite_errorname.startswith("SQLITE_BUSY"):
            raise
    finally:
        connection.close()
