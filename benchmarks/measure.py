"""Measuring side by side: two ways to do a thing, taken in turns, so that a busy machine slows both alike."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Row:
    """One line of the table; without a target it is shown for information only."""

    name: str
    value: float
    unit: str
    against: str = ""
    target: float | None = None

    @property
    def missed(self) -> bool:
        """Whether the value is above its target."""
        return self.target is not None and self.value > self.target


def seconds(action: Callable[[], object]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def side_by_side(ours: Callable[[], object], theirs: Callable[[], object], rounds: int) -> tuple[float, float]:
    """The median seconds of both, taken in turns after one round that does not count."""
    ours(), theirs()
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(rounds)]
    return statistics.median(one for one, _ in pairs), statistics.median(other for _, other in pairs)


def python(
    *arguments: str | Path, cwd: Path = ROOT, environment: Mapping[str, str] | None = None, expect: int = 0
) -> Callable[[], str]:
    """A call of this interpreter with arguments; its standard output. It must end with the status `expect`."""
    # Byte-code off would measure the compiler; nobody runs the tool like that twice.
    chosen = {k: v for k, v in (environment or os.environ).items() if k != "PYTHONDONTWRITEBYTECODE"}

    def call() -> str:
        command = [sys.executable, *map(str, arguments)]
        result = subprocess.run(command, cwd=cwd, env=chosen, capture_output=True, text=True, check=False)
        if result.returncode != expect:
            sys.exit(f"bench: {' '.join(command)} ended with {result.returncode}:\n{result.stdout}{result.stderr}")
        return result.stdout

    return call
