"""What of a tenant was rolled back and not written since."""

from typing import Final

from sqlalchemy import Connection, select

from reconciler.adapters.ledger.schema import runs, writes
from reconciler.core.history import Undone
from reconciler.core.undo import STANDS, UNDOING

_LATER: Final = writes.alias("later")


def undone(connection: Connection, tenant_id: str) -> tuple[Undone, ...]:
    """The newest write of each object, by each way, where it undid an earlier run."""
    newer = select(_LATER.c.id).where(
        _LATER.c.tenant_id == tenant_id,
        _LATER.c.address == writes.c.address,
        _LATER.c.via == writes.c.via,
        _LATER.c.id > writes.c.id,
        _LATER.c.state.in_(STANDS),
    )
    asked = (
        select(writes, runs.c.command)
        .join(runs, runs.c.id == writes.c.run)
        .where(
            writes.c.tenant_id == tenant_id,
            writes.c.state.in_(STANDS),
            runs.c.command.startswith(f"{UNDOING} "),
            ~newer.exists(),
        )
        .order_by(writes.c.id)
    )
    return tuple(
        Undone(
            run=row.command.partition(" ")[2],
            address=row.address,
            via=row.via,
            before=row.before,
            after=row.after,
            at=row.at,
        )
        for row in connection.execute(asked)
    )
