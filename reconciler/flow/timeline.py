"""Since when drift is there and when earlier drift ended, as the ledger remembers it; nothing is decided by it."""

from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Final

from reconciler.core.change import Severity
from reconciler.core.errors import LedgerError
from reconciler.core.outcome import Drift
from reconciler.core.ports import Archive
from reconciler.core.records import DriftRecord, Timeline

_REACH: Final = timedelta(days=90)
"""How far back a timeline goes; what was closed before is over and done with."""


def timeline(drift: Drift, archive: AbstractContextManager[Archive], at: datetime) -> Timeline:
    """The drift of a result's tenants in the last ninety days, with today's severities where it is still there.

    A ledger that can't be read is told in a sentence: a report is worth having without its past.
    """
    since = at - _REACH
    try:
        with archive as opened:
            known = opened.drifts(since)
    except LedgerError as error:
        return Timeline(since=since, until=at, missing=str(error))
    names = {one.name for one in drift.tenants}
    mine = (one for one in known if one.address.partition("/")[0] in names and one.first_seen <= at)
    severities = {(one.address, one.field): one.severity for tenant in drift.tenants for one in tenant.drift}
    return Timeline(since=since, until=at, records=tuple(_seen_at(one, at, severities) for one in mine))


def _seen_at(one: DriftRecord, at: datetime, severities: dict[tuple[str, str], Severity]) -> DriftRecord:
    """The record as it stood at a time that `--now` may have put before its end."""
    if one.closed_at is not None and one.closed_at <= at:
        return one
    found = severities.get((one.address, one.field))
    return one.model_copy(update={"closed_at": None, "last_seen": min(one.last_seen, at), "severity": found})
