"""Signals: the first asks the run to stop, the second ends it at once; both mean exit 130."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from reconciler.cli.logs import say

INTERRUPTED: Final = 130
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
_SHOW_CURSOR: Final = b"\x1b[?25h"


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@contextmanager
def interruptible() -> Iterator[None]:
    """While nothing is written, either signal ends what the main thread does with KeyboardInterrupt."""
    with _handled(_interrupt):
        yield


@contextmanager
def stoppable(stop: threading.Event) -> Iterator[None]:
    """While workers run, the first signal only sets `stop`: commands in flight are awaited and recorded."""

    def handler(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            leave()
        stop.set()
        # From a thread of its own: the signal may have come in the middle of a write to the same stream.
        threading.Thread(target=say, args=("Stopping: nothing new is started. Once more ends at once.",)).start()

    with _handled(handler):
        yield


def leave() -> None:
    """End this process now, without waiting for threads; the ledger is flushed at each of its calls."""
    if sys.stderr.isatty():
        os.write(2, _SHOW_CURSOR)
    os._exit(INTERRUPTED)


@contextmanager
def _handled(handler: "signal._HANDLER") -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {one: signal.signal(one, handler) for one in _SIGNALS}
    try:
        yield
    finally:
        for one, former in before.items():
            signal.signal(one, former)
