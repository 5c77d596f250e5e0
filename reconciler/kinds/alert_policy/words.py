"""The single values of an alert policy as people write them, each made canonical or refused with a sentence."""

from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Final

from pydantic import BeforeValidator, Field, JsonValue, TypeAdapter, WithJsonSchema

from reconciler.core.shown import nearest
from reconciler.core.values import Fields, Frozen, fold_name
from reconciler.core.words import cited, mailbox, refuse
from reconciler.facts import limits

_EXAMPLE: Final = "[secops@example.com, TenantAdmins]"


def words(known: Mapping[str, str] | tuple[str, ...], what: str) -> Callable[[object], str]:
    """A check that a value is one of a few words, in any case, and the canonical spelling of it."""
    by_fold = {word.casefold(): word for word in known}

    def check(value: object) -> str:
        found = by_fold.get(value.strip().casefold()) if isinstance(value, str) else None
        if found is None:
            refuse(f"{cited(value)} is no {what}.", _choice(value, known))
        return found

    return check


def _choice(value: object, known: Iterable[str]) -> str:
    close = nearest(value, known) if isinstance(value, str) else ""
    return close if close.startswith("Did") else f"Write one of {', '.join(f'`{word}`' for word in known)}."


def recipient(value: object) -> str:
    """One mailbox, folded, or the token for all global administrators in its one spelling."""
    if isinstance(value, str) and fold_name(value) == limits.TENANT_ADMINS.casefold():
        return limits.TENANT_ADMINS
    return mailbox(value)


def whole(value: object) -> int:
    """A whole number from 1 that the service can store."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        refuse(f"{cited(value)} is not a whole number from 1.", "Write digits only, without quotes.")
    if value > limits.LARGEST:
        refuse(f"{cited(value)} is too large.", f"Write {limits.LARGEST} or less.")
    return value


def part(value: object) -> int | None:
    """One half of a pair: a whole number from 1, or `none`."""
    return None if isinstance(value, str) and value.strip().casefold() == "none" else whole(value)


Recipient = Annotated[str, BeforeValidator(recipient)]
Whole = Annotated[int, BeforeValidator(whole)]
Part = Annotated[int | None, BeforeValidator(part)]
_LIST: Final = TypeAdapter(list[Recipient])


class AtLeast(Frozen):
    """Recipients that must be there; others may be, too."""

    at_least: list[Recipient]


class Pair(Frozen):
    """A threshold in a window of minutes, compared literally."""

    threshold: Part
    window: Part


def recipients(value: object) -> JsonValue:
    """The exact recipients, sorted and each once, or `{at_least: …}` of them."""
    if isinstance(value, dict):
        return {"at_least": _members(AtLeast.model_validate(value).at_least)}
    if not isinstance(value, list):
        refuse(f"{cited(value)} is no list of recipients.", f"Write {_EXAMPLE}, or {{at_least: {_EXAMPLE}}}.")
    return _members(_LIST.validate_python(value))


def _members(found: list[str]) -> list[JsonValue]:
    if not found:
        refuse("The list is empty, so nobody would be told.", "To tell nobody, write notifications: {enabled: off}.")
    return [*sorted(set(found))]


def daily_limit(value: object) -> JsonValue:
    """A number a day, `none`, or another pair of threshold and window."""
    if isinstance(value, str) and value.strip().casefold() == "none":
        return "none"
    if isinstance(value, dict):
        pair = Pair.model_validate(value)
        return limit_of(pair.threshold, pair.window)
    if isinstance(value, bool) or not isinstance(value, int):
        refuse(f"{cited(value)} is no daily limit.", "Write a whole number from 1, none, or {threshold, window}.")
    if value < 1:
        refuse(f"A daily limit of {value} would tell nobody.", "Write a number from 1, or none for no limit.")
    return whole(value)


def limit_of(threshold: int | None, window: int | None) -> JsonValue:
    """A pair as people say it: N a day, `none`, or the raw pair; it is never repaired."""
    if threshold is None and window is None:
        return "none"
    if threshold is not None and threshold > 0 and window == limits.MINUTES_A_DAY:
        return threshold
    return {"threshold": threshold, "window": window}


def pair_of(limit: JsonValue) -> tuple[JsonValue, JsonValue]:
    """The threshold and window in minutes that a daily limit stands for; the inverse of `limit_of`."""
    if isinstance(limit, dict):
        return limit.get("threshold"), limit.get("window")
    return (None, None) if limit == "none" else (limit, limits.MINUTES_A_DAY)


_ADDRESSES: Final[Fields] = {"type": "array", "items": {"type": "string"}, "minItems": 1}
_NUMBER: Final[Fields] = {"type": "integer", "minimum": 1, "maximum": limits.LARGEST}
_PART: Final[Fields] = {"anyOf": [_NUMBER, {"const": "none"}]}


def _record(**properties: JsonValue) -> Fields:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


Recipients = Annotated[
    JsonValue,
    BeforeValidator(recipients),
    WithJsonSchema({"anyOf": [_ADDRESSES, _record(at_least=_ADDRESSES)]}),
    Field(description="Who is told: exactly these, or {at_least: [...]}. TenantAdmins are all global administrators."),
]
DailyLimit = Annotated[
    JsonValue,
    BeforeValidator(daily_limit),
    WithJsonSchema({"anyOf": [_NUMBER, {"const": "none"}, _record(threshold=_PART, window=_PART)]}),
    Field(description="E-mails a day: a whole number from 1, none, or {threshold, window} with the window in minutes."),
]
