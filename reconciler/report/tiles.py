"""The numbers of a summary: how many entries of each sort there are, by the tags that the entries carry."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from reconciler.report.page import Entry, Section, Tile, Tone

Labels = Mapping[str, tuple[str, Tone]]
"""By tag: what a tile says under its number, and its tone."""

FOUND: Final[Labels] = {
    "refusal": ("refused", "error"),
    "unread": ("not read", "error"),
    "held": ("held", "held"),
    "overdue": ("overdue", "warning"),
    "warning": ("warnings", "warning"),
    "converging": ("converging", "update"),
    "accepted": ("accepted", "muted"),
}
"""What any reading may have come upon, the gravest first."""


def tiles(sections: Iterable[Section], always: Labels, also: Labels = FOUND) -> tuple[Tile, ...]:
    """A tile for each tag of `always`, then for those of `also` that some entry has."""
    counts = tallies(sections)
    known = {**always, **{tag: told for tag, told in also.items() if counts[tag] and tag not in always}}
    return tuple(Tile(counts[tag], label, tone, tag) for tag, (label, tone) in known.items())


def tallies(sections: Iterable[Section]) -> Counter[str]:
    """How many entries carry each tag; what a section says for several tenants counts for each of them."""
    return Counter(
        tag
        for section in sections
        for _ in section.members or (section.title,)
        for entry in entries(section)
        for tag in entry.tags
    )


def agreeing(label: str, number: int) -> str:
    """What a tile says, in agreement with a number: of its labels only nouns end with an s."""
    return label.removesuffix("s") if number == 1 else label


def entries(section: Section) -> Iterator[Entry]:
    """All entries of a section."""
    return (one for group in section.groups for one in group.entries)
