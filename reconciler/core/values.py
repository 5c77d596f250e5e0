"""The smallest values: frozen records, names, mailbox addresses and times, each canonical once it is built."""

import re
from datetime import UTC, datetime, timedelta

from pydantic import BaseModel, ConfigDict, JsonValue

Row = dict[str, JsonValue]
"""One record as the service answers it, in the vendor's words."""

Fields = dict[str, JsonValue]
"""One object in our own words, canonical, so that `==` is the comparison."""

# domain.md 3.4: five default names end in U+200B; byte-order marks and joiners come from copy and paste.
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))
_MAILBOX = re.compile(r"[^\s@,;<>()\[\]\\\"']+@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+")
_LEGACY_DATE = re.compile(r"/Date\((-?\d+)\)/")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FRACTION = re.compile(r"\.(\d{6})\d+")
_LONGEST_MAILBOX = 320


class Frozen(BaseModel):
    """A record that can't change and accepts no key that it doesn't know."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def clean_name(text: str) -> str:
    """A name without invisible characters and without blanks at its ends."""
    return text.translate(_INVISIBLE).strip()


def fold_name(text: str) -> str:
    """The form in which two names are equal: cleaned and case-folded."""
    return clean_name(text).casefold()


def is_mailbox(text: str) -> bool:
    """Whether `text` has the form of one mailbox address: one `@`, and a domain with a dot."""
    return len(text) <= _LONGEST_MAILBOX and _MAILBOX.fullmatch(fold_name(text)) is not None


def utc(text: str) -> datetime:
    """The instant that a service or a policy wrote, in UTC.

    Accepts ISO 8601 with up to seven digits of a second (wire.md 3.1) and the `/Date(ms)/` of old PowerShell;
    without a zone it means UTC (CONTRACT 1.4). Raises ValueError for anything else.
    """
    try:
        if legacy := _LEGACY_DATE.fullmatch(text.strip()):
            return _EPOCH + timedelta(milliseconds=int(legacy[1]))
        instant = datetime.fromisoformat(_FRACTION.sub(r".\1", text.strip()))
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"no time that can be: {text[:40]!r}") from error


def stamp(instant: datetime) -> str:
    """An instant as our files spell it: UTC, with `Z`, without a fraction that is zero."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def lookup(row: Row, name: str) -> JsonValue:
    """The value of a property whose name may be spelled in any case (domain.md 1.6), else None."""
    if name in row:
        return row[name]
    folded = name.casefold()
    return next((value for key, value in row.items() if key.casefold() == folded), None)
