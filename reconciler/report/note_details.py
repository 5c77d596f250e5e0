"""The folded part of a note: what would change in each tenant, as far as there is room."""

import html
from collections.abc import Iterator
from typing import Final

from reconciler.report.escape import code, html_code, markdown
from reconciler.report.note_fit import clipped, fitting, joined, size
from reconciler.report.page import Entry, Fact, Group, Piece, Section
from reconciler.report.words import ARROW, counted

_LONGEST: Final = 600
"""Characters of one value or sentence; the report in the artifacts has all of them."""
_PIECES: Final = 60
_NAMES: Final = 60
_WORTH: Final = 1_500
"""Bytes that a part of a tenant's details must be given to be worth its title."""
_LEFT: Final = "_Details of {} are left out here, because a note has only so much room: see the plan itself._"


def details(sections: tuple[Section, ...], room: int) -> str:
    """The details of all sections that have some; where there are too many, those of the largest go first."""
    blocks = {at: block(one) for at, one in enumerate(sections) if one.groups}
    free = room - size(_LEFT.format("00000 tenants"))
    kept: dict[int, str] = {}
    for at in sorted(blocks, key=lambda one: (size(blocks[one]), one)):
        cost = size(blocks[at]) + 1
        if cost > free:
            if free > _WORTH:
                kept[at] = block(sections[at], free - 1)
            break
        kept[at] = blocks[at]
        free -= cost
    missing = sum(len(sections[at].members) or 1 for at in blocks.keys() - kept.keys())
    told = [kept[at] for at in sorted(kept)]
    return joined([*told, _LEFT.format(counted(missing, "tenant"))] if missing else told)


def block(section: Section, room: int | None = None) -> str:
    """One section, folded; with `room` as many of its entries as there is room for."""
    number = sum(len(group.entries) for group in section.groups)
    title = html.escape(section.title) if section.members else html_code(clipped(section.title, _LONGEST))
    head = f"<details><summary>{title} ({number})</summary>"
    parts = (head, names(section), *(markdown(clipped(note, _LONGEST)) for note in section.notes))
    free = None if room is None else room - size(joined(parts), "", "", "</details>")
    return joined([*parts, *grouped(section.groups, free), "</details>"])


def names(section: Section) -> str:
    """The names of the tenants that a section speaks for."""
    shown = [code(clipped(one, _LONGEST)) for one in section.members[:_NAMES]]
    more = len(section.members) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def grouped(groups: tuple[Group, ...], room: int | None) -> Iterator[str]:
    """Each group with its entries as a list; with `room` as many as there is room for."""
    for group in groups:
        title = f"**{markdown(group.title)}** ({len(group.entries)})"
        lines = [entry_lines(one) for one in group.entries]
        if room is not None:
            room -= size(title, "", "")
            if room < _WORTH // 3:
                yield f"_{len(lines)} more under {markdown(group.title)}: see the plan itself._"
                return
            lines = list(fitting(lines, room, lambda left: f"- _and {left} more: see the plan itself_"))
            room -= size(*lines)
        yield joined((title, "\n".join(lines)))


def entry_lines(entry: Entry) -> str:
    """One entry as an item of a list, with its facts and steps below it."""
    note = f": {markdown(clipped(entry.note, _LONGEST))}" if entry.note else ""
    place = f" ({code(clipped(entry.place, _LONGEST))})" if entry.place else ""
    subject = code(clipped(entry.subject, _LONGEST))
    lines = [f"- {code(entry.mark)} {markdown(entry.verb)} {subject}{note}{place}"]
    lines += [f"  - {_fact(one)}" for one in entry.facts]
    lines += [f"  {number}. {markdown(clipped(one, _LONGEST))}" for number, one in enumerate(entry.steps, start=1)]
    lines += [f"  - {code(clipped(entry.link, _LONGEST))}"] if entry.link else []
    return "\n".join(lines)


def _fact(fact: Fact) -> str:
    more = len(fact.pieces) - _PIECES
    pieces = " ".join(map(_piece, fact.pieces[:_PIECES])) + (f" and {more} more" if more > 0 else "")
    return f"{markdown(clipped(fact.name, _LONGEST))}: {pieces}"


def _piece(piece: Piece) -> str:
    return "&rarr;" if piece == ARROW else code(clipped(piece.text, _LONGEST))
