"""A page as lines of text for terminals and logs: ASCII marks, wrapped prose, and no address or value ever cut."""

import textwrap
from collections.abc import Iterator
from itertools import chain
from typing import Final

from reconciler.report.escape import visible
from reconciler.report.page import Entry, Fact, Page, Piece, Section, Tone

Line = tuple[Piece, ...]

WIDTH: Final = 100
"""Columns of text that goes to a file or a pipe, so that equal input gives equal bytes."""

_INDENT: Final = "        "
_MOVES: Final = frozenset({"create", "delete"})
"""The tones of members that a list gains and loses."""


def text(page: Page, width: int = WIDTH) -> str:
    """The page as plain text that ends with a line feed."""
    return "".join("".join(piece.text for piece in line) + "\n" for line in lines(page, width))


def lines(page: Page, width: int = WIDTH) -> Iterator[Line]:
    """The lines of a page, already escaped; the verdict comes last, where a terminal's eye rests."""
    for piece in page.lines:
        # What follows a line feed is indented, so that no value can pretend to be a message of its own.
        yield from (
            (Piece(visible(one) if not at else f"    {visible(one)}", piece.tone),)
            for at, one in enumerate(piece.text.split("\n"))
        )
    for section in page.sections:
        yield from _section(section, width)
        yield ()
    yield from chain.from_iterable(_fact(fact, width, "") for fact in page.facts)
    yield from _prose(page.verdict, width, "", "title" if page.tone == "plain" else page.tone)


def _section(section: Section, width: int) -> Iterator[Line]:
    yield (Piece(visible(section.title), "title"),)
    yield from _prose(", ".join(section.members), width, "  ")
    for note in section.notes:
        yield from _prose(note, width, "  ", "muted")
    for group in section.groups:
        yield ()
        yield (Piece(f"  {visible(group.title)}", "title"),)
        before: list[Line] = []
        for entry in group.entries:
            # Entries of a line each are a list; what has details stands apart from the next.
            yield from ((),) if len(before) > 1 else ()
            before = list(_entry(entry, width))
            yield from before


def _entry(entry: Entry, width: int) -> Iterator[Line]:
    yield from _head(Piece(f"    {entry.mark} {visible(entry.verb)}", entry.tone), visible(entry.subject), width)
    if entry.place:
        yield (Piece(f"{_INDENT}{visible(entry.place)}", "muted"),)
    yield from _prose(entry.note, width, _INDENT)
    yield from chain.from_iterable(_fact(fact, width, _INDENT) for fact in entry.facts)
    for number, step in enumerate(entry.steps, start=1):
        yield from _prose(step, width, _INDENT, start=f"{number}. ")
    if entry.link and not any(entry.link in step for step in entry.steps):
        yield (Piece(f"{_INDENT}{visible(entry.link)}", "manual"),)
    for one in entry.code:
        yield (Piece(f"{_INDENT}> {visible(one)}", "muted"),)


def _head(verb: Piece, subject: str, width: int) -> Iterator[Line]:
    """What is done and to what, on one line if it fits."""
    if len(verb.text) + 2 + len(subject) <= width:
        yield (verb, Piece(f"  {subject}", "title"))
    else:
        yield from ((verb,), (Piece(_INDENT + subject, "title"),))


def _fact(fact: Fact, width: int, indent: str) -> Iterator[Line]:
    """A name and its pieces, on one line if they fit; else what comes and goes stands in a column of its own."""
    head = f"{indent}{visible(fact.name)}: "
    needed = len(head) + sum(len(visible(one.text)) + 1 for one in fact.pieces) - 1
    if needed > width and any(one.tone in _MOVES for one in fact.pieces):
        yield (Piece(head.rstrip()),)
        # What is neither begins where the names after `+` and `-` do.
        yield from (
            (Piece(f"{indent}  {'' if one.tone in _MOVES else '  '}{visible(one.text)}", one.tone),)
            for one in fact.pieces
        )
    else:
        yield from _flowing(head, fact, width, indent)


def _flowing(head: str, fact: Fact, width: int, indent: str) -> Iterator[Line]:
    """A piece that does not fit begins a new line under the first."""
    under = " " * (len(head) if len(head) <= width // 2 else len(indent) + 2)
    line: list[Piece] = [Piece(head)]
    used = len(head)
    for piece in fact.pieces:
        for part in _parts(piece, width - len(under)):
            if used + (len(line) > 1) + len(part.text) > width and used > len(under):
                yield (Piece(line[0].text.rstrip()),) if len(line) == 1 else tuple(line)
                line, used = [Piece(under)], len(under)
            line.append(part if len(line) == 1 else Piece(f" {part.text}", part.tone))
            used += len(line[-1].text)
    yield tuple(line)


def _parts(piece: Piece, room: int) -> Iterator[Piece]:
    """The piece whole; one that is longer than a line is parted between its words."""
    shown = visible(piece.text)
    if len(shown) <= room or " " not in shown:
        yield Piece(shown, piece.tone)
        return
    yield from (Piece(part, piece.tone) for part in _wrapped(shown, room))


def _prose(said: str, width: int, indent: str, tone: Tone = "plain", *, start: str = "") -> Iterator[Line]:
    """Sentences wrapped between words; a word that is longer than the line stays whole."""
    room = width - len(indent) - len(start)
    for number, part in enumerate(_wrapped(visible(said), room)):
        yield (Piece(indent + (" " * len(start) if number else start) + part, tone),)


def _wrapped(shown: str, width: int) -> list[str]:
    return textwrap.wrap(shown, width=max(width, 1), break_long_words=False, break_on_hyphens=False)
