"""Locks of tenants, who ran what with which acknowledgements, evidence, and how a run ended in each tenant."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add what a run and a write did not say, and the new tables."""
    op.add_column("runs", sa.Column("who", sa.Text))
    op.add_column("runs", sa.Column("tool", sa.Text))
    op.add_column("writes", sa.Column("lock", sa.Integer))
    op.create_index("writes_by_run", "writes", ["run"])
    _locks()
    _records()


def _locks() -> None:
    op.create_table(
        "locks",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("tenant_id", sa.Text, nullable=False),
        sa.Column("run", sa.Text, sa.ForeignKey("runs.id"), nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("until", sa.Text, nullable=False),
        sa.Column("released_at", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_index("locks_by_tenant", "locks", ["tenant_id", "id"])
    op.create_table(
        "forgotten",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("salt", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )


def _records() -> None:
    op.create_table(
        "acknowledgements", *_of_run(), sa.Column("rule", sa.Text, nullable=False), sqlite_autoincrement=True
    )
    op.create_table(
        "evidence",
        *_of_run(),
        sa.Column("tenant_id", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "results",
        *_of_run(),
        sa.Column("tenant_id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("exit_code", sa.Integer, nullable=False),
        sa.Column("reasons", sa.Text, nullable=False),
        sa.Column("outcomes", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    for name in ("acknowledgements", "evidence", "results"):
        op.create_index(f"{name}_by_run", name, ["run"])
    op.create_index("results_by_tenant", "results", ["tenant_id"])


def _of_run() -> tuple[sa.Column[int], sa.Column[str]]:
    return (
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("run", sa.Text, sa.ForeignKey("runs.id"), nullable=False),
    )
