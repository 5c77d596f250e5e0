"""Whether a difference is new, or a write of ours that is not visible yet, or one that never became visible."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final, Literal

from reconciler.core.change import Change
from reconciler.core.history import History, Write
from reconciler.core.kind import Kind
from reconciler.core.values import Fields

Verdict = Literal["new", "converging", "overdue", "refused"]

_BELIEVED: Final = frozenset({"answered", "applied"})
_SENT: Final = frozenset({"answered", "applied", "unanswered", "started"})


def judge(kind: Kind, change: Change, history: History, now: datetime) -> tuple[Verdict, Write | None]:
    """What a difference is, given our last write of the same object (CONTRACT 2, Converging; 1.4 for actions)."""
    write = history.last(change.address, change.via)
    if write is None or not kind.is_same(write.before, change.before):
        return "new", None
    if kind.once:
        verdict = _of_action(kind, write, now)
        return verdict, None if verdict == "new" else write
    if write.settled or write.state not in _BELIEVED or write.after != change.after:
        return "new", None
    return _by_clock(kind, write, now), write


def _of_action(kind: Kind, write: Write, now: datetime) -> Verdict:
    """An action belongs to one `before`: sent at most once inside its clock, refused at most once at all.

    What was denied did not run, and may be tried again as soon as the reason is gone.
    """
    if write.state == "refused":
        return "refused"
    return _by_clock(kind, write, now) if write.state in _SENT else "new"


def _by_clock(kind: Kind, write: Write, now: datetime) -> Literal["converging", "overdue"]:
    waited = now - write.at
    # A clock that ran ahead, or `--now`, must not make us wait for a state longer than any write takes.
    ahead = waited < -kind.clock and not kind.once
    return "converging" if waited < kind.clock and not ahead else "overdue"


def over(kind: Kind, writes: tuple[Write, ...], actual: dict[tuple[str, str], Fields | None]) -> tuple[int, ...]:
    """The writes of a kind whose clocks end because a reading shows something else than their `before`.

    `actual` has what was read, by address and way; an object that is missing there was not looked at.
    """
    return tuple(
        write.id
        for write in writes
        if write.kind == kind.name
        and not write.settled
        and (write.address, write.via) in actual
        and not kind.is_same(write.before, actual[write.address, write.via])
    )


def in_flight(
    history: History, kinds: Mapping[str, Kind], actual: Mapping[tuple[str, str], Fields | None], now: datetime
) -> Iterator[tuple[Write, Literal["converging", "overdue"]]]:
    """The newest write of each object that a reading does not show yet, and whether it still may be on its way."""
    newest = {(write.address, write.via): write for write in reversed(history.writes)}
    for key, write in newest.items():
        kind = kinds.get(write.kind)
        if kind is None or key not in actual or write.settled or write.state not in (_SENT if kind.once else _BELIEVED):
            continue
        if kind.is_same(write.before, actual[key]):
            yield write, _by_clock(kind, write, now)
