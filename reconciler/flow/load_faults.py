"""What a model finds wrong with a document, as sentences about the very node that a person must mend."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from pydantic import JsonValue, ValidationError

from reconciler.core.document import Document, Path
from reconciler.core.errors import Diagnostic, Range
from reconciler.core.shown import nearest, shown

_SENTENCES: Final = {
    "string_type": ("This must be text.", "Write words; what looks like a number or like true goes in quotes."),
    "int_type": ("This must be a whole number.", "Write digits only, without quotes."),
    "bool_type": ("This must be on or off.", "Write `on` or `off`."),
    "list_type": ("This must be a list.", "Write `[one, two]`, or one `- ` a line."),
    "dict_type": ("This must be a mapping.", "Write `key: value` lines below the key."),
    "model_type": ("This must be a mapping.", "Write `key: value` lines below the key."),
}
"""Our words for pydantic's; a kind's own errors bring theirs."""

_LONGEST: Final = 1000


def error(at: Range | None, summary: str, detail: str = "") -> Diagnostic:
    """Something that must be mended before anything can be done."""
    return Diagnostic(severity="error", summary=_cut(summary), detail=_cut(detail), range=at)


def warning(at: Range | None, summary: str, detail: str = "") -> Diagnostic:
    """Something odd that stops nothing."""
    return Diagnostic(severity="warning", summary=_cut(summary), detail=_cut(detail), range=at)


def _cut(text: str) -> str:
    """A text that still fits a screen when a file holds a value of a megabyte."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def place(document: Document, path: Path) -> Range:
    """Where to look for the value at a path: at its key, where the value begins on a later line."""
    key = document.keys.get(path)
    if key is not None and (path not in document.nodes or document.nodes[path].line != key.line):
        return document.key_range(path)
    return document.range(path)


def translate(
    document: Document, base: Path, wrong: ValidationError, schema: Mapping[str, JsonValue]
) -> Iterator[Diagnostic]:
    """Every fault that a model found in the value at `base`; the schema tells which keys a mapping may have."""
    for loc, item in _flat(wrong):
        path, rest = _path(document.value, (*base, *loc))
        kind, context = str(item["type"]), item.get("ctx") or {}
        if kind == "missing":
            summary = f"`{shown(str(loc[-1]))}` is missing."
            yield error(document.range(path), summary, f"Write `{loc[-1]}: …` here.")
        elif kind == "extra_forbidden":
            known = keys_of(schema, path[len(base) : -1])
            yield error(
                document.key_range(path), f"The key `{shown(path[-1])}` is unknown.", nearest(str(path[-1]), known)
            )
        else:
            at = document.key_range(path) if "[key]" in rest else place(document, path)
            yield error(at, *_sentences(kind, context, str(item["msg"]), item.get("input")))


def _flat(wrong: ValidationError, above: Path = ()) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Every single error with its path; a model that was called inside of a validator brings its own."""
    for item in wrong.errors(include_url=False):
        loc = (*above, *item["loc"])
        inner = (item.get("ctx") or {}).get("error")
        if isinstance(inner, ValidationError):
            yield from _flat(inner, loc)
        else:
            yield loc, item


def _path(value: JsonValue, loc: Path) -> tuple[Path, Path]:
    """The part of an error's path that is in the document, and the steps that only the model knows."""
    path: list[str | int] = []
    rest: list[str | int] = []
    for step in loc:
        if isinstance(value, dict) and step in value:
            value = value[str(step)]
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            rest.append(step)
            continue
        path.append(step)
    return tuple(path), tuple(rest)


def _sentences(kind: str, context: Mapping[str, Any], message: str, given: object) -> tuple[str, str]:
    """What is wrong, and what to write instead."""
    if kind == "literal_error":
        words = [word.strip("' ") for word in str(context["expected"]).replace(" or ", ", ").split(",")]
        return "This is none of the words that can stand here.", _words(given, words)
    if "summary" in context:
        return str(context["summary"]), str(context.get("detail", ""))
    if kind in _SENTENCES:
        return _SENTENCES[kind]
    summary, stop, detail = message.removeprefix("Value error, ").partition(". ")
    return f"{summary}." if stop else summary, detail


def _words(given: object, words: Iterable[str]) -> str:
    known = sorted(words)
    close = nearest(given, known) if isinstance(given, str) else ""
    return close if close.startswith("Did") else f"Write one of {', '.join(f'`{word}`' for word in known)}."


def keys_of(schema: Mapping[str, JsonValue], path: Path) -> set[str]:
    """The keys that a JSON Schema knows for the mapping at a path."""
    found = [schema]
    for step in path:
        found = [below for one in found for below in _below(one, step)]
    return {str(key) for one in found for key in _mapping(one.get("properties"))}


def _below(schema: Mapping[str, JsonValue], step: str | int) -> Iterator[Mapping[str, JsonValue]]:
    choices = schema.get("anyOf")
    for choice in (schema, *(choices if isinstance(choices, list) else ())):
        own = _mapping(choice)
        inner = _mapping(own.get("properties")).get(str(step), own.get("additionalProperties"))
        below = own.get("items") if isinstance(step, int) else inner
        if isinstance(below, dict):
            yield below
            nested = below.get("anyOf")
            yield from (one for one in (nested if isinstance(nested, list) else ()) if isinstance(one, dict))


def _mapping(value: object) -> Mapping[str, JsonValue]:
    return value if isinstance(value, dict) else {}
