"""What every report looks like before it becomes text, Markdown or HTML: plain words, nothing escaped yet."""

from dataclasses import dataclass
from typing import Literal

Tone = Literal["plain", "title", "create", "update", "delete", "manual", "held", "error", "warning", "good", "muted"]
"""What a piece of text is about; a terminal makes it a colour, a page a class."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text that is never cut: an address, a value, a word."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Fact:
    """A named value; several pieces are the members of a list, or the way from one value to another."""

    name: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One object and what there is to say of it."""

    mark: str
    verb: str
    tone: Tone
    subject: str
    note: str = ""
    place: str = ""
    facts: tuple[Fact, ...] = ()
    steps: tuple[str, ...] = ()
    link: str | None = None
    code: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    """What the entry is counted and found by: `create`, `manual`, `held`, `critical`…; never shown themselves."""


@dataclass(frozen=True, slots=True)
class Group:
    """Entries of one sort under a title."""

    title: str
    entries: tuple[Entry, ...]
    head: str = "Action"
    """What the entries' marks and verbs speak of, as the head of a column."""


@dataclass(frozen=True, slots=True)
class Section:
    """All groups of one tenant."""

    title: str
    notes: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    members: tuple[str, ...] = ()
    """The names of the tenants that the section speaks for; empty where it is the tenant of its title alone."""
    exit_code: int | None = None
    """How the tenant ended; None where a section is no tenant."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A number of the summary, in words; `tag` is that of the entries that it counts."""

    number: int
    label: str
    tone: Tone
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A whole report: the verdict comes first where a page is long, last where a terminal scrolls."""

    title: str
    verdict: str
    tone: Tone = "plain"
    sections: tuple[Section, ...] = ()
    facts: tuple[Fact, ...] = ()
    lines: tuple[Piece, ...] = ()
    """Messages that stand for themselves, before all sections; only they may hold line feeds."""
    tiles: tuple[Tile, ...] = ()
    """The verdict as numbers, for reports that have room for a row of them."""


def groups(*pairs: tuple[str, tuple[Entry, ...]], head: str = "Action") -> tuple[Group, ...]:
    """The groups that have entries, in this order."""
    return tuple(Group(title, entries, head) for title, entries in pairs if entries)
