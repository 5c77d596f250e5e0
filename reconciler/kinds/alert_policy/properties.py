"""Reads single properties of a row of Get-ProtectionAlert: canonical, or an error that names policy and property."""

from datetime import datetime

from pydantic import JsonValue

from reconciler.core.errors import ReadError
from reconciler.core.values import Row, clean_name, lookup, utc
from reconciler.facts import limits


def instant(row: Row, name: str) -> datetime | None:
    """A date of a row, UTC; None where there is none. Raises ReadError for what is no date."""
    value = lookup(row, name)
    if value is None or value == "":
        return None
    try:
        return utc(str(value))
    except (ValueError, OverflowError, OSError) as error:
        raise unreadable(row, name) from error


def truth(row: Row, name: str) -> bool:
    """A flag of a row. Raises ReadError where it is missing or something else."""
    value = lookup(row, name)
    if isinstance(value, str):
        value = {"true": True, "false": False}.get(value.casefold(), value)
    if not isinstance(value, bool):
        raise unreadable(row, name)
    return value


def number(row: Row, name: str) -> int | None:
    """A whole number of a row, also where it comes as text or as 5.0; None where there is none."""
    value = lookup(row, name)
    if value is None or value == "":
        return None
    try:
        found = int(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
    except (ValueError, OverflowError) as error:
        raise unreadable(row, name) from error
    if found is None or abs(found) > limits.LARGEST or (isinstance(value, float) and value != found):
        raise unreadable(row, name)
    return found


def texts(row: Row, name: str) -> list[str]:
    """A list of texts; null, an empty text and [] are empty, and a bare text is a list of one."""
    value = lookup(row, name)
    items = value if isinstance(value, list) else [] if value is None else [value]
    found = [item for item in items if isinstance(item, str)]
    if len(found) != len(items):
        raise unreadable(row, name)
    return [text for text in found if text.strip()]


def text(row: Row, name: str) -> str | None:
    """A text, or a number as its digits; None where there is none. Raises ReadError for anything else."""
    value = lookup(row, name)
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise unreadable(row, name)


def word(row: Row, name: str, known: dict[str, str]) -> JsonValue:
    """One of the known words in its canonical spelling; any other word as it is."""
    value = text(row, name)
    return known.get(value.casefold(), value) if value is not None else None


def unreadable(row: Row, name: str) -> ReadError:
    """The error for a property that does not tell what it must."""
    title = clean_name(str(lookup(row, "Name")))
    return ReadError(f"The alert policy {title!r} has no readable {name}: {lookup(row, name)!r}.")
