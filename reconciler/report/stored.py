"""A result that a command wrote as JSON, recognised by what it holds and read back."""

import json
from typing import Final, NoReturn

from pydantic import ValidationError

from reconciler.core.errors import ReconcilerError
from reconciler.core.outcome import Applied, Drift
from reconciler.core.values import Fields
from reconciler.core.waiting import Status
from reconciler.report.escape import visible
from reconciler.report.validation import Validation

Stored = Applied | Drift | Status | Validation
"""The results that are read here; a plan has digests to check, which is its own file's business."""

_FORMAT: Final = 1
_SHOWN: Final = 3
_KNOWN: Final = "a plan, or the JSON of apply, drift, validate or status"


def document_of(raw: bytes) -> Fields:
    """The JSON object in some bytes. Raises ReconcilerError, with what to say after the file's name."""
    try:
        document = json.loads(raw, parse_constant=_constant)
    except UnicodeDecodeError as error:
        raise ReconcilerError("is not UTF-8 text.") from error
    except json.JSONDecodeError as error:
        raise ReconcilerError(f"is not JSON: {error.msg} at line {error.lineno}, column {error.colno}.") from error
    except RecursionError as error:
        raise ReconcilerError("is nested far deeper than any result.") from error
    except ValueError as error:  # a number of thousands of digits
        raise ReconcilerError("holds a number that no result holds.") from error
    if not isinstance(document, dict):
        raise ReconcilerError(f"is JSON, but not {_KNOWN}: each of them is an object.")
    return document


def is_plan(document: Fields) -> bool:
    """Whether it calls itself a plan, by the digest that every plan has."""
    return "digest" in document


def result_of(raw: bytes, document: Fields) -> Stored:
    """The result that the bytes of a document hold. Raises ReconcilerError, with what to say after the file's name."""
    kind = _kind(document)
    if kind is None:
        raise ReconcilerError(f"is JSON, but not {_KNOWN}.")
    found = document.get("format")
    if found != _FORMAT or isinstance(found, bool):
        raise ReconcilerError(f"has the format {visible(repr(found))[:40]}; this version reads format {_FORMAT} only.")
    try:
        return kind.model_validate_json(raw)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False, include_context=False)
        said = "; ".join(f"`{_path(one['loc'])}`: {visible(one['msg'])}" for one in faults[:_SHOWN])
        raise ReconcilerError(f"is no whole result of {kind.__name__.lower()}: {said}.") from error


def _kind(document: Fields) -> type[Stored] | None:
    """What it is by the words that only one command writes."""
    if "valid" in document:
        return Validation
    if "run" in document:
        return Applied
    words = {word for one in _tenants(document) for word in one}
    return Drift if "drift" in words else Status if "waiting" in words else None


def _tenants(document: Fields) -> list[Fields]:
    tenants = document.get("tenants")
    return [one for one in tenants if isinstance(one, dict)] if isinstance(tenants, list) else []


def _path(steps: tuple[str | int, ...]) -> str:
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return visible(text.removeprefix("."))


def _constant(text: str) -> NoReturn:
    raise ReconcilerError(f"holds {text}, which is no JSON number.")
