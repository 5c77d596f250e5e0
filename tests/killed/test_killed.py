"""Killed anywhere, apply leaves nothing that the next plan and apply do not finish, and no unblock is sent twice.

A real process is killed with SIGKILL at a step that others can see: before and after each commit of its ledger, before
each request, and at the moment its answer arrives, before a byte of it is looked at (the service has done its work by
then). watch.py tells how it comes to a stop at exactly that step without a line of the product being changed.
"""

import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from queue import SimpleQueue

import pytest

from tests.killed.lane import Lane
from tests.killed.scene import ALICE, CHANGES, COMMANDS, UNBLOCK, doubled, raise_curtain, undone

PARTS = 8
SENDER = f"contoso/restricted-sender/{ALICE}"
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def steps(lanes) -> list[str]:
    """Every step of an apply that nothing disturbs."""
    begin(lanes[0])
    ended = lanes[0].apply(end="")
    assert (0, set()) == (ended.status, undone(lanes[0].emulator)), ended.stderr
    return sorted(ended.steps)


def begin(on: Lane, shown_after: int = 0) -> None:
    """A tenant, an empty ledger, and a plan: always the same, so it is made once."""
    raise_curtain(on.emulator, shown_after=shown_after)
    on.forget()
    if not (on.folder / "plan.json").exists():
        changes = on.plan()["changes"]
        assert CHANGES == {one["address"]: (one["action"], one["via"]) for one in changes}


def arrives(on: Lane) -> None:
    """Hold that a new plan and apply arrive; an unblock of unknown outcome, at the latest when its clock is over."""
    if on.plan("next.json")["changes"]:
        ended = on.apply("next.json")
        assert ended.status in {0, 8}, ended.stderr
    sent = on.unblocks()
    last = on.plan("last.json")
    waiting = {one["address"] for one in last["findings"] if one["severity"] == "converging"}

    assert (set(), []) == (doubled(on.emulator), last["changes"])
    assert undone(on.emulator) <= waiting <= {SENDER}
    assert on.unblocks() <= 1
    if waiting:
        assert sent == on.unblocks()
        on.let_pass(timedelta(hours=25))
        if on.plan("late.json")["changes"]:
            assert on.apply("late.json").status in {0, 8}
        assert [] == on.plan("last.json")["changes"]
    assert set() == undone(on.emulator)


def arrives_with_the_same_plan(on: Lane) -> None:
    """Hold that the plan that was being carried out is safe to use again; what it can't finish, a new one does."""
    ended = on.apply()
    assert ended.status in {0, 5, 8}, ended.stderr
    assert (True, set()) == (on.unblocks() <= 1, doubled(on.emulator))
    arrives(on)


def faults(lanes: list[Lane], some: list[str], goes_on: Callable[[Lane], None], shown_after: int = 0) -> dict[str, str]:
    """What went wrong after each step at which a process was killed; the lanes take turns."""
    free: SimpleQueue[Lane] = SimpleQueue()
    for one in lanes:
        free.put(one)

    def fault(step: str) -> str:
        on = free.get()
        try:
            begin(on, shown_after)
            killed = on.apply(end=step)
            assert -signal.SIGKILL == killed.status, killed.stderr
            goes_on(on)
        except AssertionError as error:
            return str(error)
        finally:
            free.put(on)
        return ""

    with ThreadPoolExecutor(len(lanes)) as pool:
        return {step: said for step, said in zip(some, pool.map(fault, some), strict=True) if said}


def test_every_step_is_known(steps):
    """There are more than fifty for each sort of ledger, among them each command twice, with a commit on both sides."""
    wire = [f"{when} ({number})" for name, count in COMMANDS.items() for number in range(1, count + 1)
            for when in (f"before {name} is sent", f"when {name} is answered")]  # fmt: skip

    assert set(wire) <= set(steps)
    assert len([step for step in steps if "commit" in step]) >= 4 * sum(COMMANDS.values())
    assert len(steps) > 50


@pytest.mark.parametrize("part", range(PARTS))
def test_a_new_plan_arrives(lanes, steps, part):
    """Wherever apply is killed, a new plan and apply finish its work."""
    assert {} == faults(lanes, steps[part::PARTS], arrives)


@pytest.mark.parametrize("part", range(2))
def test_the_same_plan_does_no_harm(lanes, steps, part):
    """Around every command and its commits, the plan that was interrupted can be applied again."""
    some = [step for step in steps if "commands" in step or "writes" in step or "Alert is" in step or UNBLOCK in step]

    assert {} == faults(lanes, some[part::4], arrives_with_the_same_plan)


def test_an_unblock_that_shows_late_is_sent_once(lanes, steps):
    """While the list of senders still shows a block that is lifted, no run lifts it again."""
    some = [step for step in steps if UNBLOCK in step] + [step for step in steps if "writes" in step][-6:]

    assert {} == faults(lanes, some, arrives, shown_after=7200)
