"""How far a run is: a live display on a terminal, plain lines elsewhere. Safe to call from any thread."""

import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from reconciler.cli import logs
from reconciler.core.ports import Progress

if TYPE_CHECKING:
    from rich.console import RenderableType

_DETAILS: Final = frozenset({"reading"})
_SHOWN: Final = 8
"""Tenants that the live display names at once."""


class Lines:
    """One line a step on stderr."""

    def __init__(self, *, detailed: bool) -> None:
        self._detailed = detailed

    def say(self, tenant: str, step: str) -> None:
        """Print the step, unless it is one that only who asks for details shall see."""
        if self._detailed or step not in _DETAILS:
            logs.step(f"{tenant}: {step}")


class Display:
    """The tenants that a run works on, each with its last step."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._steps: dict[str, str] = {}

    def say(self, tenant: str, step: str) -> None:
        """Remember the step; the display draws it at its next turn."""
        with self._lock:
            self._steps.pop(tenant, None)
            self._steps[tenant] = step

    def __rich__(self) -> "RenderableType":
        from rich.text import Text

        from reconciler.report.escape import visible

        with self._lock:
            latest = list(self._steps.items())[-_SHOWN:]
            more = len(self._steps) - len(latest)
        lines = [f"{visible(tenant)}: {visible(step)}" for tenant, step in latest]
        return Text("\n".join((*([f"{more} more tenants"] if more > 0 else []), *lines)), style="dim", no_wrap=True)


@contextmanager
def progress(environment: Mapping[str, str], *, live: bool, detailed: bool) -> Iterator[Progress]:
    """The progress of one run; `live` asks for a display, which stderr must be a terminal for."""
    if not (live and sys.stderr.isatty()):
        yield Lines(detailed=detailed)
        return
    from rich.console import Console
    from rich.live import Live

    shown = Display()
    console = Console(file=sys.stderr, _environ=environment)
    with Live(shown, console=console, refresh_per_second=8, transient=True, redirect_stdout=False):
        yield shown
