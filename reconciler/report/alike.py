"""Tenants of which a page says the same become one section: `Same 3 changes in 41 tenants`, with all their names."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import chain
from typing import Final

from reconciler.report.page import Entry, Fact, Group, Page, Piece, Section
from reconciler.report.words import LEFT_ALONE, counted, foreign_note

ANY: Final = "*"
"""Stands for the tenant's own name in what several tenants share; no tenant is called so."""

_LEFT_OUT: Final = "Lines of policies or cmdlets that differ are left out here: --tenant NAME --verbose shows them."
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_COUNTED: Final = re.compile(r"(\d+) ([^,]+?)(?=, |\.$)")
_NOUNS: Final = {
    "Plan": ("Action", "change"),
    "Drift": ("Severity", "difference"),
    "Apply": ("State", "outcome"),
    "Status": ("Action", "item"),
}
"""By the page's title: the head of the groups that a folded section is named after, and what stands in them."""


def fold(page: Page) -> Page:
    """The page with one section for all tenants that have the same to act on, and what asks for most of that first.

    Two tenants are enough. Only where they are described may differ: lines of policies, cmdlets, the times of
    clocks, and how much nobody manages there. Every entry of every tenant is still told, once.
    """
    alike: dict[Section, list[Section]] = {}
    for section in page.sections:
        alike.setdefault(_essence(section), []).append(section)
    sections = (
        found[0] if len(found) == 1 else _shared(page.title, shape, sorted(found, key=lambda one: one.title))
        for shape, found in alike.items()
    )
    return replace(page, sections=tuple(sorted(sections, key=_rank)))


def _rank(section: Section) -> tuple[bool, bool, int, str, tuple[str, ...]]:
    """Trouble before changes before quiet; then what concerns most tenants; then names, so that equal is equal."""
    grave = any(one.tone == "error" for group in section.groups for one in group.entries)
    return not section.groups, not grave, -len(section.members), section.title, section.members


def _essence(section: Section) -> Section:
    """What must be equal for two tenants to be told as one; a section of several is like no other."""
    if section.members:
        return section
    name = section.title
    groups = (replace(group, entries=tuple(_bare(one, name) for one in group.entries)) for group in section.groups)
    notes = (_anyone(note, name) for note in section.notes if not note.startswith(LEFT_ALONE))
    return replace(section, title="", notes=tuple(notes), groups=tuple(groups))


def _bare(entry: Entry, name: str) -> Entry:
    own = entry.subject == name or entry.subject.startswith(f"{name}/")
    return replace(
        entry,
        subject=ANY + entry.subject.removeprefix(name) if own else entry.subject,
        note=_anyone(entry.note, name),
        place="",
        facts=tuple(Fact(one.name, (Piece(""),)) if _is_time(one) else one for one in entry.facts),
        code=(),
    )


def _anyone(prose: str, name: str) -> str:
    """Our own sentence without the tenant's name as a word or before an address; never inside of a value or a host."""
    if ANY in prose:
        return prose
    return re.sub(rf"(?<![\w@./:\\'\"-]){re.escape(name)}(?![\w@\\-]|\.\w)", ANY, prose)


def _is_time(fact: Fact) -> bool:
    """Whether all that a fact says is when something was seen, written or due."""
    return len(fact.pieces) == 1 and fact.pieces[0].tone == "muted" and bool(_TIME.fullmatch(fact.pieces[0].text))


def _shared(page: str, shape: Section, found: list[Section]) -> Section:
    """One section for several; what they have in common beyond their essence is told again."""
    told = [[group.entries for group in one.groups] for one in found]
    groups = tuple(
        replace(group, entries=tuple(map(_common, group.entries, zip(*entries, strict=True))))
        for group, entries in zip(shape.groups, zip(*told, strict=True), strict=True)
    )
    notes = [*shape.notes, *foreign_note(_left_alone(found))]
    title = f"Same {_number(page, groups)}"
    if not groups and shape.notes and not shape.exit_code:
        title = notes.pop(0).rstrip(".")
    if _has_lost(groups, found[0].groups):
        notes.append(_LEFT_OUT)
    return replace(
        shape,
        title=f"{title} in {counted(len(found), 'tenant')}",
        notes=tuple(notes),
        groups=groups,
        members=tuple(one.title for one in found),
    )


def _common(bare: Entry, told: tuple[Entry, ...]) -> Entry:
    """The essence of an entry with the place and the cmdlets that all have, and times from the first to the last."""
    first = told[0]
    return replace(
        bare,
        place=first.place if all(one.place == first.place for one in told) else "",
        code=first.code if all(one.code == first.code for one in told) else (),
        facts=tuple(map(_spanned, zip(*(one.facts for one in told), strict=True))),
    )


def _spanned(told: tuple[Fact, ...]) -> Fact:
    first, last = (choose(told, key=lambda one: one.pieces[0].text if one.pieces else "") for choose in (min, max))
    if first == last or not _is_time(first):
        return first
    return Fact(first.name, (*first.pieces, Piece("to", "muted"), *last.pieces))


def _has_lost(groups: tuple[Group, ...], example: tuple[Group, ...]) -> bool:
    """Whether something of a tenant's entries is told of all of them no more."""
    pairs = zip(_entries(groups), _entries(example), strict=True)
    return any((one.place, one.code) != (other.place, other.code) for one, other in pairs)


def _entries(groups: Iterable[Group]) -> Iterable[Entry]:
    return chain.from_iterable(group.entries for group in groups)


def _number(page: str, groups: Iterable[Group]) -> str:
    head, noun = _NOUNS.get(page, ("Action", "item"))
    heads = Counter(group.head for group in groups for _ in group.entries)
    return counted(heads[head], noun) if heads[head] else counted(heads.total(), "finding")


def _left_alone(found: Iterable[Section]) -> dict[str, int]:
    """How many objects nobody manages in all these tenants together."""
    notes = (note for one in found for note in one.notes if note.startswith(LEFT_ALONE))
    total: Counter[str] = Counter()
    for note in notes:
        for number, kind in _COUNTED.findall(note.removeprefix(LEFT_ALONE)):
            total[kind] += int(number)
    return dict(total)
