"""Locks of tenants: taken, renewed while their owner works, and passed on when it died or stopped."""

import contextlib
import os
import platform
import threading
import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from reconciler.adapters.ledger.lease import BEATS, Held, Owner, holder, newest, release, renew, take
from reconciler.adapters.ledger.store import Store
from reconciler.core.errors import LedgerError
from reconciler.core.history import Holder, Lease


class Locks:
    """The locks that this process holds, for all of its threads.

    The newest row of a tenant says whose it is. It counts for nothing once its owner shows no sign of life, or has
    not renewed it for a whole term by our own steady clock: no two clocks are ever compared.
    """

    def __init__(self, store: Store, term: float) -> None:
        """Hold nothing yet; `term` is how many seconds a renewal holds."""
        self._store, self._pulse, self._term = store, store.pulse(term), term
        self._guard = threading.Lock()
        self._held: dict[int, str] = {}
        self._seen: dict[str, tuple[Held, float]] = {}
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def take(self, run: str, tenant_id: str) -> Lease | Holder:
        """A lease, or who is in the way; returns at once."""
        owner = Owner(run, platform.node(), os.getpid())
        with self._store.writing(alone=tenant_id) as connection:
            held = newest(connection, tenant_id)
            if held is not None and self._lives(connection, tenant_id, held):
                return holder(connection, held)
            token = take(connection, tenant_id, owner, datetime.now(UTC), self._until())
            self._pulse.start(_name(token, run))
        self._keep(token, run)
        return Lease(token=token, run=run, tenant_id=tenant_id)

    def release(self, lease: Lease) -> None:
        """Let go; whatever becomes of the row, the sign of life ends."""
        with self._guard:
            self._held.pop(lease.token, None)
        try:
            with self._store.writing() as connection:
                release(connection, lease.token, datetime.now(UTC))
        finally:
            with contextlib.suppress(SQLAlchemyError):  # a session that is lost has lost its locks
                self._pulse.stop(_name(lease.token, lease.run))

    def close(self) -> None:
        """Stop renewing and let go of everything."""
        with self._guard:
            self._held.clear()
            self._stop.set()
            thread, self._thread = self._thread, None
        if thread is not None and thread is not threading.current_thread():
            thread.join()  # or it would give a connection back to a pool that is gone
        self._pulse.close()

    def _lives(self, connection: Connection, tenant_id: str, held: Held) -> bool:
        if not self._pulse.beats(_name(held.token, held.owner.run), connection):
            return False
        now = time.monotonic()
        known, since = self._seen.get(tenant_id, (held, now))
        if known != held:
            since = now
        self._seen[tenant_id] = held, since
        return now - since < self._term

    def _until(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._term)

    def _keep(self, token: int, run: str) -> None:
        with self._guard:
            self._held[token] = run
            if self._thread is None:
                self._stop = threading.Event()
                self._thread = threading.Thread(target=self._renew, args=(self._stop,), daemon=True)
                self._thread.start()

    def _renew(self, stop: threading.Event) -> None:
        while not stop.wait(self._term / BEATS):
            with self._guard:
                tokens = list(self._held)
            if not tokens:
                continue
            try:
                self._pulse.keep()
                with self._store.writing() as connection:
                    renew(connection, tokens, self._until())
            except (LedgerError, SQLAlchemyError):
                continue  # the next command to be sent finds out whether the tenant is still ours


def _name(token: int, run: str) -> str:
    return f"{token}-{run}"
