"""What a service means by an error: its text in three encodings, and which sort of refusal it is (wire.md 4)."""

import json
import re
from dataclasses import dataclass

from reconciler.adapters.http import Answer
from reconciler.adapters.words import plain
from reconciler.core.errors import RefusalReason

_LOOK = 400
_UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND, _MISDIRECTED, _TOO_MANY = 401, 403, 404, 421, 429

_CONCURRENCY = re.compile(r"maximum number of concurrent requests", re.IGNORECASE)
_NO_CONTAINER = re.compile(r"could not find the organi[sz]ation container", re.IGNORECASE)
_NOT_ALLOWED = re.compile(r"is not allowed to call", re.IGNORECASE)
_PAGE = re.compile(r"invalid pagination request", re.IGNORECASE)
# Hiccups of the directory, which the module tries again (module port; office-docs-powershell#10972).
_TRANSIENT = re.compile(
    r"DCOverloaded|SuitabilityDirectory|ServerInMM|ADServerSettingsChanged|StorageTransient|ADTransient|UnableToWriteToAad"
)
_DETAIL = re.compile(r"(?:Ex[0-9A-F]{6})?\|([^|]*)\|(.*)", re.DOTALL | re.IGNORECASE)
# First fit decides; searched in ".NET type: text".
_WORDS: tuple[tuple[str, RefusalReason], ...] = (
    (r"InDehydratedContext|first need to run the command: Enable-OrganizationCustomization", "dehydrated"),
    (r"already enabled for customization|no settings (of .*)?(have|has|were|was) (been )?modified", "done"),
    (r"AlreadyExists|already exists|is already (used|taken)|Duplicate\w*Exception", "exists"),
    (r"ObjectNotFound|RuleNotFound|could(n.t| not) be found|no rule matching identity", "not-found"),
    (r"is not allowed to call|AccessDenied|Unauthorized|role definition|roles? (is|are) not present", "permission"),
    (r"licen[sc]e|subscription|only single.event alerts?", "licence"),
    (r"Throttl|micro delay|server (is )?busy|too many requests", "throttled"),
)
_REASONS = tuple((re.compile(words, re.IGNORECASE), reason) for words, reason in _WORDS)


@dataclass(frozen=True, slots=True)
class Failure:
    """A refusal in the service's words, made fit for one of our sentences."""

    status: int
    code: str = ""
    exception: str = ""
    text: str = ""
    spoken: bool = False
    """The body was a JSON error: the cmdlet service itself answered, not something on the way to it."""

    @property
    def everything(self) -> str:
        """Type, text and code in one, to search in."""
        return f"{self.exception}: {self.text} {self.code}"

    @property
    def crowded(self) -> bool:
        """Too much at once: nothing ran (429, or the plain text of the concurrency limit whatever its status)."""
        return self.status == _TOO_MANY or _CONCURRENCY.search(self.text) is not None

    @property
    def lost(self) -> bool:
        """The service can't tell where the tenant lives: a stale region or a bad anchor; nothing ran (Clarity365)."""
        return self.status == _MISDIRECTED or _NO_CONTAINER.search(self.text) is not None

    @property
    def vague(self) -> bool:
        """It says that something is wrong and not what."""
        return not self.exception and self.text in {"", "An error has occurred."}

    @property
    def transient(self) -> bool:
        """The directory behind the service had a hiccup."""
        return _TRANSIENT.search(self.exception) is not None or _TRANSIENT.search(self.text) is not None

    @property
    def expired_page(self) -> bool:
        """The cursor of a page is not accepted (graph2otel)."""
        return _PAGE.search(self.text) is not None

    @property
    def forbidden(self) -> bool:
        """The identity may not do this: 403, also as thousands of NUL bytes, and the 401 forms (docs-ps#7970)."""
        return self.status in {_UNAUTHORIZED, _FORBIDDEN} or _NOT_ALLOWED.search(self.text) is not None

    @property
    def reason(self) -> RefusalReason:
        """Which sort of refusal it is."""
        if self.forbidden:
            return "permission"
        if self.crowded:
            return "throttled"
        fits = (reason for pattern, reason in _REASONS if pattern.search(self.everything))
        return next(fits, "not-found" if self.status == _NOT_FOUND and self.spoken else "other")

    def __str__(self) -> str:
        """The service's own words, else the status."""
        return self.text or f"HTTP status {self.status} without a word."


def failure_of(answer: Answer) -> Failure:
    """Read an error answer, whatever it is made of."""
    found = parse(answer.text)
    error = found.get("error") if isinstance(found, dict) else None
    kind = answer.headers.get("x-exceptiontype", "")
    if isinstance(error, str):  # OAuth's form, from a gateway
        said = found.get("error_description") if isinstance(found, dict) else None
        return Failure(
            answer.status, plain(error), plain(kind), plain(said if isinstance(said, str) else error), spoken=True
        )
    if not isinstance(error, dict):
        return Failure(answer.status, exception=plain(kind), text=_page_text(answer))
    exception, text = _best(error)
    return Failure(answer.status, _word(error.get("code")), plain(exception or kind), plain(text), spoken=True)


def says_crowded(answer: Answer) -> bool:
    """Whether it is the plain text of the concurrency limit, whose status is not fixed (ExoHelper)."""
    return _CONCURRENCY.search(
        answer.body[:_LOOK].decode("utf-8", "replace")
    ) is not None and not answer.text.startswith("{")


def parse(text: str) -> object:
    """The JSON of a text, or None: an answer is never trusted to be what it says it is."""
    try:
        found: object = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return None
    return _whole(found) if "\\ud" in text or "\\uD" in text else found


def _no_number(name: str) -> object:
    raise ValueError(name)  # NaN and Infinity are Python's, not JSON's


def _whole(value: object) -> object:
    """Half a surrogate pair can be written in JSON, but not to any file or terminal."""
    match value:
        case str():
            return value.encode("utf-8", "replace").decode()
        case list():
            return [_whole(one) for one in value]
        case dict():
            return {_whole(key): _whole(one) for key, one in value.items()}
        case _:
            return value


def _page_text(answer: Answer) -> str:
    """Plain text is worth showing, a web page or broken JSON is not."""
    text = answer.text
    return "" if text[:1] in {"<", "{", "["} or "\0" in text or "\ufffd" in text else plain(text)


def _best(error: dict[str, object]) -> tuple[str, str]:
    """Type and text by precedence: details, inner exception, message (CIPP, ExoHelper, module port)."""
    details = error.get("details")
    for detail in details if isinstance(details, list) else [details]:
        if isinstance(detail, dict) and (found := _detail(detail.get("message")))[1]:
            return found
    inner = error.get("innererror")
    if isinstance(inner, dict):
        for deeper in (inner.get("internalexception"), inner):
            if isinstance(deeper, dict) and (text := _word(deeper.get("message"))):
                return _word(deeper.get("type")), text
    return "", _word(error.get("message"))


def _detail(message: object) -> tuple[str, str]:
    """`|Type|text`, `Ex6F9304|Type|text`, or a text that is itself JSON with Message and TypeName."""
    text = _word(message)
    inside = parse(text) if text.lstrip().startswith("{") else None
    if isinstance(inside, dict):
        return _word(inside.get("TypeName")), _word(inside.get("Message")) or text
    if found := _DETAIL.fullmatch(text):
        return found[1], found[2]
    return "", text


def _word(value: object) -> str:
    return value if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""
