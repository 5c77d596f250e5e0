"""Plans that runs carry out, kept as long as one may have to be resumed."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, insert, or_, select, update

from reconciler.adapters.ledger.schema import plans, runs
from reconciler.core.values import Fields

_DONE: Final = (0, 8)
"""Exits of runs that have sent everything: nothing is left to resume."""


def keep(connection: Connection, run: str, commit: str, plan: tuple[Fields, datetime], machine: datetime) -> None:
    """Keep a run's plan and when it expires, and let go of those that nobody can resume any more."""
    document, expires = plan
    over = select(runs.c.id).where(runs.c.exit_code.in_(_DONE))
    connection.execute(delete(plans).where(or_(plans.c.expires_at <= machine, plans.c.run.in_(over))))
    connection.execute(update(runs).where(runs.c.id == run).values(commit=commit or None))
    connection.execute(insert(plans), {"run": run, "document": document, "expires_at": expires})


def kept(connection: Connection, run: str) -> Fields | None:
    """The document of a run's plan, if it is still there."""
    found: Fields | None = connection.execute(select(plans.c.document).where(plans.c.run == run)).scalar()
    return found


def planned(connection: Connection, command: str, plan_digest: str) -> bool:
    """Whether a run of this command made, or carried out, a plan with this digest."""
    asked = select(runs.c.id).where(runs.c.command == command, runs.c.plan_digest == plan_digest).limit(1)
    return connection.execute(asked).first() is not None
