"""One item of a list in a policy file: on which lines it stands, and whether another version of the file has it too."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue

from reconciler.adapters.yaml_text import read_text
from reconciler.core.document import Document, Path
from reconciler.core.request import ReviewQuestion

# YAML ends a line there and Git does not, so the two would count lines differently; what else ends one is refused.
_OTHER_END: Final = re.compile("\r(?!\n)")


@dataclass(frozen=True, slots=True)
class Item:
    """Everything that begins on one line of a list, and the keys that say what it is about."""

    first: int
    last: int
    values: frozenset[str]
    beside: str
    question: ReviewQuestion


def item_in(text: str, question: ReviewQuestion) -> Item | None:
    """The item that the question asks about; None where this text has none, or its lines can't be counted."""
    document = None if _OTHER_END.search(text) else _document(text)
    if document is None:
        return None
    listed = _listed(document.value, question)
    paths: list[Path] = [(*question.within, number) for number in range(len(listed))]
    found = [(path, value) for path, value in zip(paths, listed, strict=True) if _line(document, path) == question.line]
    if not found:
        return None
    return Item(
        first=question.line,
        last=max(_last_line(document, path) for path, _ in found),
        values=frozenset(_canonical(value) for _, value in found),
        beside=_beside(document.value, question),
        question=question,
    )


def holds(text: str, item: Item) -> bool:
    """Whether a version of the file says the very same, about the same."""
    document = _document(text)
    if document is None or _beside(document.value, item.question) != item.beside:
        return False
    return item.values <= {_canonical(one) for one in _listed(document.value, item.question)}


def _document(text: str) -> Document | None:
    document, faults = read_text("", text.removeprefix("\ufeff"))
    return None if any(fault.severity == "error" for fault in faults) else document


def _line(document: Document, path: Path) -> int:
    return document.origin(path).line


def _last_line(document: Document, path: Path) -> int:
    mark = document.mark(path)
    # A block of text ends where the next line begins.
    return mark.end_line - 1 if mark.end_column == 1 and mark.end_line > mark.line else mark.end_line


def _listed(value: JsonValue, question: ReviewQuestion) -> list[JsonValue]:
    for key in question.within:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, list) else []


def _beside(value: JsonValue, question: ReviewQuestion) -> str:
    top = value if isinstance(value, Mapping) else {}
    return _canonical({key: top.get(key) for key in question.beside})


def _canonical(value: JsonValue) -> str:
    return json.dumps(value, sort_keys=True)
