"""The tables of the ledger as this version knows them.

The tables are made by the migrations; a test holds the two together.
"""

from typing import Final

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, MetaData, Table, Text, text

from reconciler.adapters.ledger.columns import Instant, Json, Words

HEAD: Final = "0004"
"""The newest migration: what a ledger must be at before it is used."""
KNOWN: Final = frozenset({"0001", "0002", "0003", HEAD})
"""Every migration that this version can start from."""
VERSION_TABLE: Final = "reconciler_ledger"
"""Not Alembic's usual name, because a PostgreSQL database may belong to others too."""

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
    Column("who", Words),
    Column("tool", Text),
    Column("commit", Text),
)

plans = Table(
    "plans",
    metadata,
    Column("run", Text, ForeignKey("runs.id"), primary_key=True),
    Column("expires_at", Instant, nullable=False),
    Column("document", Json, nullable=False),
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
    Column("lock", Integer),
    Index("writes_by_tenant", "tenant_id", "at"),
    Index("writes_by_run", "run"),
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

notices = Table(
    "notices",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("channel", Text, nullable=False),
    Column("tenant_id", Text, nullable=False),
    Column("address", Words, nullable=False),
    Column("field", Words, nullable=False),
    Column("state", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("desired", Json),
    Column("actual", Json),
    Column("doubt", Boolean, nullable=False),
    Column("at", Instant, nullable=False),
    Index("notices_by_channel", "channel", "tenant_id"),
    sqlite_autoincrement=True,
)

channels = Table(
    "channels",
    metadata,
    Column("name", Text, primary_key=True),
    Column("at", Instant, nullable=False),
)

locks = Table(
    "locks",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("tenant_id", Text, nullable=False),
    Column("run", Text, ForeignKey("runs.id"), nullable=False),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("released_at", Instant),
    Index("locks_by_tenant", "tenant_id", "id"),
    sqlite_autoincrement=True,
)

forgotten = Table(
    "forgotten",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("salt", Text, nullable=False),
    Column("at", Instant, nullable=False),
    sqlite_autoincrement=True,
)

acknowledgements = Table(
    "acknowledgements",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("run", Text, ForeignKey("runs.id"), nullable=False),
    Column("rule", Text, nullable=False),
    Index("acknowledgements_by_run", "run"),
    sqlite_autoincrement=True,
)

evidence = Table(
    "evidence",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("run", Text, ForeignKey("runs.id"), nullable=False),
    Column("tenant_id", Text, nullable=False),
    Column("address", Words, nullable=False),
    Column("name", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("at", Text, nullable=False),
    Index("evidence_by_run", "run"),
    sqlite_autoincrement=True,
)

results = Table(
    "results",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("run", Text, ForeignKey("runs.id"), nullable=False),
    Column("tenant_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("exit_code", Integer, nullable=False),
    Column("reasons", Json, nullable=False),
    Column("outcomes", Json, nullable=False),
    Column("at", Instant, nullable=False),
    Index("results_by_run", "run"),
    Index("results_by_tenant", "tenant_id"),
    sqlite_autoincrement=True,
)
