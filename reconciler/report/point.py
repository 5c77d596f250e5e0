"""One thing that a result has to say, as a flat record: the form that reports for machines share."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from reconciler.core.change import Origin
from reconciler.report.escape import visible

Sort = Literal["change", "drift", "outcome", "waiting", "finding", "unreadable", "stopped", "diagnostic"]
Grade = Literal["info", "minor", "major", "critical", "blocker"]
"""How grave it is, in the words of GitLab's code quality."""

_NUMBER: Final = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Point:
    """A change, a drift entry, an outcome, something that waits, a finding, or what is wrong with a file.

    `address`, `field` and `rule` stand as they are in the result; `message` is one line that any screen may show.
    """

    sort: Sort
    tenant: str
    """Empty for what is wrong with a file."""
    address: str
    """The object, or the tenant's name; empty for what is wrong with a file."""
    rule: str
    """The word by which users filter: a finding's rule, else `change-create`, `drift`, `unreadable`, `apply-failed`…"""
    state: str
    """A change's action, a finding's level, else the state that the result gives it."""
    grade: Grade
    message: str
    origin: Origin | None = None
    """The line that asked for it, as the result tells it."""
    path: str = ""
    """A file relative to the current folder; of what no line of a policy asked for the file that is nearest to it."""
    line: int = 1
    field: str = ""
    via: str = ""
    first_seen: str | None = None


def fingerprints(points: Iterable[Point]) -> tuple[str, ...]:
    """The identity of each point, the same in every run: of rule, tenant, object, field and way, never of a line.

    No two are equal: what can't be told apart otherwise is counted, in the order of the result.
    """
    seen: Counter[str] = Counter()
    found = []
    for one in points:
        key = json.dumps([one.sort, one.rule, one.tenant, one.address, one.field, one.via, _fault(one)])
        found.append(hashlib.sha256(f"{key}{seen[key]}".encode()).hexdigest())
        seen[key] += 1
    return tuple(found)


def names(points: Iterable[Point]) -> tuple[str, ...]:
    """A name for each point that no other has, safe to show: its object, and what tells it from others of that."""
    taken: set[str] = set()
    last: Counter[str] = Counter()
    found = []
    for one in points:
        parts = (one.address, one.field, "" if one.via == "api" else one.via, _word(one), _fault(one))
        base = visible(" ".join(part for part in parts if part))
        name = base
        while name in taken:
            last[base] += 1
            name = f"{base} ({last[base] + 1})"
        taken.add(name)
        found.append(name)
    return tuple(found)


def by_tenant(points: Iterable[Point], words: Iterable[str]) -> dict[str, list[tuple[Point, str]]]:
    """The points of each tenant, each with its word of `words`, in their order."""
    found: dict[str, list[tuple[Point, str]]] = {}
    for one, word in zip(points, words, strict=True):
        found.setdefault(one.tenant, []).append((one, word))
    return found


def _word(one: Point) -> str:
    return one.rule if one.sort in {"finding", "waiting", "stopped"} else ""


def _fault(one: Point) -> str:
    """What tells two faults of one file apart: their words, without the numbers of lines that may be among them."""
    return f"{one.path} {_NUMBER.sub('#', one.message)}" if one.sort == "diagnostic" else ""
