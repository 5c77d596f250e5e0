"""Faults on order: which request meets which accident, from a file or added while the emulator runs."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from .call import Call
from .fault_shape import ACTIONS, TIMING, problems
from .shape import Problem

Json = dict[str, Any]


class FaultError(ValueError):
    """A fault that cannot be understood; the text says which and what to write."""


@dataclass
class Fault:
    """One accident: the requests that it is meant for, which of those it hits, and what happens."""

    action: str
    options: Json = field(default_factory=dict)
    after: bool = False
    when: Mapping[str, str] = field(default_factory=dict)
    timing: Mapping[str, Any] = field(default_factory=dict)
    seen: int = 0
    hits: int = 0

    def __post_init__(self) -> None:
        """Seed the dice, so that a run with `probability` can be repeated."""
        self._dice = random.Random(self.timing.get("seed", 0))  # noqa: S311  dice that fall the same way again, on purpose

    def meets(self, call: Call) -> bool:
        """Tell whether this request is hit, counting it if it is meant."""
        actual = {"tenant": call.tenant_name, "service": call.service, "cmdlet": call.name, "kind": call.kind}
        if any(actual[name].lower() != wanted.lower() for name, wanted in self.when.items()):
            return False
        self.seen += 1
        hit = self._due()
        self.hits += hit
        return hit

    def _due(self) -> bool:
        match dict(self.timing):
            case {"nth": number}:
                return self.seen in (number if isinstance(number, list) else [number])
            case {"first": number}:
                return self.seen <= int(number)
            case {"every": number}:
                return self.seen % int(number) == 0
            case {"probability": chance}:
                return self._dice.random() < float(chance)
            case _:
                return True


class Faults:
    """All faults of one emulator, safe to change while it runs."""

    def __init__(self, source: Sequence[Mapping[str, object]] | str | Path | None = None) -> None:
        """Take a list of faults or a file that holds one; raises FaultError."""
        self._lock = Lock()
        self._faults = [fault_of(one) for one in _load(source)]

    def add(self, raw: Mapping[str, object]) -> None:
        """Add one fault; raises FaultError."""
        fault = fault_of(raw)
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Forget all faults."""
        with self._lock:
            self._faults.clear()

    def tenants(self) -> set[str]:
        """Names of the tenants that faults are meant for, in lower case."""
        return {one.when["tenant"].lower() for one in self._faults if "tenant" in one.when}

    def meet(self, call: Call) -> list[Fault]:
        """Give the faults that this request meets, in their order."""
        with self._lock:
            return [one for one in self._faults if one.meets(call)]

    def rows(self) -> list[Json]:
        """List every fault with how many requests it was meant for and how many it hit."""
        with self._lock:
            return [
                {"do": one.action, "when": dict(one.when), **one.timing, "seen": one.seen, "hits": one.hits}
                for one in self._faults
            ]


def fault_of(raw: Mapping[str, object]) -> Fault:
    """Read `{when, nth|first|every|probability, seed, do, after, ...options}`; raises FaultError."""
    if wrong := problems(raw):
        raise FaultError("\n".join(map(str, wrong)))
    when = raw.get("when")
    conditions = {name: str(one) for name, one in when.items()} if isinstance(when, Mapping) else {}
    options = {name: value for name, value in raw.items() if name in ACTIONS[str(raw["do"])]}
    timing = {name: value for name, value in raw.items() if name in TIMING}
    return Fault(str(raw["do"]), options, bool(raw.get("after")), conditions, timing)


def _load(source: Sequence[Mapping[str, object]] | str | Path | None) -> Sequence[Mapping[str, object]]:
    if source is None or not isinstance(source, str | Path):
        return source or []
    from . import marked

    found = marked.read(source, FaultError, "faults")
    faults = found.document.get("faults") if isinstance(found.document, dict) else None
    if not isinstance(faults, list):
        raise FaultError(f"{source}: a faults file is a mapping with the key faults, a list of mappings.")
    wrong: list[Problem] = [one for at, raw in enumerate(faults) for one in problems(raw, ("faults", at))]
    if wrong:
        raise FaultError(found.located(wrong))
    return faults
