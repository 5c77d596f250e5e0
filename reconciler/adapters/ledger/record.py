"""What is written into the ledger, each function inside the transaction that its caller opened."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, CursorResult, Text, bindparam, insert, select, update

from reconciler.adapters.ledger.columns import Instant
from reconciler.adapters.ledger.lease import fence, fence_write
from reconciler.adapters.ledger.schema import (
    acknowledgements,
    commands,
    drift,
    evidence,
    results,
    run_tenants,
    runs,
    writes,
)
from reconciler.core.change import Change, Evidence
from reconciler.core.errors import LedgerError
from reconciler.core.history import Caller, Ending
from reconciler.core.outcome import TenantOutcomes
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


def open_run(connection: Connection, run: dict[str, Any], caller: Caller) -> None:
    """A run that begins, and the rules that were acknowledged for it."""
    connection.execute(_OPEN, {**run, "who": caller.who, "tool": caller.tool})
    if rows := [{"run": run["id"], "rule": rule} for rule in sorted(caller.acks)]:
        connection.execute(insert(acknowledgements), rows)


def close_run(connection: Connection, run: str, exit_code: int, machine: datetime) -> None:
    """How a run ended, and when by the machine's clock."""
    found = connection.execute(_CLOSE, {"run": run, "exit_code": exit_code, "ended_at": machine})
    _found(found, f"run {run}")


def start(connection: Connection, run: str, tenant_id: str, change: Change, at: datetime) -> int:
    """A change that is about to be sent, with its first command; the run has come to its tenant by this."""
    of = {"run": run, "tenant_id": tenant_id, "at": at}
    held = {"lock": fence(connection, run, tenant_id)}
    connection.execute(_COME, of)
    row = {**of, **held, **change.model_dump(include=_CHANGE), "state": "started", "message": ""}
    number = int(connection.execute(_START, row).scalar_one())
    if change.commands:
        _send(connection, (number, 0), change.commands[0], "started", at)
    return number


def sent(connection: Connection, place: tuple[int, int], command: Command, outcome: str, at: datetime) -> None:
    """One command of a change: a row when it is about to be sent, afterwards what became of it."""
    if outcome == "started":
        fence_write(connection, place[0])
        _send(connection, place, command, outcome, at)
    else:
        _answer(connection, place, outcome, at)


def finish(connection: Connection, one: Ending, at: datetime) -> None:
    """How a change ended as far as we know, and its last answer; what is settled stays settled."""
    if one.answered is not None:
        place, outcome = one.answered
        _answer(connection, (one.write, place), outcome, at)
    row = {"number": one.write, "state": one.state, "message": one.message, "finished_at": at}
    _found(connection.execute(_FINISH, row), f"write {one.write}")
    if one.settled:
        settle(connection, (one.write,), at)


def _send(connection: Connection, place: tuple[int, int], command: Command, outcome: str, at: datetime) -> None:
    write, position = place
    row = {"write": write, "position": position, "at": at, "outcome": outcome, **command.model_dump()}
    connection.execute(_SEND, row)


def _answer(connection: Connection, place: tuple[int, int], outcome: str, at: datetime) -> None:
    row = {"number": place[0], "place": place[1], "outcome": outcome, "answered_at": at}
    _found(connection.execute(_ANSWER, row), f"command {place[1]} of write {place[0]}")


def judged(connection: Connection, run: str, tenant_id: str, verdicts: Iterable[Evidence]) -> None:
    """On what evidence a run acts in a tenant."""
    rows = [
        {
            "run": run,
            "tenant_id": tenant_id,
            "address": one.address,
            "name": one.check,
            "verdict": one.verdict,
            "at": one.at,
        }
        for one in verdicts
    ]
    connection.execute(insert(evidence), rows)


def concluded(connection: Connection, run: str, tenant_id: str, result: TenantOutcomes, at: datetime) -> None:
    """How a run ended in one tenant."""
    outcomes = [one.model_dump(mode="json") for one in result.outcomes]
    of = {"run": run, "tenant_id": tenant_id, "name": result.name, "exit_code": result.exit.code, "at": at}
    connection.execute(insert(results), {**of, "reasons": list(result.exit.reasons), "outcomes": outcomes})


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
