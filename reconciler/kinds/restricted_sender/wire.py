"""The vendor's words for restricted senders: the list of blocks, and the one cmdlet that lifts a block."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from reconciler.core.change import Change
from reconciler.core.errors import ReadError
from reconciler.core.request import Answers, Command, Query
from reconciler.core.values import Fields, Row, fold_name, lookup, stamp, utc

QUESTION: Final = "blocked-senders"
_FIRST_YEAR: Final = 2000
"""A start before that is the year 1, which is how .NET writes a time that is not set."""


@dataclass(frozen=True, slots=True)
class Block:
    """One block of one sender; a start or change that is missing or no date is None."""

    ref: str
    """The address as the tenant spells it."""
    address: str
    since: datetime | None
    changed: datetime | None
    fields: Fields


def query() -> tuple[Query, ...]:
    """The whole list, with no parameter: ErrorAction turns the answer into a false "not blocked" (RRL)."""
    return (Query(name=QUESTION, service="exo", cmdlet="Get-BlockedSenderAddress"),)


def blocks(answers: Answers) -> dict[str, Block]:
    """Every blocked sender by folded address; of several rows for one the latest start, or an unknown one, counts."""
    found: dict[str, Block] = {}
    for block in map(read, answers[QUESTION]):
        other = found.get(block.address)
        if other is None or (other.since is not None and (block.since is None or block.since > other.since)):
            found[block.address] = block
    return found


def read(row: Row) -> Block:
    """One row. Raises ReadError where it names no sender."""
    address = lookup(row, "SenderAddress")
    if not isinstance(address, str) or not fold_name(address):
        raise ReadError(
            f"A restricted sender has no readable address: {address!r}. Nothing is concluded from this list."
        )
    since = _instant(row, "CreatedDatetime")
    if since is not None and since.year < _FIRST_YEAR:
        since = None
    reason = lookup(row, "Reason")
    return Block(
        ref=address,
        address=fold_name(address),
        since=since,
        changed=_instant(row, "ChangedDatetime"),
        fields={
            "address": fold_name(address),
            "blocked_since": stamp(since) if since else None,
            "reason": reason if isinstance(reason, str) else "",
            "temporary": _temporary(row),
        },
    )


def decode(row: Row) -> Fields:
    """One row as the whole modelled object."""
    return read(row).fields


def encode(change: Change, _answers: Answers) -> tuple[Command, ...]:
    """The cmdlet has no Confirm; it is sent with the address alone, as the tenant spells it (CIPP, EXO-DOC)."""
    return (Command(service="exo", cmdlet="Remove-BlockedSenderAddress", parameters={"SenderAddress": change.ref}),)


def _instant(row: Row, name: str) -> datetime | None:
    value = lookup(row, name)
    try:
        # A day alone, without a colon, does not tell when on it a block began.
        return utc(value) if isinstance(value, str) and (":" in value or "/" in value) else None
    except (ValueError, OverflowError, OSError):
        return None  # the caller holds the sender: a block whose start can't be told is covered by no approval


def _temporary(row: Row) -> bool | None:
    value = lookup(row, "TemporaryBlock")
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.casefold())
    return value if isinstance(value, bool) else None
