"""Past runs as people may read them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, or_, select, union

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
from reconciler.core.change import Evidence
from reconciler.core.outcome import Outcome
from reconciler.core.records import Acknowledgement, CommandRecord, DriftRecord, RunRecord, TenantRecord, WriteRecord
from reconciler.core.request import Command

Rows = Sequence[Row[Any]]


def tenants(connection: Connection) -> dict[str, str]:
    """The newest name of each tenant; where a run never came to its end the address of a write has it."""
    asked = select(writes.c.tenant_id, writes.c.address).distinct()
    names = {row.tenant_id: row.address.partition("/")[0] for row in connection.execute(asked)}
    named = select(results.c.tenant_id, results.c.name).order_by(results.c.id)
    return names | {row.tenant_id: row.name for row in connection.execute(named)}


def newest(connection: Connection, limit: int, of: Iterable[str] | None) -> tuple[RunRecord, ...]:
    """The newest runs; with `of` those that came to one of these tenants, and only these parts of them."""
    asked = select(runs).order_by(runs.c.machine_at.desc(), runs.c.id.desc()).limit(limit)
    known = None if of is None else tuple(of)
    if known is not None:
        came = union(*(select(one.c.run).where(one.c.tenant_id.in_(known)) for one in (run_tenants, results)))
        asked = asked.where(runs.c.id.in_(came))
    return _records(connection, connection.execute(asked).all(), known)


def begun_as(connection: Connection, name: str) -> tuple[RunRecord, ...]:
    """The runs whose identifier is, or begins with, a name; two are enough to know that it is not clear."""
    asked = select(runs).where(or_(runs.c.id == name, runs.c.id.startswith(name, autoescape=True)))
    return _records(connection, connection.execute(asked.order_by(runs.c.id).limit(2)).all(), None)


def drifts(connection: Connection, since: datetime) -> tuple[DriftRecord, ...]:
    """The drift that is open, or was closed since then; a person who was forgotten has no name here either."""
    asked = select(drift).where(or_(drift.c.closed_at.is_(None), drift.c.closed_at >= since))
    return tuple(
        DriftRecord(
            address=row.address,
            field=row.field,
            first_seen=row.first_seen,
            last_seen=row.last_seen,
            closed_at=row.closed_at,
        )
        for row in connection.execute(asked.order_by(drift.c.first_seen, drift.c.id))
    )


def _records(connection: Connection, found: Rows, of: tuple[str, ...] | None) -> tuple[RunRecord, ...]:
    ids = [row.id for row in found]
    parts = {table.name: _by_run(connection, table, ids, of) for table in (writes, results, evidence)}
    acks = _by_run(connection, acknowledgements, ids, None)
    numbers = [row.id for rows in parts["writes"].values() for row in rows]
    return tuple(_run(row, acks[row.id], parts, _commands(connection, numbers)) for row in found)


def _by_run(
    connection: Connection, table: Table, ids: list[str], of: tuple[str, ...] | None
) -> dict[str, list[Row[Any]]]:
    asked = select(table).where(table.c.run.in_(ids)).order_by(table.c.id)
    if of is not None:
        asked = asked.where(table.c.tenant_id.in_(of))
    grouped: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(asked):
        grouped[row.run].append(row)
    return grouped


def _commands(connection: Connection, numbers: list[int]) -> dict[int, tuple[CommandRecord, ...]]:
    grouped: dict[int, list[CommandRecord]] = defaultdict(list)
    asked = select(commands).where(commands.c.write.in_(numbers)).order_by(commands.c.write, commands.c.position)
    for row in connection.execute(asked):
        command = Command(service=row.service, cmdlet=row.cmdlet, parameters=row.parameters)
        grouped[row.write].append(
            CommandRecord(command=command, at=row.at, outcome=row.outcome, answered_at=row.answered_at)
        )
    return {number: tuple(some) for number, some in grouped.items()}


def _run(
    row: Row[Any],
    acks: list[Row[Any]],
    parts: dict[str, dict[str, list[Row[Any]]]],
    sent: dict[int, tuple[CommandRecord, ...]],
) -> RunRecord:
    mine = {name: rows[row.id] for name, rows in parts.items()}
    came = dict.fromkeys(one.tenant_id for name in ("results", "writes", "evidence") for one in mine[name])
    return RunRecord(
        run=row.id,
        command=row.command,
        at=row.at,
        machine_at=row.machine_at,
        ended_at=row.ended_at,
        exit_code=row.exit_code,
        plan_digest=row.plan_digest,
        who=row.who or "",
        tool=row.tool or "",
        commit=row.commit or "",
        acknowledgements=tuple(Acknowledgement(rule=one.rule, who=row.who or "") for one in acks),
        tenants=tuple(
            _tenant(one, {name: [row for row in rows if row.tenant_id == one] for name, rows in mine.items()}, sent)
            for one in sorted(came)
        ),
    )


def _tenant(of: str, mine: dict[str, list[Row[Any]]], sent: dict[int, tuple[CommandRecord, ...]]) -> TenantRecord:
    ended = mine["results"][-1] if mine["results"] else None
    addresses = [row.address for name in ("writes", "evidence") for row in mine[name]]
    return TenantRecord(
        name=ended.name if ended else addresses[0].partition("/")[0],
        tenant_id=of,
        exit_code=ended.exit_code if ended else None,
        reasons=tuple(ended.reasons) if ended else (),
        outcomes=tuple(Outcome.model_validate(one) for one in ended.outcomes) if ended else (),
        writes=tuple(_write(row, sent.get(row.id, ())) for row in mine["writes"]),
        evidence=tuple(
            Evidence(address=row.address, check=row.name, verdict=row.verdict, at=row.at) for row in mine["evidence"]
        ),
    )


def _write(row: Row[Any], sent: tuple[CommandRecord, ...]) -> WriteRecord:
    return WriteRecord(
        address=row.address,
        kind=row.kind,
        via=row.via,
        action=row.action,
        ref=row.ref,
        before=row.before,
        after=row.after,
        at=row.at,
        state=row.state,
        message=row.message,
        finished_at=row.finished_at,
        settled_at=row.settled_at,
        commands=sent,
    )
