"""The commit that a run's policies stood at, and the plan that it carries out, so that it can be resumed and undone."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the commit to runs, and the plans."""
    op.add_column("runs", sa.Column("commit", sa.Text))
    op.create_table(
        "plans",
        sa.Column("run", sa.Text, sa.ForeignKey("runs.id"), primary_key=True),
        sa.Column("expires_at", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )
