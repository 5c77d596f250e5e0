"""The first memory: runs, the writes and commands of each, and drift.

A migration never changes once it is released; it holds its own copy of the tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the first five tables."""
    _runs()
    _writes()
    _drift()


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("command", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("machine_at", sa.Text, nullable=False),
        sa.Column("plan_digest", sa.Text),
        sa.Column("ended_at", sa.Text),
        sa.Column("exit_code", sa.Integer),
    )
    op.create_table(
        "run_tenants",
        sa.Column("run", sa.Text, sa.ForeignKey("runs.id"), primary_key=True),
        sa.Column("tenant_id", sa.Text, primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
    )
    op.create_index("run_tenants_by_tenant", "run_tenants", ["tenant_id"])


def _writes() -> None:
    op.create_table(
        "writes",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("run", sa.Text, sa.ForeignKey("runs.id"), nullable=False),
        sa.Column("tenant_id", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("via", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("ref", sa.Text),
        sa.Column("before", sa.Text),
        sa.Column("after", sa.Text),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("finished_at", sa.Text),
        sa.Column("settled_at", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_index("writes_by_tenant", "writes", ["tenant_id", "at"])
    op.create_table(
        "commands",
        sa.Column("write", sa.Integer, sa.ForeignKey("writes.id"), primary_key=True, autoincrement=False),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("cmdlet", sa.Text, nullable=False),
        sa.Column("parameters", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("answered_at", sa.Text),
    )


def _drift() -> None:
    op.create_table(
        "drift",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("tenant_id", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("first_seen", sa.Text, nullable=False),
        sa.Column("last_seen", sa.Text, nullable=False),
        sa.Column("closed_at", sa.Text),
        sqlite_autoincrement=True,
    )
    still_open = sa.text("closed_at IS NULL")
    op.create_index(
        "drift_open_once",
        "drift",
        ["tenant_id", "address", "field"],
        unique=True,
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
