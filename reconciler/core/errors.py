"""Every error that a user may meet, one tree, each branch with its exit code (docs/exit-codes.md)."""

from typing import ClassVar, Literal

from reconciler.core.values import Frozen

RefusalReason = Literal[
    "permission", "throttled", "not-found", "exists", "done", "dehydrated", "licence", "unsent", "other"
]
"""unsent: it never came as far as the service that would carry it out."""


class ReconcilerError(Exception):
    """Something went wrong that the user can read about: never shown as a traceback."""

    exit_code: ClassVar[int] = 1


class UsageError(ReconcilerError):
    """The command line asks for something that can't be."""

    exit_code = 64


class Position(Frozen):
    """A place in a file; line and column count from 1."""

    line: int
    column: int


class Range(Frozen):
    """The part of a file that a diagnostic speaks of."""

    filename: str
    start: Position
    end: Position


class Diagnostic(Frozen):
    """One thing that is wrong, or odd, in a policy file."""

    severity: Literal["error", "warning"]
    summary: str
    detail: str
    range: Range | None = None

    def __str__(self) -> str:
        """The line for people: `file:line:col: severity: what is wrong. What to write instead.`."""
        at = f"{self.range.filename}:{self.range.start.line}:{self.range.start.column}: " if self.range else ""
        return f"{at}{self.severity}: {self.summary} {self.detail}".rstrip()


class PolicyError(ReconcilerError):
    """The policy files are wrong; carries every diagnostic, warnings too."""

    exit_code = 3

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        """Keep all diagnostics; the message is their lines."""
        self.diagnostics = diagnostics
        super().__init__("\n".join(str(one) for one in diagnostics))


class PlanError(ReconcilerError):
    """A plan that must not be carried out: stale, expired, altered, or for other policies or another format."""

    exit_code = 5


class ReadError(ReconcilerError):
    """A question that the service did not answer completely: its object is unreadable, never absent."""

    exit_code = 6


class AccessError(ReconcilerError):
    """Sign-in, consent, a role or a licence is missing; the message tells the administrator what to do."""

    exit_code = 9


class ForbiddenRead(ReadError, AccessError):
    """The service refuses the question to this identity."""

    exit_code = 9


class MissingRead(ReadError):
    """The service itself says that there is no such object; whether that proves an absence is the asker's to know."""


class LedgerError(ReconcilerError):
    """The memory of runs and writes can't be used."""


class CommandRefused(ReconcilerError):
    """The service answered a command with an error, so it did not run; `reason` says which sort."""

    def __init__(self, message: str, reason: RefusalReason = "other") -> None:
        """Keep the service's own words as the message."""
        self.reason = reason
        super().__init__(message)


class CommandUnanswered(ReconcilerError):
    """A command was sent and no proof came of whether it ran: read back, never repeat."""


class Interrupted(ReconcilerError):
    """A signal asked us to stop."""

    exit_code = 130


def is_denial(error: ReconcilerError) -> bool:
    """Whether access is missing; a sign-in service that did not answer denies nothing, and a later run may pass."""
    return error.exit_code == AccessError.exit_code
