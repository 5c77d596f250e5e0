"""A page on a terminal: in its width, its colours and its characters; the words and marks are those of plain text."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final, TextIO

from reconciler.report.page import Entry, Fact, Page, Piece, Tone
from reconciler.report.text import lines
from reconciler.report.words import ARROW

_STYLES: Final[dict[Tone, str]] = {
    "plain": "",
    "title": "bold",
    "create": "green",
    "update": "yellow",
    "delete": "red",
    "manual": "magenta",
    "held": "cyan",
    "error": "bold red",
    "warning": "yellow",
    "good": "green",
    "muted": "dim",
}
_NARROWEST, _WIDEST = 40, 120
"""Columns between which text is readable; an address or a value is whole in any case."""
_ARROW: Final = Piece("\u2192", ARROW.tone)
_DRAWN: Final = {"x": "\u00d7", ".": "\u00b7"}
"""Marks that have a nicer form; those of changes are the ones that everybody knows from Terraform."""
_QUOTES: Final = str.maketrans("\u201c\u201d", '""')
"""The quotes of portal steps."""


def print_page(page: Page, stream: TextIO, environment: Mapping[str, str], *, colour: bool = True) -> None:
    """Write the page to a terminal. What colour says, a mark or a word says too."""
    from rich.console import Console
    from rich.text import Text

    console = Console(file=stream, highlight=False, color_system="auto" if colour else None, _environ=environment)
    width = min(max(console.width, _NARROWEST), _WIDEST)
    fitting = _drawn if can_draw(stream, environment) else _typed
    for line in lines(_redrawn(page, fitting), width):
        # Nothing here is markup: every piece is Text, because policies and tenants may hold [brackets].
        console.print(Text.assemble(*((piece.text, _STYLES[piece.tone]) for piece in line)), soft_wrap=True)


def can_draw(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether a terminal shows more than ASCII: neither its kind, nor the locale, nor the encoding is against it."""
    # Where the locale is C Python itself sets this LC_CTYPE (PEP 538); it says nothing of the terminal.
    ours = {"LC_CTYPE": "C.UTF-8"}
    names = ("LC_ALL", "LC_CTYPE", "LANG")
    locale = next((text for name in names if (text := environment.get(name)) and text != ours.get(name)), "")
    if environment.get("TERM") == "dumb" or locale in {"C", "POSIX"}:
        return False
    try:
        "".join((_ARROW.text, *_DRAWN.values())).encode(stream.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _redrawn(page: Page, fitting: Callable[[Entry], Entry]) -> Page:
    sections = (
        replace(one, groups=tuple(replace(group, entries=tuple(map(fitting, group.entries))) for group in one.groups))
        for one in page.sections
    )
    return replace(page, sections=tuple(sections))


def _drawn(entry: Entry) -> Entry:
    facts = (Fact(one.name, tuple(_ARROW if piece == ARROW else piece for piece in one.pieces)) for one in entry.facts)
    return replace(entry, mark=_DRAWN.get(entry.mark, entry.mark), facts=tuple(facts))


def _typed(entry: Entry) -> Entry:
    return replace(entry, steps=tuple(step.translate(_QUOTES) for step in entry.steps))
