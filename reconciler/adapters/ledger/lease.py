"""Rows of locks, each function inside the transaction that its caller opened: who has a tenant, under which token."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, insert, select, update

from reconciler.adapters.ledger.schema import locks, runs, writes
from reconciler.core.errors import LedgerError
from reconciler.core.history import Holder

BEATS: Final = 4
"""Renewals within one term, while the owner works."""

_NEWEST: Final = select(locks).where(locks.c.tenant_id == bindparam("of")).order_by(locks.c.id.desc()).limit(1)
_HELD: Final = (
    select(locks.c.id, locks.c.run, locks.c.released_at)
    .where(locks.c.tenant_id == bindparam("of"))
    .order_by(locks.c.id.desc())
    .limit(1)
)
_OF_WRITE: Final = select(writes.c.run, writes.c.tenant_id).where(writes.c.id == bindparam("number"))
_TAKE: Final = insert(locks).returning(locks.c.id)


@dataclass(frozen=True, slots=True)
class Owner:
    """A process that works on a tenant for a run."""

    run: str
    host: str
    pid: int


@dataclass(frozen=True, slots=True)
class Held:
    """The newest lock of a tenant that nobody has let go."""

    token: int
    owner: Owner
    since: datetime
    until: datetime


def newest(connection: Connection, tenant_id: str) -> Held | None:
    """The lock of a tenant that is not released, whether or not its owner still lives."""
    row = connection.execute(_NEWEST, {"of": tenant_id}).first()
    if row is None or row.released_at is not None:
        return None
    return Held(row.id, Owner(row.run, row.host, row.pid), row.at, row.until)


def take(connection: Connection, tenant_id: str, owner: Owner, now: datetime, until: datetime) -> int:
    """A new lock, whose token is higher than any before."""
    row = {"run": owner.run, "host": owner.host, "pid": owner.pid, "tenant_id": tenant_id}
    return int(connection.execute(_TAKE, {**row, "at": now, "until": until}).scalar_one())


def renew(connection: Connection, tokens: list[int], until: datetime) -> None:
    """Put off the end of locks that their owner still needs."""
    rows = [{"token": token, "end": until} for token in tokens]
    connection.execute(update(locks).where(locks.c.id == bindparam("token")).values(until=bindparam("end")), rows)


def release(connection: Connection, token: int, now: datetime) -> None:
    """Let a tenant go."""
    connection.execute(update(locks).where(locks.c.id == token).values(released_at=now))


def holder(connection: Connection, held: Held) -> Holder:
    """Who has a tenant, in words."""
    who = connection.scalar(select(runs.c.who).where(runs.c.id == held.owner.run))
    return Holder(run=held.owner.run, who=who or "", host=held.owner.host, pid=held.owner.pid, since=held.since)


def fence(connection: Connection, run: str, tenant_id: str) -> int:
    """The token under which a run may send to a tenant. Raises LedgerError where it has the tenant no longer."""
    row = connection.execute(_HELD, {"of": tenant_id}).first()
    if row is None or row.run != run or row.released_at is not None:
        taken = f"run {row.run} has taken" if row is not None and row.run != run else "this run has let go of"
        raise LedgerError(f"Nothing more is sent: {taken} this tenant. Make a new plan.")
    return int(row.id)


def fence_write(connection: Connection, number: int) -> None:
    """Raise LedgerError where the run of a write has its tenant no longer."""
    row = connection.execute(_OF_WRITE, {"number": number}).first()
    if row is not None:
        fence(connection, row.run, row.tenant_id)
