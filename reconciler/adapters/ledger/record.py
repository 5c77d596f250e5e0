"""What is written into the ledger, each function inside the transaction that its caller opened."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, CursorResult, Text, bindparam, insert, select, update

from reconciler.adapters.ledger.schema import Instant, commands, drift, run_tenants, runs, writes
from reconciler.core.change import Change
from reconciler.core.errors import LedgerError
from reconciler.core.history import WriteState
from reconciler.core.request import Command
from reconciler.core.values import stamp

# Statements are made once: with a commit for each call, making them anew would cost as much as running them.
_OPEN: Final = insert(runs)
_CLOSE: Final = update(runs).where(runs.c.id == bindparam("run"))
_COME: Final = insert(run_tenants).from_select(
    ["run", "tenant_id", "at"],
    select(bindparam("run", type_=Text), bindparam("tenant_id", type_=Text), bindparam("at", type_=Instant)).where(
        ~select(run_tenants.c.run)
        .where(run_tenants.c.run == bindparam("run"), run_tenants.c.tenant_id == bindparam("tenant_id"))
        .exists()
    ),
)
_START: Final = insert(writes).returning(writes.c.id)
_ANSWER: Final = update(commands).where(
    commands.c.write == bindparam("number"), commands.c.position == bindparam("place")
)
_SEND: Final = insert(commands)
_FINISH: Final = update(writes).where(writes.c.id == bindparam("number"))
_SETTLE: Final = _FINISH.where(writes.c.settled_at.is_(None))
_CHANGE: Final = {"address", "kind", "via", "action", "ref", "before", "after"}


def open_run(
    connection: Connection, run: str, command: str, times: tuple[datetime, datetime], plan_digest: str | None
) -> None:
    """A run that begins; `times` are the run's and the machine's."""
    at, machine = times
    row = {"id": run, "command": command, "at": at, "machine_at": machine, "plan_digest": plan_digest}
    connection.execute(_OPEN, row)


def close_run(connection: Connection, run: str, exit_code: int, machine: datetime) -> None:
    """How a run ended, and when by the machine's clock."""
    found = connection.execute(_CLOSE, {"run": run, "exit_code": exit_code, "ended_at": machine})
    _found(found, f"run {run}")


def start(connection: Connection, run: str, tenant_id: str, change: Change, at: datetime) -> int:
    """A change that is about to be sent; the run has come to its tenant by this."""
    of = {"run": run, "tenant_id": tenant_id, "at": at}
    connection.execute(_COME, of)
    row = {**of, **change.model_dump(include=_CHANGE), "state": "started", "message": ""}
    return int(connection.execute(_START, row).scalar_one())


def sent(connection: Connection, place: tuple[int, int], command: Command, outcome: str, at: datetime) -> None:
    """One command of a change: a row when it is first heard of, afterwards what became of it."""
    write, position = place
    known = connection.execute(_ANSWER, {"number": write, "place": position, "outcome": outcome, "answered_at": at})
    if not known.rowcount:
        row = {"write": write, "position": position, "at": at, "outcome": outcome, **command.model_dump()}
        connection.execute(_SEND, row)


def finish(connection: Connection, write: int, ending: tuple[WriteState, str], at: datetime, *, settled: bool) -> None:
    """How a change ended as far as we know; what is settled stays settled."""
    state, message = ending
    found = connection.execute(_FINISH, {"number": write, "state": state, "message": message, "finished_at": at})
    _found(found, f"write {write}")
    if settled:
        settle(connection, (write,), at)


def settle(connection: Connection, numbers: tuple[int, ...], at: datetime) -> None:
    """Clocks that are over; the first time that one was seen to be over stays."""
    connection.execute(_SETTLE, [{"number": number, "settled_at": at} for number in numbers])


def drifted(
    connection: Connection, tenant_id: str, seen: frozenset[tuple[str, str]], at: datetime
) -> dict[tuple[str, str], str]:
    """The open differences of a tenant become exactly those that were seen; returns since when each is there."""
    asked = select(drift.c.id, drift.c.address, drift.c.field, drift.c.first_seen)
    rows = connection.execute(asked.where(drift.c.tenant_id == tenant_id, drift.c.closed_at.is_(None)))
    known = {(row.address, row.field): row for row in rows}
    since = {key: known[key].first_seen if key in known else at for key in seen}
    _mark(connection, [row.id for key, row in known.items() if key in seen], last_seen=at)
    _mark(connection, [row.id for key, row in known.items() if key not in seen], closed_at=at)
    fresh = [
        {"tenant_id": tenant_id, "address": address, "field": name, "first_seen": at, "last_seen": at}
        for address, name in sorted(seen - known.keys())
    ]
    if fresh:
        connection.execute(insert(drift), fresh)
    return {key: stamp(first) for key, first in since.items()}


def _mark(connection: Connection, numbers: list[int], **values: datetime) -> None:
    """Set the same values in many rows, one statement run for each, so that no list grows too long."""
    if numbers:
        row = update(drift).where(drift.c.id == bindparam("number")).values(**values)
        connection.execute(row, [{"number": number} for number in numbers])


def _found(result: CursorResult[Any], what: str) -> None:
    if result.rowcount != 1:
        raise LedgerError(f"The ledger does not hold {what}: it was replaced or emptied while this run was working.")
