"""How far a run is: a live display on a terminal, plain lines elsewhere. Safe to call from any thread."""

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from reconciler.cli import logs
from reconciler.cli.tally import FINISHED, Count, Tally

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

    from reconciler.core.ports import Progress

_DETAILS: Final = frozenset({"reading", "read", "throttled"})
_MANY: Final = 50
"""Tenants beyond which lines sum up; what went wrong is said of each in any case."""
_SHOWN: Final = 8
"""Tenants that the live display names at once."""
_BAR: Final = 24


class Lines:
    """One line a step on stderr; of many tenants one for what went wrong, and one for each fiftieth that is done."""

    def __init__(self, tally: Tally, *, detailed: bool) -> None:
        """With `detailed` every step of every tenant is shown."""
        self._tally, self._detailed = tally, detailed

    def say(self, tenant: str, step: str) -> None:
        """Print the step, unless it is one that only who asks for details shall see."""
        count = self._tally.hear(tenant, step)
        if step == "waiting":
            return
        told = step not in _DETAILS and (count is None or count.total <= _MANY or step in FINISHED - {"done"})
        if self._detailed or told:
            logs.step(f"{tenant}: {step}")
        if count and step in FINISHED and _is_due(count):
            logs.step(self._tally.told())


def _is_due(count: Count) -> bool:
    """Whether many tenants are to be summed up: at most twenty-one times in a run."""
    each = max(_MANY, -(-count.total // 20))
    return count.total > _MANY and (count.finished % each == 0 or count.finished == count.total)


class Display:
    """The counts of a run, a bar, and the tenants that it works on, each with its last step."""

    def __init__(self, tally: Tally, *, drawn: bool) -> None:
        """With `drawn` the terminal shows more than ASCII."""
        self._tally, self._drawn = tally, drawn
        self._begun = time.monotonic()

    def say(self, tenant: str, step: str) -> None:
        """Remember the step; the display draws it at its next turn. What is of no tenant is printed above it."""
        if self._tally.hear(tenant, step) is None:
            logs.step(f"{tenant}: {step}")

    def __rich__(self) -> "RenderableType":
        """What the terminal shows now."""
        from rich.text import Text

        from reconciler.report.escape import visible

        seconds = int(time.monotonic() - self._begun)
        count, active = self._tally.count(), self._tally.active()
        shown = Text(no_wrap=True, overflow="ellipsis" if self._drawn else "crop")
        if not count.total:
            return shown
        if self._drawn:
            shown.append_text(_bar(count)).append("  ")
        shown.append(f"{self._tally.told()}  {seconds // 60}:{seconds % 60:02}")
        for tenant, step in active[-_SHOWN:]:
            shown.append(f"\n  {visible(tenant)}: {visible(step)}", style="yellow" if step == "throttled" else "dim")
        if len(active) > _SHOWN:
            shown.append(f"\n  and {len(active) - _SHOWN} more", style="dim")
        return shown


def _bar(count: Count) -> "Text":
    from rich.text import Text

    done = _BAR * count.finished // count.total
    return Text.assemble(("\u2501" * done, "green"), ("\u2501" * (_BAR - done), "dim"))


@contextmanager
def progress(environment: Mapping[str, str], tally: Tally, *, live: bool, detailed: bool) -> "Iterator[Progress]":
    """The progress of one run; `live` asks for a display, which stderr must be a terminal for that can draw one."""
    if not (live and sys.stderr.isatty() and environment.get("TERM") != "dumb"):
        yield Lines(tally, detailed=detailed)
        return
    from rich.console import Console
    from rich.live import Live

    from reconciler.report.terminal import can_draw

    shown = Display(tally, drawn=can_draw(sys.stderr, environment))
    console = Console(file=sys.stderr, _environ=environment)
    with Live(shown, console=console, refresh_per_second=8, transient=True, redirect_stdout=False):
        yield shown
