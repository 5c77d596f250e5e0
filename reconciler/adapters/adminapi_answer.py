"""What a cmdlet answered: rows without annotations, the link to the next page, warnings, and errors in a success."""

from dataclasses import dataclass

from reconciler.adapters.adminapi_errors import parse
from reconciler.adapters.http import Answer
from reconciler.adapters.words import plain
from reconciler.core.values import Row

_NO_CONTENT = 204
_DEEPEST = 64
"""No property of any object is nested so deep; what is deeper can neither be compared nor be written to a plan."""


class Unreadable(Exception):
    """A success that is no answer: half a body, a web page, or a shape that nobody has described."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of an answer; `errors` make it a failure (module port)."""

    rows: tuple[Row, ...]
    next: str | None = None
    warnings: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()


def page_of(answer: Answer) -> Page:
    """Read a success. Raises Unreadable.

    `value` may be a list, one bare object, null, or missing: the last two mean that there are no rows (wire.md 3.4).
    """
    if answer.status == _NO_CONTENT or not answer.text:
        return Page((), warnings=_header(answer))
    found = parse(answer.text)
    if not isinstance(found, dict):
        raise Unreadable("It is not a JSON object.")
    value = found.get("value")
    rows = value if isinstance(value, list) else [] if value is None else [value]
    link = found.get("@odata.nextLink")
    if link is not None and not isinstance(link, str):
        raise Unreadable("The link to its next page is not a text.")
    warnings = dict.fromkeys((*_texts(found.get("@adminapi.warnings")), *_header(answer)))
    return Page(tuple(_row(one) for one in rows), link or None, tuple(warnings), _texts(found.get("@adminapi.errors")))


def done_of(answer: Answer) -> Page:
    """Read the success of a command that returns nothing: an envelope, nothing, or a plain text (ExoHelper)."""
    text = answer.text
    if text[:1] == "{" or "html" in answer.headers.get("content-type", "") or text[:1] == "<":
        return page_of(answer)
    return Page((), warnings=_header(answer))


def _row(one: object) -> Row:
    if not isinstance(one, dict):
        raise Unreadable("One of its rows is not an object.")
    if not _shallow(one, _DEEPEST):
        raise Unreadable("One of its rows is nested far deeper than any object.")
    return {key: value for key, value in one.items() if not _annotation(key)}


def _shallow(value: object, left: int) -> bool:
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return left > 0 and all(_shallow(one, left - 1) for one in below if isinstance(one, dict | list))


def _annotation(key: str) -> bool:
    """`Guid@odata.type`, `Guid@data.type`, `@odata.type`: on some rows of a list only (graph2otel). Odd keys stay."""
    return key.startswith("@") or key.endswith(("@odata.type", "@data.type"))


def _texts(value: object) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else [] if value is None else [value]
    texts = (one.get("message", one) if isinstance(one, dict) else one for one in listed)
    return tuple(text for text in (plain(str(one)) for one in texts) if text)


def _header(answer: Answer) -> tuple[str, ...]:
    """`X-Warnings`: a text, or a JSON list of texts (module port, azure-auth)."""
    text = answer.headers.get("x-warnings", "")
    found = parse(text) if text.startswith(("[", '"')) else None
    return _texts(found if found is not None else text or None)
