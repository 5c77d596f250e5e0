"""The text of a plan and back: strict JSON without doubles or fractions, and exactly the fields of a plan."""

import json
from collections.abc import Iterator
from typing import Final, NoReturn

from pydantic import JsonValue, ValidationError

from reconciler.core.errors import PlanError
from reconciler.core.plan import Plan

_LARGEST: Final = 2**53 - 1
"""Beyond it RFC 8785 has no one spelling for a number."""
_SHOWN: Final = 3
_WORDS: Final = {"extra_forbidden": "is not a field of a plan", "missing": "is missing"}


def dump(document: dict[str, JsonValue]) -> str:
    """A plan's document as text, in ASCII so that no terminal or diff obeys what a name holds."""
    return json.dumps(document, indent=2, ensure_ascii=True, allow_nan=False).replace("\x7f", "\\u007f") + "\n"


def parse(raw: bytes) -> dict[str, JsonValue]:
    """The JSON object in some bytes. Raises PlanError with what is wrong with it, RecursionError if it is a bomb."""
    try:
        document = json.loads(
            raw.decode(), object_pairs_hook=_object, parse_float=_fraction, parse_int=_whole, parse_constant=_constant
        )
    except UnicodeDecodeError as error:
        raise PlanError("is not UTF-8 text, so it is no plan.") from error
    except json.JSONDecodeError as error:
        if error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated"):
            raise PlanError("ends too early: it was cut off.") from error
        raise PlanError(f"is not JSON: {error.msg} at line {error.lineno}, column {error.colno}.") from error
    if not isinstance(document, dict):
        raise PlanError("is JSON, but no plan: a plan is an object.")
    return document


def _object(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    result = dict(pairs)
    if len(result) < len(pairs):
        names = [name for name, _ in pairs]
        double = next(name for name in result if names.count(name) > 1)
        raise PlanError(f"has the key {double!a} twice in one object.")
    return result


def _fraction(text: str) -> NoReturn:
    raise PlanError(f"holds {text[:40]}; a plan has whole numbers only, written without a point or an exponent.")


def _whole(text: str) -> int:
    if len(text) <= len(str(-_LARGEST)) and abs(int(text)) <= _LARGEST:
        return int(text)
    raise PlanError(f"holds the number {text[:40]}, which is larger than {_LARGEST}.")


def _constant(text: str) -> NoReturn:
    raise PlanError(f"holds {text}, which is no JSON number.")


def plan_of(raw: bytes, document: dict[str, JsonValue]) -> Plan:
    """The plan in a parsed document, which has every field of a plan and no other. Raises PlanError."""
    try:
        plan = Plan.model_validate_json(raw)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False, include_context=False)
        said = "; ".join(f"{_path(one['loc'])} {_WORDS.get(one['type'], one['msg'])}" for one in faults[:_SHOWN])
        raise PlanError(f"is not a plan of this format: {said}.") from error
    if (absent := next(_missing(plan.document(), document, ()), None)) is not None:
        raise PlanError(f"is not a plan of this format: {_path(absent)} is missing.")
    return plan


def _missing(whole: JsonValue, part: JsonValue, at: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    """Where a document lacks what a plan writes even if it is empty."""
    if isinstance(whole, dict) and isinstance(part, dict):
        yield from ((*at, name) for name in whole if name not in part)
        for name in whole.keys() & part.keys():
            yield from _missing(whole[name], part[name], (*at, name))
    elif isinstance(whole, list) and isinstance(part, list):
        for place, (left, right) in enumerate(zip(whole, part, strict=False)):
            yield from _missing(left, right, (*at, place))


def _path(steps: tuple[str | int, ...]) -> str:
    """A place as `tenants[0].changes[1].via`; names come from the file, so they are shown in ASCII."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return f"`{ascii(text.removeprefix('.'))[1:-1]}`"
