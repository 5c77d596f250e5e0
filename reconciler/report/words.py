"""How values, places and counts read in words, in every report alike."""

import json
from collections.abc import Iterator
from typing import Final

from pydantic import JsonValue

from reconciler.core.change import Field, Finding, Level, Origin
from reconciler.core.outcome import Exit, Unreadable
from reconciler.core.request import Command
from reconciler.core.values import Fields
from reconciler.report.page import Entry, Fact, Group, Piece, Tone, groups
from reconciler.report.powershell_literal import expression

_LEVELS: Final[tuple[tuple[Level, str, str, Tone], ...]] = (
    ("refusal", "Refused", "x", "error"),
    ("held", "Held", "=", "held"),
    ("overdue", "Overdue", "?", "warning"),
    ("warning", "Warnings", "?", "warning"),
    ("converging", "Converging", ".", "muted"),
    ("accepted", "Accepted", ".", "muted"),
    ("info", "Good to know", ".", "muted"),
)
"""Each level of a finding with its title, mark and tone, the gravest first."""

LEFT_ALONE: Final = "Not managed here, left alone: "
"""How a note begins that says how many objects no policy names."""

ARROW: Final = Piece("->", "update")
"""Stands between what was and what will be; each format draws it in its own way."""

_ENOUGH: Final = 300
"""Characters of reasons after which a last line counts the others; the first is always whole."""


def value(one: JsonValue) -> str:
    """A value as a policy spells it: on and off, lists with commas, everything else as it stands."""
    match one:
        case bool():
            return "on" if one else "off"
        case None:
            return "(not set)"
        case str():
            return one or '""'
        case list() if not any(isinstance(item, dict | list) for item in one):
            return ", ".join(map(value, one)) or "(nobody)"
        case {"threshold": threshold, "window": window, **rest} if not rest:
            return f"threshold {value(threshold)}, window {value(window)} minutes"
        case _:
            return json.dumps(one, ensure_ascii=False, sort_keys=True)


def change_of(field: Field) -> Fact:
    """A field's way from before to after; of a list, the members that come and go."""
    before, after = field.before, field.after
    if isinstance(before, list) and isinstance(after, list):
        come = [Piece(f"+ {value(one)}", "create") for one in after if one not in before]
        go = [Piece(f"- {value(one)}", "delete") for one in before if one not in after]
        stay = sum(one in before for one in after)
        kept = [Piece(f"({stay} unchanged)", "muted")] if stay else []
        return Fact(field.path, (*come, *go, *kept))
    return Fact(field.path, (Piece(value(before)), ARROW, Piece(value(after))))


def facts(fields: Fields | None) -> tuple[Fact, ...]:
    """The leaves of an object by dotted path, without those that are not set."""
    return tuple(Fact(path, members(leaf)) for path, leaf in _leaves(fields or {}) if leaf is not None)


def members(leaf: JsonValue) -> tuple[Piece, ...]:
    """A value as its pieces: of a list of words one each, so that a line can end between them."""
    if not isinstance(leaf, list) or any(isinstance(one, dict | list) for one in leaf):
        return (Piece(value(leaf)),)
    last = len(leaf) - 1
    return tuple(Piece(value(one) + ("," if at < last else "")) for at, one in enumerate(leaf)) or (Piece(value(leaf)),)


def _leaves(fields: Fields, above: str = "") -> Iterator[tuple[str, JsonValue]]:
    for name, below in fields.items():
        if isinstance(below, dict) and set(below) != {"threshold", "window"}:
            yield from _leaves(below, f"{above}{name}.")
        else:
            yield f"{above}{name}", below


def place(origin: Origin | None) -> str:
    """`file:line`, or nothing."""
    return f"{origin.file}:{origin.line}" if origin else ""


def command(one: Command) -> str:
    """A cmdlet as PowerShell would spell it, for people; it is sent as JSON and never as this text."""
    return " ".join((one.cmdlet, *(f"-{name} {expression(given)}" for name, given in one.parameters.items())))


def finding_groups(findings: tuple[Finding, ...]) -> tuple[Group, ...]:
    """The findings as groups by level, the gravest first."""
    return groups(
        *(
            (title, tuple(_finding(one, mark, tone) for one in findings if one.severity == level))
            for level, title, mark, tone in _LEVELS
        ),
        head="Rule",
    )


def _finding(one: Finding, mark: str, tone: Tone) -> Entry:
    return Entry(mark, one.rule, tone, one.address, note=one.message, place=place(one.origin), tags=(one.severity,))


def unreadable_group(tenant: str, unreadable: tuple[Unreadable, ...]) -> tuple[Group, ...]:
    """What could not be read, and why."""
    entries = tuple(
        Entry("x", "unreadable", "error", f"{tenant}/{one.kind}", note=one.reason, tags=("unread",))
        for one in unreadable
    )
    return groups(("Could not be read", entries), head="State")


def foreign_note(foreign: dict[str, int]) -> tuple[str, ...]:
    """How many objects no policy names; they are counted and left alone."""
    counted = ", ".join(f"{number} {kind}" for kind, number in sorted(foreign.items()) if number)
    return (f"{LEFT_ALONE}{counted}.",) if counted else ()


def counted(number: int, noun: str) -> str:
    """`1 change`, `2 changes`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def exit_line(ended: Exit) -> str:
    """Code, name and the first reasons of an exit, on one line: `exit 2 (changes): contoso: 3 changes`."""
    shown, *others = [" ".join(one.split()) for one in ended.reasons] or [""]
    while others and len(shown) + len(others[0]) < _ENOUGH:
        shown = f"{shown}; {others.pop(0)}"
    more = f"; and {len(others)} more" if others else ""
    return f"exit {ended.code} ({ended.name})" + (f": {shown}{more}" if shown else "")
