"""The list of tenants of a page: how each ended, and its numbers."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from reconciler.core.outcome import NAMES
from reconciler.report.page import Page, Section, Tone
from reconciler.report.tiles import tallies

_ENDS: Final[dict[int, tuple[str, Tone]]] = {0: ("✓", "good"), 2: ("~", "update"), 8: ("…", "manual")}
"""Exits that are no trouble, with mark and tone."""
_TROUBLE: Final[tuple[str, Tone]] = ("×", "error")
_UNTOLD: Final[tuple[str, Tone]] = (".", "plain")
_ORDER: Final = ("error", "manual", "update", "plain", "good")


@dataclass(frozen=True, slots=True)
class Tenant:
    """One line of the list; `href` leads to all that there is to say of the tenant."""

    name: str
    href: str
    mark: str
    word: str
    tone: Tone
    counts: Counter[str]


def tenants(page: Page, href: Callable[[str, Section], str]) -> tuple[Tenant, ...]:
    """All tenants that a page speaks of, those in trouble first."""
    lines = (
        ended(section, name, href(name, section))
        for section in page.sections
        for name in section.members or (section.title,)
    )
    return tuple(sorted(lines, key=lambda one: (_ORDER.index(one.tone), one.name)))


def ended(section: Section, name: str = "", href: str = "") -> Tenant:
    """One tenant of a section, with the numbers of a single one."""
    code = section.exit_code
    mark, tone = _UNTOLD if code is None else _ENDS.get(code, _TROUBLE)
    word = "" if code is None else NAMES.get(code, f"exit {code}").replace("-", " ")
    counts = tallies((Section(name, groups=section.groups),))
    return Tenant(name, href, mark, word, tone, counts)
