"""How long we wait, and when we stop."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.adapters.retry import Deadline, Patience, TryAgain, persist, retry_after
from reconciler.core.errors import Interrupted
from tests.wire.stage import QuickClock

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7.0),
        (" 7 ", 7.0),
        ("1.5", 1.5),
        ("0", 0.0),
        ("-3", 0.0),
        (None, None),
        ("", None),
        ("soon", None),
        ("inf", None),
        ("nan", None),
        ("1e999", None),
        ("Mon, 23 Nov 2026 12:00:30 GMT", 30.0),
        ("Monday, 23-Nov-26 12:00:30 GMT", 30.0),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0.0),
        ("Mon, 99 Nov 2026 12:00:30 GMT", None),
    ],
)
def test_retry_after_is_read_in_every_form(text, seconds):
    """A whole number, a fraction, a date (a past one means at once), and nonsense that says nothing."""
    assert seconds == retry_after(text, NOW)


@given(st.text(max_size=80))
def test_any_retry_after_is_a_sane_wait(text):
    """Whatever the header holds, the wait is none or a finite number from zero."""
    seconds = retry_after(text, NOW)

    assert seconds is None or 0.0 <= seconds < float("inf")


@given(st.integers(0, 10**6))
def test_a_date_means_the_seconds_until_it(seconds):
    """A date that many seconds ahead is a wait of that many seconds."""
    text = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)

    assert float(seconds) == retry_after(text, NOW)


def tries(clock, after=None, patience=None):
    """How often an attempt that never succeeds is made."""
    count = 0

    def attempt():
        nonlocal count
        count += 1
        raise TryAgain("busy", after)

    patience = patience or Patience()
    with pytest.raises(TryAgain):
        persist(attempt, patience, clock, Deadline(clock, patience.seconds))
    return count


def test_five_tries_and_growing_waits(clock):
    """Without Retry-After there are five tries, and each wait is longer than the one before."""
    assert (5, 4) == (tries(clock), len(clock.waits))
    assert sorted(clock.waits) == clock.waits


def test_the_service_says_how_long(clock):
    """What Retry-After asks for is waited, to the fraction."""
    tries(clock, after=2.5)

    assert [2.5] * 4 == clock.waits


def test_sixty_seconds_end_patience(clock):
    """Waits of 25 s fit twice into a minute; a third is not begun."""
    assert (3, [25.0, 25.0]) == (tries(clock, after=25.0), clock.waits)


def test_a_wait_that_outlasts_patience_is_not_begun(clock):
    """An hour is not waited at all."""
    assert (1, []) == (tries(clock, after=3_600.0), clock.waits)


def test_ctrl_c_ends_a_wait(clock):
    """An interrupted wait ends everything, with no further try."""
    clock.stop_after = 1
    count = 0

    def attempt():
        nonlocal count
        count += 1
        raise TryAgain("busy")

    with pytest.raises(Interrupted):
        persist(attempt, Patience(), clock, Deadline(clock, 60))
    assert 2 == count


def test_other_errors_are_not_tried_again(clock):
    """Only what says so is tried again."""
    with pytest.raises(ZeroDivisionError):
        persist(lambda: 1 // 0, Patience(), clock, Deadline(clock, 60))
    assert [] == clock.waits


def test_a_wait_prints_nothing(clock, capfd):
    """Retrying speaks to its logger only, which the command line controls."""
    tries(clock)

    assert ("", "") == tuple(capfd.readouterr())


def test_quick_clock_counts_its_waits():
    """The clock of these tests adds its waits to the machine's time, as a real one does."""
    clock = QuickClock()
    before = clock.machine()
    clock.wait(100)

    assert timedelta(seconds=100) <= clock.machine() - before < timedelta(seconds=110)
