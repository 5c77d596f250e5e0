"""Counts where the tenants of a run are; safe to call from any thread."""

import threading
from collections import Counter
from dataclasses import dataclass
from typing import Final

FINISHED: Final = frozenset({"done", "unreadable", "failed"})
"""The steps after which nothing more is done in a tenant."""
_ORDER: Final = ("reading", "writing", "waiting", "throttled", "unreadable", "failed")
"""What a tenant may be beside done, in the order in which it is told."""
_STATES: Final = {"read": "reading", "done": "done"} | {state: state for state in _ORDER}


@dataclass(frozen=True, slots=True)
class Count:
    """How many tenants came to their end, of how many."""

    finished: int
    total: int


class Tally:
    """The last step of each tenant; only those that were said to be waiting for their turn are counted."""

    def __init__(self) -> None:
        """Nobody is known yet."""
        self._lock = threading.Lock()
        self._steps: dict[str, str] = {}
        self._states: Counter[str] = Counter()
        self.throttled = 0
        """How often the service asked a tenant of ours to wait."""

    def hear(self, tenant: str, step: str) -> Count | None:
        """The counts with this step; None where it is none of a tenant, but for instance of the ledger."""
        with self._lock:
            self.throttled += step == "throttled"
            before = self._steps.pop(tenant, None)
            if before is None and step != "waiting":
                return None
            if before is not None:
                self._states[_state(before)] -= 1
            self._steps[tenant] = step
            self._states[_state(step)] += 1
            return self._count()

    def count(self) -> Count:
        """The counts as they are now."""
        with self._lock:
            return self._count()

    def active(self) -> list[tuple[str, str]]:
        """The tenants that are at work, each with its step; who said something last comes last."""
        with self._lock:
            return [(tenant, step) for tenant, step in self._steps.items() if step not in {*FINISHED, "waiting"}]

    def told(self) -> str:
        """All counts in words: `12/41 done, 8 reading, 2 throttled, 1 unreadable`."""
        with self._lock:
            others = (f"{self._states[state]} {state}" for state in _ORDER if self._states[state])
            return ", ".join((f"{self._states['done']}/{len(self._steps)} done", *others))

    def _count(self) -> Count:
        return Count(sum(self._states[state] for state in FINISHED), len(self._steps))


def _state(step: str) -> str:
    """The state that a step belongs to; a lock of somebody else, or a change not visible yet, is waited for."""
    return _STATES.get(step, "waiting" if step.startswith("waiting") else "writing")
