"""Two processes that apply to one tenant at once: one works, and the other waits for it, leaves, or takes over when it dies."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from reconciler.adapters.clock import SystemClock
from reconciler.flow.apply_plan import apply_plan
from reconciler.wiring import open_plan, read_policies, run_ports, settings_from
from tests.killed.lane import ROOT, Lane
from tests.killed.scene import CHANGES, COMMANDS, UNBLOCK, raise_curtain, undone

FIRST = "Enable-OrganizationCustomization"
PATIENCE = 20.0
"""Seconds until a process must have come so far."""
pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@pytest.fixture
def on(lanes) -> Lane:
    """A tenant with work to do, and a plan of it."""
    found: Lane = lanes[0]
    raise_curtain(found.emulator)
    found.forget()
    found.plan()
    return found


class Applying:
    """A process that applies the plan, and what it has said so far."""

    def __init__(self, on: Lane) -> None:
        command = [sys.executable, "-m", "reconciler", "apply", "plan.json", "--wait", "0s", "--format", "json"]
        environment = {**on.environment, "PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(
            command, cwd=on.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.lines: list[str] = []
        self._listening = threading.Thread(target=self._listen, daemon=True)
        self._listening.start()

    def _listen(self) -> None:
        assert self.process.stderr is not None
        self.lines.extend(iter(self.process.stderr.readline, ""))

    def says(self, text: str) -> bool:
        """Whether a line with this text has come."""
        return any(text in line for line in self.lines)

    def ended(self) -> int:
        """The exit status, once it has come."""
        with self.process:
            status = self.process.wait(timeout=60)
        self._listening.join()
        return status


@contextmanager
def applying(on: Lane) -> Iterator[Applying]:
    """A process that works on the tenant until the end of the block at most."""
    one = Applying(on)
    try:
        yield one
    finally:
        one.process.kill()
        one.ended()


def until(is_so: Callable[[], bool], why: str) -> None:
    """Look again and again until it is so."""
    pause, left = threading.Event(), PATIENCE
    while not is_so():
        assert left > 0, why
        pause.wait(0.02)
        left -= 0.02


def hold(on: Lane, seconds: float) -> None:
    """Let the first command wait for its answer."""
    on.emulator.faults.clear()
    on.emulator.faults.add({"do": "slow", "seconds": seconds, "nth": 1, "when": {"cmdlet": FIRST}})


def in_the_middle(on: Lane, first: Applying) -> None:
    """Wait until the first command is under way."""
    until(lambda: on.emulator.counts(name=FIRST) > 0, f"the first never came to its commands: {first.lines}")


def test_the_second_waits_for_the_first(on):
    """The second says for whom it waits, then finds the work done: each command was sent once, and both end with 0."""
    hold(on, 5)
    with applying(on) as first:
        in_the_middle(on, first)
        with applying(on) as second:
            until(lambda: second.says(f"process {first.process.pid}"), f"the second never waited: {second.lines}")

            assert (0, 0) == (first.ended(), second.ended()), second.lines

    assert COMMANDS == {name: on.emulator.counts(kind="write", name=name) for name in COMMANDS}
    assert set() == undone(on.emulator)


def test_the_second_goes_on_when_the_first_is_killed(on):
    """A lock ends with its owner: who waits for it goes on within moments, and finishes the work."""
    hold(on, 5)
    with applying(on) as first:
        in_the_middle(on, first)
        with applying(on) as second:
            until(lambda: second.says(f"process {first.process.pid}"), f"the second never waited: {second.lines}")
            os.kill(first.process.pid, signal.SIGKILL)

            assert (-signal.SIGKILL, 0) == (first.ended(), second.ended()), second.lines

    assert (set(), 1) == (undone(on.emulator), on.emulator.counts(kind="write", name=UNBLOCK))


class Hasty(SystemClock):
    """The machine's clock for somebody whose waits take no time."""

    def wait(self, seconds: float) -> None:
        """Let no time pass."""


class Silent:
    """Progress that nobody sees."""

    def say(self, tenant: str, step: str) -> None:
        """Say nothing."""

    def hush(self, line: str) -> None:
        """Say nothing of sign-in either."""


def test_the_second_leaves_when_the_first_takes_too_long(on):
    """After its patience it ends with 1 and names the other process; it has sent nothing."""
    hold(on, 300)
    settings = settings_from(on.environment, policies=on.folder / "policies")
    plan, desired = open_plan(on.folder / "plan.json", settings), read_policies(settings).desired
    with applying(on) as first:
        in_the_middle(on, first)
        with run_ports(settings, Silent(), threading.Event(), Silent().hush) as ports:
            hasty = replace(ports, clock=Hasty())
            applied = apply_plan(plan, desired, hasty, wait=timedelta())

    reason = applied.exit.reasons[0]
    assert (1, ["skipped"] * len(CHANGES)) == (applied.exit.code, [one.state for one in applied.tenants[0].outcomes])
    assert (True, True) == (f"process {first.process.pid}" in reason, reason.endswith("Run again when it has ended."))
    assert 1 == on.emulator.counts(kind="write")
