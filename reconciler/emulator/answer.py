"""What a cmdlet gives back: a result or an error, and who asked."""

from dataclasses import dataclass
from typing import Literal

Encoding = Literal["pipe", "excode", "json"]
Service = Literal["exo", "compliance"]
Row = dict[str, object]


class CmdletError(Exception):
    """A refusal of the service, still without its wire encoding.

    `encoding` is how `details[].message` is spelled by default; the switch `error_encoding` may override it.
    """

    def __init__(self, status: int, code: str, exception: str, message: str, encoding: Encoding = "excode") -> None:
        """Keep the HTTP `status`, the OData `code`, the .NET `exception` name and the text."""
        super().__init__(message)
        self.status = status
        self.code = code
        self.exception = exception
        self.message = message
        self.encoding = encoding


@dataclass(frozen=True)
class Result:
    """Rows of an answer; `rows` is None for a void cmdlet and for a write that changed nothing."""

    rows: tuple[Row, ...] | None
    warnings: tuple[str, ...] = ()
    confirmation: str | None = None


@dataclass(frozen=True)
class Caller:
    """Who asks: the claims of a token that was checked already, and the anchor header as it was sent."""

    app_id: str
    tenant_id: str
    roles: frozenset[str]
    directory_roles: frozenset[str]
    anchor: str | None = None
    app_only: bool = True
