"""Takes a person's address, or old runs, out of the ledger; clocks and budgets go on without the address itself."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    Column,
    Connection,
    Table,
    Text,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    true,
    type_coerce,
    update,
)

from reconciler.adapters.ledger.schema import (
    acknowledgements,
    channels,
    commands,
    drift,
    evidence,
    forgotten,
    locks,
    notices,
    plans,
    results,
    run_tenants,
    runs,
    writes,
)
from reconciler.core.values import fold_name

PSEUDONYM: Final = re.compile(r"forgotten-[0-9a-f]{24}")
_SALT_LIVES: Final = timedelta(days=31)
"""As long as budgets count, and a day; afterwards nobody can tell any more whom a pseudonym stands for."""
PLACES: Final[tuple[tuple[Table, tuple[str, ...]], ...]] = (
    (runs, ("who",)),
    (writes, ("address", "ref", "before", "after", "message")),
    (commands, ("parameters", "outcome")),
    (drift, ("address", "field")),
    (notices, ("address", "field", "desired", "actual")),
    (evidence, ("address",)),
    (results, ("reasons", "outcomes")),
    (plans, ("document",)),
)
"""Every column that may hold an address or a name; a test compares them with the tables."""
_OF_RUN: Final = (evidence, acknowledgements, results, run_tenants, locks, plans)


def forget(connection: Connection, address: str, at: datetime) -> int:
    """Put a pseudonym in the place of an address wherever it stands, in any case; returns how many rows had it."""
    salt = secrets.token_hex(16)
    pattern = re.compile(rf"(?<![\w.+%-]){re.escape(address)}(?![\w-]|\.\w)", re.IGNORECASE)
    name = _pseudonym(salt, address)
    changed = sum(_replace(connection, table, columns, pattern, name, address) for table, columns in PLACES)
    if changed:
        connection.execute(insert(forgotten), {"salt": salt, "at": at})
    connection.execute(delete(forgotten).where(forgotten.c.at < at - _SALT_LIVES))
    return changed


def known_again(connection: Connection, names: Iterable[str]) -> dict[str, str]:
    """The address of each pseudonym that stands for one of these names."""
    wanted = tuple(names)
    if not wanted:
        return {}
    salts = connection.scalars(select(forgotten.c.salt)).all()
    return {_pseudonym(salt, name): fold_name(name) for salt in salts for name in wanted}


def prune(connection: Connection, keep: timedelta) -> int:
    """Delete the runs that began too long before the newest, with all that belongs to them, and count them.

    The machine's clock has no say: one that jumps ahead must not empty the ledger. The newest run that came to a tenant
    stays, so that a quiet tenant is never taken for one whose ledger was lost.
    """
    newest = connection.execute(select(runs.c.machine_at).order_by(runs.c.machine_at.desc()).limit(1)).scalar()
    if newest is None:
        return 0
    kept = select(func.max(run_tenants.c.run)).group_by(run_tenants.c.tenant_id)
    old = select(runs.c.id).where(runs.c.machine_at < newest - keep, runs.c.id.not_in(kept))
    gone = connection.scalars(old).all()
    connection.execute(delete(drift).where(drift.c.closed_at < newest - keep))
    # What is still so is told once more: of channels and tenants that are gone nothing stays.
    for told in (notices, channels):
        connection.execute(delete(told).where(told.c.at < newest - keep))
    connection.execute(delete(forgotten).where(forgotten.c.at < newest - _SALT_LIVES))
    for run in gone:
        of_run = select(writes.c.id).where(writes.c.run == run)
        connection.execute(delete(commands).where(commands.c.write.in_(of_run)))
        for table in (writes, *_OF_RUN):
            connection.execute(delete(table).where(table.c.run == run))
        connection.execute(delete(runs).where(runs.c.id == run))
    return len(gone)


def _pseudonym(salt: str, name: str) -> str:
    found = hmac.new(bytes.fromhex(salt), fold_name(name).encode("utf-8", "surrogatepass"), hashlib.sha256)
    return f"forgotten-{found.hexdigest()[:24]}"


def _replace(
    connection: Connection, table: Table, names: tuple[str, ...], pattern: re.Pattern[str], new: str, address: str
) -> int:
    """Rewrite one table's columns as the texts that they are stored as."""
    raw: list[Column[Any]] = [table.c[name] for name in names]
    keys = list(table.primary_key.columns)
    # What the database folds is ASCII, so other addresses are looked for in every row.
    likely = (
        true()
        if not address.isascii()
        else or_(*(func.lower(type_coerce(one, Text)).contains(address.lower(), autoescape=True) for one in raw))
    )
    rows = connection.execute(select(*keys, *(type_coerce(one, Text) for one in raw)).where(likely)).all()
    changed = 0
    for row in rows:
        key, texts = row[: len(keys)], row[len(keys) :]
        after = [None if text is None else pattern.sub(new, text) for text in texts]
        if after != list(texts):
            changed += 1
            values = {one: bindparam(None, text, Text) for one, text in zip(raw, after, strict=True)}
            at = [column == value for column, value in zip(keys, key, strict=True)]
            connection.execute(update(table).where(*at).values(values))
    return changed
