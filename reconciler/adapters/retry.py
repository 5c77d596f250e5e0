"""How often and how long something is tried again, told whether it holds a question or a command."""

import logging
import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal, TypeVar

import stamina
import stamina.instrumentation

from reconciler.core.ports import Clock

T = TypeVar("T")
Told = Literal["throttled", "reading"]
"""The steps of a tenant that only this file knows of."""

# Its own hook would print a line to stderr for each wait; ours goes to a logger that the command line controls.
stamina.instrumentation.set_on_retry_hooks(())
_log = logging.getLogger(__name__)
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 15.0
_LONGEST_HEADER = 64
_DICE = random.SystemRandom()  # spreads out what many tenants do at once


def _nobody(_: Told) -> None:
    """Let it pass unheard."""


@dataclass(frozen=True, slots=True)
class Patience:
    """When we give up (CONTRACT 2): times are seconds, `tries` counts the first one too."""

    tries: int = 5
    seconds: float = 60.0
    """From the first try of a question to the end of its last page."""
    connect: float = 10.0
    silence: float = 30.0
    """The longest time without a byte while a question is answered."""
    command: float = 120.0
    """The same for a command: giving up early would leave its outcome unknown."""
    told: Callable[[Told], None] = _nobody
    """Hears of a wait that the service asks for, when it begins and when it is over."""


class TryAgain(Exception):
    """A try that failed in a way that another may not; `after` is what the service asked us to wait, in seconds."""

    def __init__(self, message: str, after: float | None = None, *, throttled: bool = False) -> None:
        """Keep why in words that may be shown."""
        self.after = after
        self.throttled = throttled
        super().__init__(f"{message} It asks us to wait {after:.0f} s." if after else message)


class Deadline:
    """The end of one piece of patience, by the machine's time."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        """Start counting now."""
        self._clock = clock
        self._end = clock.machine() + timedelta(seconds=seconds)

    def left(self) -> float:
        """Seconds that are left; zero or less when it is over."""
        return (self._end - self._clock.machine()).total_seconds()


def persist(attempt: Callable[[], T], patience: Patience, clock: Clock, deadline: Deadline) -> T:
    """Call `attempt` until it doesn't raise TryAgain, or raise its last one when patience ends.

    Waits pass through the clock, so that Ctrl-C ends them; a wait that would outlast the deadline isn't begun.
    """
    caller = stamina.RetryingCaller(attempts=patience.tries, timeout=None)
    return caller(_Wait(patience, clock, deadline), attempt)


class _Wait:
    """The hook that stamina asks after each failure: it lets the time pass itself and says `at once` or `no more`."""

    def __init__(self, patience: Patience, clock: Clock, deadline: Deadline) -> None:
        self._left, self._told = patience.tries - 1, patience.told
        self._clock, self._deadline = clock, deadline
        self._backoff = _FIRST_WAIT

    def __call__(self, error: Exception) -> bool | float:
        if not isinstance(error, TryAgain) or self._left <= 0:
            return False
        seconds = error.after if error.after is not None else self._next()
        if seconds >= self._deadline.left():
            return False
        self._left -= 1
        _log.info("Waiting %.1f s, then trying again: %s", seconds, error)
        asked = error.throttled or error.after is not None
        if asked:
            self._told("throttled")
        if seconds > 0:
            self._clock.wait(seconds)
        if asked:
            self._told("reading")
        return 0.0

    def _next(self) -> float:
        backoff, self._backoff = self._backoff, min(self._backoff * 2, _LONGEST_WAIT)
        return backoff * _DICE.uniform(0.75, 1.25)


def retry_after(text: str | None, now: datetime) -> float | None:
    """The seconds that a `Retry-After` asks for: whole, with a fraction, or until a date; None where it says nothing.

    Never negative, never infinite (wire.md 4.2: clients differ in what they accept, so we accept all).
    """
    text = (text or "").strip()[:_LONGEST_HEADER]
    if not text:
        return None
    try:
        seconds = float(text) if text[0] in "+-.0123456789" and text.isascii() and "_" not in text else None
    except ValueError:
        seconds = None
    if seconds is None:
        seconds = _until(text, now)
    return max(0.0, seconds) if seconds is not None and math.isfinite(seconds) else None


def _until(text: str, now: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        return (moment - now).total_seconds()
    except OverflowError:
        return None
