"""What the ledger remembers of a tenant, as plans, clocks and budgets need it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from reconciler.adapters.ledger.forget import PSEUDONYM, known_again
from reconciler.adapters.ledger.schema import run_tenants, writes
from reconciler.adapters.ledger.undone import undone
from reconciler.core.history import History, Write
from reconciler.core.values import fold_name

_REMEMBERED: Final = timedelta(days=30)
"""What budgets count over (CONTRACT 1.5); every clock is shorter."""
_SENDER: Final = "restricted-sender"


def history(connection: Connection, tenant_id: str, at: datetime, names: Iterable[str] = ()) -> History:
    """The thirty days before `at`, and all that came later: a clock that jumps back must not make us forget.

    Unblocks are all there, of other objects only the newest write by each way; the newest comes first. A sender whose
    address was taken out has it again where `names` holds it.
    """
    joined = select(run_tenants.c.run).where(run_tenants.c.tenant_id == tenant_id).limit(1)
    recent = (
        select(writes)
        .where(writes.c.tenant_id == tenant_id, writes.c.at >= at - _REMEMBERED)
        .order_by(writes.c.id.desc())
    )
    known = connection.execute(joined).first() is not None
    kept = tuple(_kept(connection.execute(recent)))
    if any(PSEUDONYM.search(one.address) for one in kept):
        again = known_again(connection, names)
        kept = tuple(_named(one, again) for one in kept)
    # The service limits attempts on an account, so one that reached it counts whatever became of it (CONTRACT 1.4).
    sent = (one for one in kept if one.kind == _SENDER and one.state != "denied")
    unblocks = Counter(fold_name(one.address.split("/", 2)[-1]) for one in sent)
    return History(known=known, writes=kept, unblocks=dict(unblocks), undone=undone(connection, tenant_id))


def _kept(rows: Iterable[Row[Any]]) -> Iterator[Write]:
    seen: set[tuple[str, str]] = set()
    for row in rows:
        key = (row.address, row.via)
        if key not in seen or row.kind == _SENDER:
            seen.add(key)
            yield _write(row)


def _named(write: Write, again: dict[str, str]) -> Write:
    """The write with the address of a sender who was forgotten, where somebody knows it."""
    found = PSEUDONYM.search(write.address)
    name = again.get(found[0]) if found else None
    if found is None or name is None:
        return write
    before = None if write.before is None else {**write.before, "address": name}
    return write.model_copy(update={"address": write.address.replace(found[0], name), "before": before})


def _write(row: Row[Any]) -> Write:
    return Write(
        id=row.id,
        address=row.address,
        kind=row.kind,
        via=row.via,
        action=row.action,
        before=row.before,
        after=row.after,
        at=row.at,
        state=row.state,
        message=row.message,
        settled=row.settled_at is not None,
    )
