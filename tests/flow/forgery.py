"""Plans as a forger alters them: any value of the document in turn, with both digests computed anew."""

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

from reconciler.core.digest import digest

UNSIGNED = {"digest", "hmac", "made_at", "expires_at"}
WORDS = {"origin", "why"}


def forged(document: Any, change: Callable[[Any], object]) -> Any:
    """A copy of a plan's document with something changed and digests that are right again."""
    copied = copy.deepcopy(document)
    change(copied)
    return resealed(copied)


def resealed(document: Any) -> Any:
    """The document with the digests of its content, as far as it still is one that has any."""
    try:
        deeds: list[Any] = [
            {
                "tenant_id": one["tenant_id"],
                "changes": [{key: value for key, value in deed.items() if key not in WORDS} for deed in one["changes"]],
            }
            for one in document["tenants"]
        ]
        document["changes_digest"] = digest(deeds)
        document["digest"] = digest({key: value for key, value in document.items() if key not in UNSIGNED})
    except (KeyError, TypeError, AttributeError):
        pass  # it has lost a part without which no plan is read at all
    return document


def forgeries(document: Any) -> Iterator[tuple[str, Any]]:
    """Every single alteration of every value, by what was done where."""
    for path, value in nodes(document):
        for number, other in enumerate(others(value)):
            if path and path[0] not in {"digest", "changes_digest"}:
                made = copy.deepcopy(document)
                put(made, path, other)
                yield f"{'.'.join(map(str, path))}#{number}", resealed(made)


def nodes(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every value of a document with its path, containers too."""
    yield path, value
    for key, below in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from nodes(below, (*path, key))


def others(value: Any) -> list[Any]:
    """What a forger may write in a value's place."""
    match value:
        case bool():
            return [not value, None]
        case int():
            return [value + 1, 0, -1, str(value)]
        case str():
            return [f"{value}x", "", "mallory@fabrikam.example", value.upper(), None]
        case None:
            return ["x", False, {}]
        case list():
            return [[], value[1:], [*value, *value], [*value, "mallory@fabrikam.example"], list(reversed(value))]
        case _:
            return [
                {},
                {**value, "Extra": True},
                *({key: one for key, one in value.items() if key != gone} for gone in value),
            ]


def put(document: Any, path: tuple[Any, ...], value: Any) -> None:
    """Write a value at a path."""
    for step in path[:-1]:
        document = document[step]
    document[path[-1]] = value


def text(document: Any) -> str:
    """The document as a file holds it."""
    return json.dumps(document)
