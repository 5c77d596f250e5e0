"""A lane on which one command line after another is run: an emulator, a warm process, a folder, and fresh ledgers."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from reconciler.emulator import Emulator
from tests.killed.scene import UNBLOCK, policies

ROOT = Path(__file__).parents[2]
Ledgers = Callable[[], str]
"""Gives the address of a ledger that does not exist yet."""


@dataclass(frozen=True)
class Ended:
    """How a command line ended, what it printed, and the steps that it took where they were watched."""

    status: int
    stdout: str
    stderr: str
    steps: tuple[str, ...] = ()

    @property
    def document(self) -> dict[str, Any]:
        """What it printed as JSON."""
        found: dict[str, Any] = json.loads(self.stdout)
        return found


@dataclass
class Lane:
    """One tenant that is planned and applied by real processes, one after another."""

    emulator: Emulator
    folder: Path
    environment: dict[str, str]
    ledgers: Ledgers
    warm: subprocess.Popen[str]
    ahead: timedelta = timedelta()

    def forget(self) -> None:
        """Begin anew: with an empty ledger, and at the machine's time."""
        self.environment["RECONCILER_LEDGER"] = self.ledgers()
        self.ahead = timedelta()

    def run(self, *arguments: str, end: str | None = None) -> Ended:
        """Run a command line in a process of its own, killed at the step `end` (tests/killed/warm.py)."""
        now = ["--now", f"{datetime.now(UTC) + self.ahead:%Y-%m-%dT%H:%M:%SZ}"] if self.ahead else []
        wanted = {
            "arguments": [*arguments, *now],
            "folder": str(self.folder),
            "environment": self.environment,
            "end": end,
        }
        assert self.warm.stdin is not None
        assert self.warm.stdout is not None
        self.warm.stdin.write(f"{json.dumps(wanted)}\n")
        self.warm.stdin.flush()
        ended = json.loads(self.warm.stdout.readline())
        stdout, stderr = ((self.folder / name).read_text("utf-8") for name in ("stdout", "stderr"))
        return Ended(ended["status"], stdout, stderr, tuple(ended["steps"]))

    def plan(self, file: str = "plan.json") -> dict[str, Any]:
        """Contoso's part of a new plan, which is saved as well."""
        ended = self.run("plan", "--out", file, "--format", "json")
        assert ended.status == 0, ended.stderr
        tenant: dict[str, Any] = ended.document["tenants"][0]
        return tenant

    def apply(self, file: str = "plan.json", *, end: str | None = None) -> Ended:
        """Carry out a saved plan."""
        return self.run("apply", file, "--wait", "0s", end=end)

    def unblocks(self) -> int:
        """How often the service was asked to lift the block."""
        return self.emulator.counts(tenant="contoso", kind="write", name=UNBLOCK)

    def let_pass(self, time: timedelta) -> None:
        """Let time pass for the service and for the runs that follow."""
        self.ahead += time
        self.emulator.world.advance(time.total_seconds())


@contextmanager
def lane(folder: Path, ledgers: Ledgers, more: Mapping[str, str] | None = None) -> Iterator[Lane]:
    """A lane with contoso's policies, until the end of the block."""
    (folder / "policies").mkdir(parents=True)
    (folder / "policies" / "contoso.yaml").write_text(policies(), "utf-8")
    command = [sys.executable, "-m", "tests.killed.warm"]
    with Emulator() as emulator:
        environment = {**emulator.environment({}), "PATH": os.environ["PATH"], **(more or {})}
        with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as warm:
            yield Lane(emulator, folder, environment, ledgers, warm)
            assert warm.stdin is not None
            warm.stdin.close()
