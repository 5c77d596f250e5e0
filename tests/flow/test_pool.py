"""Tenants are worked on side by side, in order, and a signal ends the run without half results."""

import threading
from datetime import UTC, datetime

import pytest

from reconciler.core.errors import Interrupted
from reconciler.flow.pool import side_by_side


class Clock:
    """A clock whose stop flag the tests hold."""

    def __init__(self):
        self.stop = threading.Event()

    def now(self):
        return datetime(2026, 11, 23, tzinfo=UTC)

    machine = now

    def wait(self, seconds):
        if self.stop.wait(seconds):
            raise Interrupted("Stopped.")

    def stopping(self):
        return self.stop.is_set()


def test_results_come_in_the_order_of_the_items():
    """However long each takes, the first item's result is the first."""
    first_may_end = threading.Event()

    def work(item):
        if item == 0:
            assert first_may_end.wait(10)
        else:
            first_may_end.set()
        return item * 2

    assert side_by_side(work, [0, 1, 2], Clock(), width=2) == [0, 2, 4]


def test_no_more_than_the_width_run_at_once():
    """The bound holds while more items wait."""
    running, most, lock = set(), [], threading.Lock()

    def work(item):
        with lock:
            running.add(item)
            most.append(len(running))
        with lock:
            running.discard(item)

    side_by_side(work, list(range(50)), Clock(), width=3)

    assert max(most) <= 3


def test_a_signal_ends_a_run_that_does_not_end_by_itself():
    """Work that hangs is left behind, and nothing is returned as if it were whole."""
    clock, release = Clock(), threading.Event()

    def work(_item):
        clock.stop.set()
        release.wait(10)

    with pytest.raises(Interrupted):
        side_by_side(work, [1, 2, 3], clock, width=1)
    release.set()


def test_work_in_flight_has_its_grace():
    """What runs is awaited, what had not started is skipped, and every item has its result."""
    clock = Clock()

    def work(item):
        clock.stop.set()
        return item

    assert side_by_side(work, [1, 2, 3], clock, width=1, grace=5, skipped=lambda item: -item) == [1, -2, -3]


def test_nothing_new_starts_after_a_signal():
    """Without a result for what was skipped the run is interrupted, even if all that started has ended."""
    clock = Clock()

    def work(item):
        clock.stop.set()
        return item

    with pytest.raises(Interrupted):
        side_by_side(work, [1, 2, 3], clock, width=1, grace=5)


def test_an_error_of_one_is_an_error_of_the_run():
    """Stages catch what they can act on; a defect is not swallowed."""

    def work(item):
        if item == 2:
            raise ZeroDivisionError
        return item

    with pytest.raises(ZeroDivisionError):
        side_by_side(work, [1, 2, 3], Clock(), width=2)
