"""Runs one function for many tenants side by side; one failing tenant never stops the rest."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Final, TypeVar

from reconciler.core.errors import Interrupted
from reconciler.core.ports import Clock

In = TypeVar("In")
Out = TypeVar("Out")

_TICK: Final = 0.05
"""Seconds between looks at the stop flag: only the main thread takes signals, and it must wake to do so."""


def side_by_side(
    work: Callable[[In], Out],
    items: Sequence[In],
    clock: Clock,
    *,
    width: int,
    grace: float = 0,
    skipped: Callable[[In], Out] | None = None,
) -> list[Out]:
    """The results of `work` in the order of `items`, at most `width` at a time.

    When the run is told to stop nothing new starts: `skipped` gives the results of what did not. Without it, or
    when something still runs after `grace` seconds, Interrupted is raised.
    """

    def begin(item: In) -> Out:
        if not clock.stopping():
            return work(item)
        if skipped is None:
            raise _stopped()
        return skipped(item)

    if not items:
        return []
    pool = ThreadPoolExecutor(max_workers=min(width, len(items)))
    try:
        futures = [pool.submit(begin, item) for item in items]
        _await(futures, clock, grace)
        return [future.result() for future in futures]
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _await(futures: Sequence[Future[Out]], clock: Clock, grace: float) -> None:
    pending, left = set(futures), grace
    while pending:
        _, pending = wait(pending, timeout=_TICK)
        if pending and clock.stopping():
            if left <= 0:
                raise _stopped()
            left -= _TICK


def _stopped() -> Interrupted:
    return Interrupted("Stopped by a signal before everything was done.")
