"""Values as PowerShell spells them in code: nothing that a value holds can end its literal, or hide in it."""

import re
from typing import Final

from pydantic import JsonValue

from reconciler.report.escape import hides

_QUOTES: Final = re.compile("['\u2018\u2019\u201a\u201b]")
"""PowerShell takes each of these five for the same quote: any of them would end a string."""
_FIRST_PLANE: Final = 0xFFFF


def literal(text: str) -> str:
    """A text as a single-quoted string, with each of the five quotes doubled; what can't be seen stands as its number.

    A text with such characters is a sum in parentheses, which may stand wherever a string may.
    """
    parts: list[str] = [""]
    for one in text:
        if hides(one):
            parts += [_by_number(one), ""]
        else:
            parts[-1] += one
    # The first part stays though it may be empty: a sum that begins with a string is one.
    spelled = [_quoted(part) if at % 2 == 0 else part for at, part in enumerate(parts) if part or not at]
    return spelled[0] if len(parts) == 1 else f"({' + '.join(spelled)})"


def _quoted(text: str) -> str:
    return "'" + _QUOTES.sub(lambda quote: quote[0] * 2, text) + "'"


def _by_number(one: str) -> str:
    point = ord(one)
    return f"[char]0x{point:04X}" if point <= _FIRST_PLANE else f"[char]::ConvertFromUtf32(0x{point:X})"


def expression(given: JsonValue) -> str:
    """Any value of a cmdlet's parameter as one expression on one line."""
    match given:
        case bool():
            return "$true" if given else "$false"
        case None:
            return "$null"
        case str():
            return literal(given)
        case list():
            return f"@({', '.join(map(expression, given))})"
        case dict():
            return "@{" + "; ".join(f"{literal(name)} = {expression(below)}" for name, below in given.items()) + "}"
        case _:
            return str(given)
