"""Makes untrusted text safe to show: tenants and policies may hold any character, a reader's screen may not obey it."""

import html
import re
from typing import Final

_UNSEEN: Final = frozenset(
    {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0}
    | set(range(0x180B, 0x1810))
    | set(range(0xFE00, 0xFE10))
    | set(range(0xE0100, 0xE01F0))
)
"""Code points that Unicode counts as letters or marks and that no screen draws (UTS 39, default ignorables)."""

_PUNCTUATION: Final = re.compile(r"([\\`*_{}\[\]()#|~@!$%^=\"'])|:(?=\S)|(?<=www)\.", re.IGNORECASE)
_FIRST_PLANE: Final = 0xFFFF
_LINE_START: Final = re.compile(r"^(?:[-+/.]|\d+(?=[.)]))", re.ASCII)
_EDGES: Final = re.compile(r"^ | $")
_ENTITY: Final = re.compile("[&<>]")
_HALVES: Final = re.compile(r"@|&amp;(?=\w)")
_ENTITIES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def visible(text: str) -> str:
    r"""The text on one line, with every character that controls or hides something shown as its `\u` escape."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_code(one) if hides(one) else one for one in text)


def hides(one: str) -> bool:
    """Whether a character controls a screen, or is one that no screen draws."""
    # Python calls no separator but the blank printable: look-alike blanks are shown as escapes as well.
    return not one.isprintable() or ord(one) in _UNSEEN


def _code(one: str) -> str:
    point = ord(one)
    return f"\\u{point:04x}" if point <= _FIRST_PLANE else f"\\U{point:08x}"


def markdown(text: str) -> str:
    """The text as GitLab Markdown that renders to nothing but itself: no markup, link, mention or quick action."""
    escaped = _PUNCTUATION.sub(lambda match: f"\\{match[0]}", visible(text))
    escaped = _ENTITY.sub(lambda match: _ENTITIES[match[0]], escaped)
    # Addresses and epics are looked for once escapes are gone: an empty comment keeps their halves apart.
    escaped = _HALVES.sub(lambda match: f"{match[0]}<!---->", escaped)
    return _EDGES.sub("&#32;", _LINE_START.sub(_defuse, escaped))


def _defuse(match: re.Match[str]) -> str:
    # A digit can't be escaped with a backslash, so the number of a would-be list item becomes an entity.
    first = match[0]
    return f"&#{ord(first[0])};{first[1:]}" if first[0].isdigit() else f"\\{first}"


def code(text: str) -> str:
    """The text as Markdown that renders to `<code>` with nothing but itself in it, in a table as anywhere else.

    Never between backticks: there every character of a value would stand as it is.
    """
    return f"<code>{markdown(text)}</code>"


def html_code(text: str) -> str:
    """The same for a line that begins with a block of HTML, such as `<summary>`, where nothing is Markdown."""
    return f"<code>{html.escape(visible(text))}</code>"
