"""The real command line on one emulator: a working folder, its policies, and commands in processes of their own."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reconciler.emulator import Emulator
from tests.cli.line import Ran, bare, reconciler
from tests.whole.stage import dated

Json = Any


@dataclass
class Line:
    """A person, or a pipeline, with a terminal in a folder."""

    emulator: Emulator
    folder: Path

    def environment(self) -> dict[str, str]:
        """The variables that `emulator exec` sets, and a ledger that stays in the folder."""
        return self.emulator.environment(bare()) | {"RECONCILER_LEDGER": f"sqlite:///{self.folder / 'ledger.db'}"}

    def write(self, name: str, text: str) -> None:
        """Put a policy file into the folder."""
        path = self.folder / "policies" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(dated(text))

    def __call__(self, *words: str) -> Ran:
        """Run a command."""
        return reconciler(*words, folder=self.folder, environment=self.environment())

    def json(self, *words: str) -> Json:
        """Run a command and read the one document that it prints."""
        return json.loads(self(*words, "--format", "json").out)

    def plan(self, *words: str) -> dict[str, str]:
        """What a plan would do, by address."""
        found = self.json("plan", *words)
        return {one["address"]: one["action"] for tenant in found["tenants"] for one in tenant["changes"]}

    def findings(self, *words: str) -> set[tuple[str, str]]:
        """Address and rule of each of a plan's findings."""
        found = self.json("plan", *words)
        return {(one["address"], one["rule"]) for tenant in found["tenants"] for one in tenant["findings"]}

    def apply(self, *words: str) -> tuple[int, dict[str, str]]:
        """How a plan, made now, ends, and each of its changes."""
        found = self.json("apply", "--auto-approve", *words)
        states = {one["address"]: one["state"] for tenant in found["tenants"] for one in tenant["outcomes"]}
        return found["exit"]["code"], states

    def start(self, *words: str) -> "subprocess.Popen[str]":
        """A command that goes on while the test does something else."""
        return subprocess.Popen(
            [sys.executable, "-m", "reconciler", *words],
            cwd=self.folder,
            env=self.environment() | {"PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def until(process: "subprocess.Popen[str]", words: str) -> str:
    """What a command says on stderr up to the line that holds these words."""
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if words in line:
            return said
    raise AssertionError(f"{words!r} was never said:\n{said}")


def interrupt(process: "subprocess.Popen[str]") -> None:
    """Ctrl-C."""
    os.kill(process.pid, signal.SIGINT)
