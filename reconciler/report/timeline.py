"""Where everything stands in a drawing of drift over time: bars and dates, in the units of its SVG."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate, groupby
from typing import Final
from unicodedata import east_asian_width

from reconciler.core.change import Severity
from reconciler.core.records import DriftRecord, Timeline
from reconciler.core.values import stamp
from reconciler.report.escape import visible
from reconciler.report.words import counted

WIDTH: Final = 960
_ROW: Final = 40
_FOOT: Final = 30
_THINNEST: Final = 6.0
"""Units that any bar has at least: what was seen once must be seen here too."""
_MOST: Final = 40
"""Rows of one drawing; beyond, nobody reads it any more, and the table below it says the same."""
_LONGEST: Final = 92
"""Columns of a label, of which wide characters take two; the whole of it stands in the table."""
_STEPS: Final = (1, 2, 7, 14, 28)
"""Days between two dates of the axis: the first that leaves room between them."""
_DATES: Final = 8
_DAY: Final = timedelta(days=1)
_RANKS: Final[dict[Severity | None, int]] = {"critical": 0, "warning": 1, "info": 2, None: 3}


@dataclass(frozen=True, slots=True)
class Bar:
    """A time in which drift was there; `unsure` is from the last reading that showed it to the first that did not."""

    x: float
    width: float
    unsure: float
    told: str
    past: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One field of one object with all its bars; `tone` is a severity, `closed`, or `open` where none is known."""

    y: int
    label: str
    state: str
    tone: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Date:
    """A date of the axis."""

    x: float
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing, in words for who can't see it, and with every record for the table that says the same."""

    title: str
    told: str
    height: int
    rows: tuple[Row, ...]
    dates: tuple[Date, ...]
    records: tuple[DriftRecord, ...]
    left_out: str


def chart(timeline: Timeline, names: Iterable[str], *, most: int | None = None) -> Chart | None:
    """The drift of these tenants over time; None where there was none.

    With `most` only the gravest are told, in drawing and table alike.
    """
    mine = set(names)
    records = sorted((one for one in timeline.records if one.address.partition("/")[0] in mine), key=_by_object)
    if not records:
        return None
    found = [tuple(some) for _, some in groupby(records, key=lambda one: (one.address, one.field))]
    found.sort(key=_gravest)
    axis = _axis(timeline, records)
    rows = tuple(_row(some, at, axis, alone=len(mine) == 1) for at, some in enumerate(found[: most or _MOST]))
    still = sum(one.closed_at is None for one in records)
    return Chart(
        title=f"Drift from {_day(axis[0])} to {_day(axis[1])}",
        told=f"{counted(len(records), 'difference')}: {still} open, {len(records) - still} closed.",
        height=len(rows) * _ROW + _FOOT,
        rows=rows,
        dates=tuple(_dates(axis)),
        records=tuple(one for some in found[:most] for one in some),
        left_out=_left_out(len(found) - len(rows), "on their tenants' pages" if most else "in the table"),
    )


def _left_out(number: int, where: str) -> str:
    return f"{number} more {'is' if number == 1 else 'are'} {where}." if number else ""


def _by_object(one: DriftRecord) -> tuple[str, str, datetime, datetime, bool, str]:
    # The times of one field never overlap in a ledger; the rest makes the order the same for any other records too.
    return one.address, one.field, one.first_seen, one.last_seen, one.closed_at is None, one.model_dump_json()


def _gravest(some: tuple[DriftRecord, ...]) -> tuple[bool, int, float, str, str]:
    """What is open comes first, the gravest before the oldest; then what was closed, the latest first."""
    last = some[-1]
    when = last.first_seen.timestamp() if last.closed_at is None else -last.closed_at.timestamp()
    return last.closed_at is not None, _RANKS[last.severity], when, last.address, last.field


def _axis(timeline: Timeline, records: list[DriftRecord]) -> tuple[datetime, datetime]:
    """From the midnight before the oldest drift that is drawn to the time of the report, a day at least."""
    first = max(min(one.first_seen for one in records), timeline.since)
    begin = min(first, timeline.until - _DAY).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return begin, timeline.until


def _row(some: tuple[DriftRecord, ...], at: int, axis: tuple[datetime, datetime], *, alone: bool) -> Row:
    last = some[-1]
    label = f"{last.address.partition('/')[2] if alone else last.address}: {last.field}"
    ended = last.closed_at
    state = f"closed {_day(ended)}" if ended else f"{last.severity or 'open'}, since {_day(last.first_seen)}"
    return Row(
        y=at * _ROW,
        label=_cut(visible(label)),
        state=state,
        tone="closed" if ended else last.severity or "open",
        bars=tuple(_bar(one, axis) for one in some),
    )


def _cut(label: str) -> str:
    """As much of a label as there is room for; the drawing itself ends what a font draws even wider."""
    ends = accumulate(2 if east_asian_width(one) in "WF" else 1 for one in label)
    fits = sum(end <= _LONGEST for end in ends)
    return label if fits == len(label) else f"{label[: fits - 1]}…"


def _bar(one: DriftRecord, axis: tuple[datetime, datetime]) -> Bar:
    end = one.closed_at or axis[1]
    x, sure, until = (_place(when, axis) for when in (one.first_seen, one.last_seen if one.closed_at else end, end))
    x, width = min(x, WIDTH - _THINNEST), max(sure - x, _THINNEST)
    past = one.closed_at is not None
    told = f"{stamp(one.first_seen)}, {f'closed {stamp(one.closed_at)}' if one.closed_at else 'open'}"
    return Bar(x, round(width, 1), round(max(until - x - width, 0.0), 1), told, past)


def _place(when: datetime, axis: tuple[datetime, datetime]) -> float:
    share = (when - axis[0]) / (axis[1] - axis[0])
    return round(min(max(share, 0.0), 1.0) * WIDTH, 1)


def _dates(axis: tuple[datetime, datetime]) -> Iterator[Date]:
    """The first date, some between, and the last; those between keep away from both ends."""
    days = (axis[1] - axis[0]) // _DAY
    step = next((one for one in _STEPS if days // one <= _DATES), _STEPS[-1])
    yield Date(0, _day(axis[0]), "start")
    for number in range(step, days, step):
        x = _place(axis[0] + number * _DAY, axis)
        if WIDTH / _DATES * 0.8 < x < WIDTH * (1 - 0.8 / _DATES):
            yield Date(x, _day(axis[0] + number * _DAY), "middle")
    yield Date(WIDTH, _day(axis[1]), "end")


def _day(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%d")
