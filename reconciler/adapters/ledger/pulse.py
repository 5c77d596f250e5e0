"""Signs of life that the operating system or the database server takes away at once when their process dies."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from typing import Final, Protocol

from sqlalchemy import Connection, Engine, Function, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from reconciler.adapters.ledger.file_lock import try_lock
from reconciler.core.errors import LedgerError

_KEEP_ALIVE: Final = ("tcp_keepalives_idle = 15", "tcp_keepalives_interval = 10", "tcp_keepalives_count = 3")
"""Within 45 s the server misses a machine that lost its power, not after its usual two hours."""


class Pulse(Protocol):
    """One sign of life for each lock, under the lock's name."""

    def start(self, name: str) -> None:
        """Show this sign from now on."""
        ...

    def beats(self, name: str, connection: Connection) -> bool:
        """Whether somebody shows it; `connection` is the caller's own transaction."""
        ...

    def keep(self) -> None:
        """Tell whoever watches that this process still runs."""
        ...

    def stop(self, name: str) -> None:
        """Show it no longer."""
        ...

    def close(self) -> None:
        """Show nothing any longer."""
        ...


class FilePulse:
    """Locked files beside a SQLite ledger: for processes of one machine."""

    def __init__(self, ledger: Path) -> None:
        """Make nothing yet."""
        self._ledger = ledger
        self._open: dict[str, int] = {}

    def start(self, name: str) -> None:
        """Make a file of this name and lock it."""
        path = self._path(name)
        try:
            handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        except OSError as error:
            raise LedgerError(
                f"The lock {path} can't be made: {error.strerror}. Nothing is sent without it."
            ) from error
        self._open[name] = handle
        try_lock(handle)

    def beats(self, name: str, connection: Connection) -> bool:
        """Whether the file is there and locked; one that a dead process left is removed."""
        del connection
        try:
            handle = os.open(self._path(name), os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            if not try_lock(handle):
                return True
        finally:
            os.close(handle)
        self._path(name).unlink(missing_ok=True)
        return False

    def keep(self) -> None:
        """Nothing: a lock of a file needs no keeping."""

    def stop(self, name: str) -> None:
        """Unlock and remove the file."""
        handle = self._open.pop(name, None)
        if handle is not None:
            os.close(handle)
            self._path(name).unlink(missing_ok=True)

    def close(self) -> None:
        """Remove all files."""
        for name in tuple(self._open):
            self.stop(name)

    def _path(self, name: str) -> Path:
        return self._ledger.with_name(f"{self._ledger.name}-lock-{name}")


class ServerPulse:
    """Advisory locks of one PostgreSQL session: the server frees them when it ends, or says nothing for too long."""

    def __init__(self, engine: Engine, term: float) -> None:
        """Connect on first use; after `term` silent seconds the server ends the session."""
        self._engine, self._term = engine, term
        self._guard = Lock()
        self._session: Connection | None = None

    def start(self, name: str) -> None:
        """Take the lock of this name in the session."""
        with self._guard, self._lasting():
            self._connected().execute(select(func.pg_try_advisory_lock(_key(name))))

    def beats(self, name: str, connection: Connection) -> bool:
        """Whether a session has it; our own trial ends with the caller's transaction."""
        return not connection.scalar(select(func.pg_try_advisory_xact_lock(_key(name))))

    def keep(self) -> None:
        """Say something in the session."""
        with self._guard, self._lasting():
            if self._session is not None:
                self._session.execute(text("SELECT 1"))

    def stop(self, name: str) -> None:
        """Give the lock back."""
        with self._guard, self._lasting():
            if self._session is not None:
                self._session.execute(select(func.pg_advisory_unlock(_key(name))))

    def close(self) -> None:
        """End the session."""
        with self._guard:
            self._end()

    @contextlib.contextmanager
    def _lasting(self) -> Iterator[None]:
        """A session that failed has lost its locks; the next one is a new one."""
        try:
            yield
        except SQLAlchemyError:
            self._end()
            raise

    def _end(self) -> None:
        if self._session is not None:
            with contextlib.suppress(SQLAlchemyError):
                self._session.close()
            self._session = None

    def _connected(self) -> Connection:
        if self._session is None:
            session = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            # The pool must never hand this session to anybody else.
            session.detach()
            for setting in (*_KEEP_ALIVE, f"idle_session_timeout = '{self._term * 1000:.0f}ms'"):
                session.execute(text(f"SET {setting}"))
            self._session = session
        return self._session


def _key(name: str) -> Function[int]:
    return func.hashtextextended(f"reconciler lock {name}", 0)
