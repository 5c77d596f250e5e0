"""The drawing of drift over time: every record has its place in it, whatever the ledger holds."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.records import DriftRecord, Timeline
from reconciler.report.timeline import WIDTH, chart

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
DAY = timedelta(days=1)
HOURS = st.integers(min_value=0, max_value=24 * 200).map(lambda hours: timedelta(hours=hours))


@st.composite
def records(draw):
    """A record that ended or did not, at any time before the report."""
    first, last, closed = sorted((draw(HOURS), draw(HOURS), draw(HOURS)), reverse=True)
    return DriftRecord(
        address=f"{draw(st.sampled_from(['contoso', 'fabrikam']))}/alert-policy/{draw(st.sampled_from('ab'))}",
        field=draw(st.sampled_from(["enabled", "notifications.recipients"])),
        first_seen=AT - first,
        last_seen=AT - last,
        closed_at=AT - closed if draw(st.booleans()) else None,
        severity=draw(st.sampled_from(["critical", "warning", "info", None])),
    )


def timeline(*known):
    """A timeline of these records."""
    return Timeline(since=AT - 90 * DAY, until=AT, records=known)


def drawn(*known, names=("contoso", "fabrikam")):
    """The drawing of records, of which there are some."""
    found = chart(timeline(*known), names)
    assert found is not None
    return found


@given(known=st.lists(records(), min_size=1, max_size=12))
def test_every_record_is_drawn_once_and_inside(known):
    """Each record is one bar and one line of the table, and no bar or date leaves the drawing."""
    found = drawn(*known)

    bars = [bar for row in found.rows for bar in row.bars]
    assert len(known) == len(bars)
    assert sorted(map(repr, known)) == sorted(map(repr, found.records))
    assert all(0 <= bar.x and bar.x + bar.width + bar.unsure <= WIDTH + 0.2 and bar.width >= 6 for bar in bars)
    assert all(row.y + 40 <= found.height for row in found.rows)


@given(known=st.lists(records(), min_size=1, max_size=12))
def test_the_order_of_the_ledger_does_not_matter(known):
    """Equal records give equal drawings."""
    assert chart(timeline(*known), {"contoso"}) == chart(timeline(*reversed(known)), {"contoso"})


@given(known=st.lists(records(), min_size=1, max_size=12))
def test_what_is_open_stands_above_what_is_over(known):
    """Rows that need somebody come first, the gravest before the others."""
    tones = [row.tone for row in drawn(*known).rows]

    assert sorted(tones, key=["critical", "warning", "info", "open", "closed"].index) == tones


@given(first=HOURS)
def test_the_axis_names_its_first_and_its_last_day(first):
    """The dates begin with the day of the oldest bar and end with that of the report, apart from each other."""
    one = DriftRecord(address="contoso/audit-log", field="enabled", first_seen=AT - first, last_seen=AT)
    dates = drawn(one).dates

    oldest = min(max(one.first_seen, AT - 90 * DAY), AT - DAY)
    assert (f"{oldest:%Y-%m-%d}", "2026-11-23") == (dates[0].text, dates[-1].text)
    assert all(after.x - before.x > 90 for before, after in pairwise(dates))
    assert len(dates) <= 10


def test_a_tenant_without_drift_has_no_drawing():
    """No empty axis is drawn."""
    one = DriftRecord(address="contoso/audit-log", field="enabled", first_seen=AT, last_seen=AT)

    assert chart(timeline(one), {"fabrikam"}) is None


def test_many_rows_are_told_in_the_table_only():
    """A drawing ends after forty rows and says how many more there are; the table has them all."""
    known = [
        DriftRecord(address=f"contoso/alert-policy/{number}", field="enabled", first_seen=AT - DAY, last_seen=AT)
        for number in range(45)
    ]
    found = drawn(*known)

    assert (40, 45, "5 more are in the table.") == (len(found.rows), len(found.records), found.left_out)


def test_a_label_is_cut_where_its_room_ends():
    """Ninety-two columns, of which wide characters and the escapes of hidden ones take what they take."""
    labels = {}
    for one in ("a", "警", "\u202e"):
        address = f"contoso/alert-policy/{one * 200}"
        known = DriftRecord(address=address, field="enabled", first_seen=AT - DAY, last_seen=AT)
        labels[one] = drawn(known, names=["contoso"]).rows[0].label

    kept = {"a": "a" * 78, "警": "警" * 38, "\u202e": r"\u202e" * 13}
    assert {one: f"alert-policy/{text}…" for one, text in kept.items()} == labels
