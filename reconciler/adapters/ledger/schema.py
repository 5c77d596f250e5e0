"""The tables of the ledger as this version knows them, and how values become text and numbers.

The tables are made by the migrations; a test holds the two together.
"""

import json
from datetime import UTC, datetime
from typing import Final

from pydantic import JsonValue
from sqlalchemy import Column, Dialect, ForeignKey, Index, Integer, MetaData, Table, Text, text
from sqlalchemy.types import TypeDecorator

from reconciler.core.values import utc

HEAD: Final = "0001"
"""The newest migration: what a ledger must be at before it is used."""
KNOWN: Final = frozenset({HEAD})
"""Every migration that this version can start from."""
VERSION_TABLE: Final = "reconciler_ledger"
"""Not Alembic's usual name, because a PostgreSQL database may belong to others too."""


class Words(TypeDecorator[str]):
    """Any text that YAML or a tenant can hold: PostgreSQL stores no NUL and nothing stores half a surrogate pair."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """The text with JSON's escapes."""
        del dialect
        return None if value is None else _json(value)[1:-1]

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """The text as it was given."""
        del dialect
        return None if value is None else str(json.loads(f'"{value}"'))


class Json(TypeDecorator[JsonValue]):
    """A JSON value as text; None is no value at all."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: JsonValue, dialect: Dialect) -> str | None:
        """The value's JSON text."""
        del dialect
        return None if value is None else _json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> JsonValue:
        """The value as it was given."""
        del dialect
        if value is None:
            return None
        known: JsonValue = json.loads(value)
        return known


class Instant(TypeDecorator[datetime]):
    """A time as UTC text of one width, so that the order of the texts is the order of the times."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """ISO 8601 with microseconds and `Z`."""
        del dialect
        if value is None:
            return None
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """The same instant, UTC."""
        del dialect
        return None if value is None else utc(value)


def _json(value: JsonValue) -> str:
    spelled = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return spelled.encode("utf-8", "backslashreplace").decode("utf-8")


metadata = MetaData()

runs = Table(
    "runs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("command", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("machine_at", Instant, nullable=False),
    Column("plan_digest", Text),
    Column("ended_at", Instant),
    Column("exit_code", Integer),
)

run_tenants = Table(
    "run_tenants",
    metadata,
    Column("run", Text, ForeignKey("runs.id"), primary_key=True),
    Column("tenant_id", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    Index("run_tenants_by_tenant", "tenant_id"),
)

writes = Table(
    "writes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("run", Text, ForeignKey("runs.id"), nullable=False),
    Column("tenant_id", Text, nullable=False),
    Column("address", Words, nullable=False),
    Column("kind", Text, nullable=False),
    Column("via", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("ref", Words),
    Column("before", Json),
    Column("after", Json),
    Column("at", Instant, nullable=False),
    Column("state", Text, nullable=False),
    Column("message", Words, nullable=False),
    Column("finished_at", Instant),
    Column("settled_at", Instant),
    Index("writes_by_tenant", "tenant_id", "at"),
    sqlite_autoincrement=True,
)

commands = Table(
    "commands",
    metadata,
    Column("write", Integer, ForeignKey("writes.id"), primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("service", Text, nullable=False),
    Column("cmdlet", Text, nullable=False),
    Column("parameters", Json, nullable=False),
    Column("at", Instant, nullable=False),
    Column("outcome", Words, nullable=False),
    Column("answered_at", Instant),
)

drift = Table(
    "drift",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("tenant_id", Text, nullable=False),
    Column("address", Words, nullable=False),
    Column("field", Words, nullable=False),
    Column("first_seen", Instant, nullable=False),
    Column("last_seen", Instant, nullable=False),
    Column("closed_at", Instant),
    Index(
        "drift_open_once",
        "tenant_id",
        "address",
        "field",
        unique=True,
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
    sqlite_autoincrement=True,
)
