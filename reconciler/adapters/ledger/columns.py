"""How values become text in the ledger's tables, the same on SQLite and PostgreSQL."""

import json
from datetime import UTC, datetime

from pydantic import JsonValue
from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator

from reconciler.core.values import utc


class Words(TypeDecorator[str]):
    """Any text that YAML or a tenant can hold: PostgreSQL stores no NUL and nothing stores half a surrogate pair."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """The text with JSON's escapes."""
        del dialect
        return None if value is None else _json(value)[1:-1]

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """The text as it was given."""
        del dialect
        return None if value is None else str(json.loads(f'"{value}"'))


class Json(TypeDecorator[JsonValue]):
    """A JSON value as text; None is no value at all."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: JsonValue, dialect: Dialect) -> str | None:
        """The value's JSON text."""
        del dialect
        return None if value is None else _json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> JsonValue:
        """The value as it was given."""
        del dialect
        if value is None:
            return None
        known: JsonValue = json.loads(value)
        return known


class Instant(TypeDecorator[datetime]):
    """A time as UTC text of one width, so that the order of the texts is the order of the times."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """ISO 8601 with microseconds and `Z`."""
        del dialect
        if value is None:
            return None
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """The same instant, UTC."""
        del dialect
        return None if value is None else utc(value)


def _json(value: JsonValue) -> str:
    spelled = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return spelled.encode("utf-8", "backslashreplace").decode("utf-8")
