"""Text from outside as people may see it: on one line, cut, and with invisible characters escaped."""

from collections.abc import Iterable
from difflib import get_close_matches

_LONGEST = 60
_MOST = 20


def shown(value: object, longest: int = _LONGEST) -> str:
    """A value for a message: at most `longest` characters, without any that could move a terminal's cursor."""
    text = value if isinstance(value, str) else repr(value)
    cut = text if len(text) <= longest else f"{text[: longest - 1]}…"
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape", "backslashreplace").decode()
        for character in cut
    )


def nearest(word: str, known: Iterable[str]) -> str:
    """`Did you mean …?` with the known words that are spelled nearly so, else a few known words, else nothing."""
    names = sorted(known)
    begun = [name for name in names if word and name.startswith(word)]
    if close := begun[:2] or get_close_matches(word[:_LONGEST], names, n=2):
        return f"Did you mean {' or '.join(f'`{shown(name)}`' for name in close)}?"
    return f"Known here: {', '.join(f'`{shown(name)}`' for name in names)}." if 0 < len(names) <= _MOST else ""
