"""The machine's clock, with a time that `--now` may fix, and waits that a signal ends."""

import threading
from datetime import UTC, datetime

from reconciler.core.errors import Interrupted


class SystemClock:
    """Time for one run; `fixed` is what `--now` says, `stop` is set by the first signal."""

    def __init__(self, fixed: datetime | None = None, stop: threading.Event | None = None) -> None:
        """Follow the machine where nothing is fixed; never stop where there is no flag."""
        self._fixed = None if fixed is None else fixed.astimezone(UTC)
        self._stop = threading.Event() if stop is None else stop

    def now(self) -> datetime:
        """The time of the run, UTC; it stands still where `--now` fixed it."""
        return self._fixed or self.machine()

    def machine(self) -> datetime:
        """The machine's time, UTC."""
        return datetime.now(UTC)

    def wait(self, seconds: float) -> None:
        """Let that many seconds pass; raises Interrupted at once when the run is told to stop."""
        if self._stop.wait(max(seconds, 0)):
            raise Interrupted("Stopped by a signal.")

    def stopping(self) -> bool:
        """Whether the run was told to stop."""
        return self._stop.is_set()
