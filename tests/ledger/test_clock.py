"""The clock of a run: fixed where it is told to be, and every wait ends when the run is told to stop."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest

from reconciler.adapters.clock import SystemClock
from reconciler.core.errors import Interrupted
from reconciler.core.ports import Clock


def test_without_a_fixed_time_the_run_has_the_machine_s():
    """Both are UTC, and time passes."""
    clock: Clock = SystemClock()
    times = [datetime.now(UTC), clock.now(), clock.machine(), datetime.now(UTC)]

    assert sorted(times) == times
    assert {timedelta(0)} == {one.utcoffset() for one in times}


def test_a_fixed_time_stands_still_and_the_machine_s_does_not_follow():
    """`--now` shifts the run alone, and is turned into UTC."""
    fixed = datetime(2027, 1, 1, 2, 0, tzinfo=timezone(timedelta(hours=2)))
    clock = SystemClock(fixed)

    assert ["2027-01-01T00:00:00+00:00"] * 2 == [clock.now().isoformat(), clock.now().isoformat()]
    assert abs(clock.machine() - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_wait_takes_its_time():
    """Seconds are seconds; nothing and less than nothing return at once."""
    begun = time.monotonic()
    for seconds in (0.05, 0, -1):
        SystemClock().wait(seconds)

    assert 0.05 <= time.monotonic() - begun < 5


def test_a_stop_ends_a_wait_at_once():
    """A worker that waits for an hour is interrupted as soon as the run is told to stop."""
    stop = threading.Event()
    clock = SystemClock(None, stop)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(clock.wait, 3600)
        assert (False, False) == (clock.stopping(), waiting.done())
        stop.set()
        with pytest.raises(Interrupted, match="Stopped by a signal"):
            waiting.result(timeout=20)

    assert clock.stopping()


def test_no_wait_begins_after_a_stop():
    """Not even one of no length: nothing new starts."""
    stop = threading.Event()
    stop.set()

    with pytest.raises(Interrupted):
        SystemClock(stop=stop).wait(0)
