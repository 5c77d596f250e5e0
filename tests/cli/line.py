"""Runs the command line as a person or a pipeline does: in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

OURS = ("RECONCILER_", "AZURE_", "CI", "NO_COLOR", "COLUMNS")


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def last(self) -> str:
        """The last line on stderr."""
        return self.err.splitlines()[-1] if self.err else ""


def bare() -> dict[str, str]:
    """The environment of this process without what would steer the command."""
    return {name: text for name, text in os.environ.items() if not name.startswith(OURS)}


def reconciler(
    *words: str, folder: Path, environment: Mapping[str, str] | None = None, stdin: str | None = None
) -> Ran:
    """Run one command in `folder`, without a terminal."""
    ran = subprocess.run(
        [sys.executable, "-m", "reconciler", *words],
        cwd=folder,
        env=dict(bare() if environment is None else environment),
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )
    return Ran(ran.returncode, ran.stdout, ran.stderr)
