"""Past runs for people, and what people may take out of the ledger. Needs no tenant and no policies."""

from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Final

from reconciler.core.errors import UsageError
from reconciler.core.outcome import ended
from reconciler.core.ports import Archive
from reconciler.core.records import Removal, Runs
from reconciler.core.shown import shown
from reconciler.core.values import is_mailbox

SHORTEST: Final = timedelta(days=31)
"""What must stay: budgets count over thirty days, and every clock is shorter."""


def past_runs(archive: Archive, *, limit: int, globs: tuple[str, ...] = ()) -> Runs:
    """The newest runs, newest first; with globs only those that came to such a tenant.

    Raises UsageError for a glob that matches no tenant of the ledger.
    """
    if not globs:
        return Runs(runs=archive.runs(limit=limit), exit=ended(0))
    names = archive.tenants()
    for glob in globs:
        if not any(fnmatchcase(name, glob) for name in names.values()):
            known = ", ".join(sorted(names.values())[:10]) or "none"
            raise UsageError(f"--tenant: the ledger knows no tenant {glob!r}. It knows {known}.")
    chosen = [one for one, name in names.items() if any(fnmatchcase(name, glob) for glob in globs)]
    return Runs(runs=archive.runs(limit=limit, tenants=chosen), exit=ended(0))


def past_run(archive: Archive, name: str) -> Runs:
    """One run by its identifier or its beginning. Raises UsageError where there is none."""
    found = archive.run(name)
    if found is None:
        raise UsageError(f"--run: the ledger has no run {shown(name)!r}. `reconciler history` lists them.")
    return Runs(runs=(found,), exit=ended(0))


def forget(archive: Archive, address: str, now: datetime) -> Removal:
    """Take a person's address out of the whole ledger. Raises UsageError for what is no address."""
    if not is_mailbox(address):
        raise UsageError(f"--forget: {shown(address)!r} is no mailbox. Write it as name@example.com.")
    count = archive.forget(address.strip(), now)
    rows = f"{count} row{'' if count == 1 else 's'}"
    message = (
        f"{shown(address)} stood in {rows} of the ledger and stands there no more. Budgets and clocks of the last "
        "thirty days go on under a name that says nothing."
        if count
        else f"{shown(address)} stands nowhere in the ledger."
    )
    return Removal(what="forgotten", count=count, message=message, exit=ended(0))


def prune(archive: Archive, keep: timedelta) -> Removal:
    """Delete old runs. Raises UsageError for less than budgets need."""
    if keep < SHORTEST:
        raise UsageError(f"--keep: budgets count over thirty days, so {SHORTEST.days}d is the least.")
    count = archive.prune(keep)
    message = f"{count} run{'' if count == 1 else 's'} deleted; each tenant's newest stays, whatever its age."
    return Removal(what="pruned", count=count, message=message, exit=ended(0))
