"""Makes untrusted text safe to show: tenants and policies may hold any character, a reader's screen may not obey it."""

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
_LINE_START: Final = re.compile(r"^(\s*)([-+/.]|\d+(?=[.)]))")
_ENTITIES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def visible(text: str) -> str:
    r"""The text on one line, with every character that controls or hides something shown as its `\u` escape."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(one if _is_seen(one) else _code(one) for one in text)


def _is_seen(one: str) -> bool:
    # Python calls no separator but the blank printable: look-alike blanks are shown as escapes as well.
    return one.isprintable() and ord(one) not in _UNSEEN


def _code(one: str) -> str:
    point = ord(one)
    return f"\\u{point:04x}" if point <= _FIRST_PLANE else f"\\U{point:08x}"


def markdown(text: str) -> str:
    """The text as GitLab Markdown that renders to nothing but itself: no markup, link, mention or quick action."""
    escaped = _PUNCTUATION.sub(lambda match: f"\\{match[0]}", visible(text))
    escaped = re.sub("[&<>]", lambda match: _ENTITIES[match[0]], escaped)
    return _LINE_START.sub(_defuse, escaped)


def _defuse(match: re.Match[str]) -> str:
    # A digit can't be escaped with a backslash, so the number of a would-be list item becomes an entity.
    start, first = match[1], match[2]
    return f"{start}&#{ord(first[0])};{first[1:]}" if first[0].isdigit() else f"{start}\\{first}"


def code(text: str, *, in_table: bool = False) -> str:
    """The text as a Markdown code span, in which nothing is markup; `in_table` also keeps it inside its cell."""
    shown = visible(text)
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", shown)), default=0))
    pad = " " if not shown.strip() or shown.startswith(("`", " ")) or shown.endswith(("`", " ")) else ""
    span = f"{fence}{pad}{shown}{pad}{fence}"
    return span.replace("|", "\\|") if in_table else span
