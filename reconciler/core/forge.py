"""The place where policies are reviewed: merge requests, notes and issues, and how telling there ended."""

from typing import Literal, Protocol

from reconciler.core.outcome import Exit
from reconciler.core.values import Frozen


class MergeRequest(Frozen):
    """A merge request, known by its project and its number there."""

    project: str
    number: int
    state: str = "opened"
    target: str = ""
    merged_at: str = ""
    url: str = ""


class Commit(Frozen):
    """A commit that a pipeline runs for, on a branch of a project."""

    project: str
    sha: str
    branch: str

    @property
    def short(self) -> str:
        """As much of its name as people read."""
        return self.sha[:12]


class Note(Frozen):
    """A comment in a merge request; `author` is the number of the account that wrote it."""

    number: int
    author: int
    name: str
    body: str


class Issue(Frozen):
    """An issue of a project."""

    number: int
    author: int
    title: str
    body: str
    open: bool
    confidential: bool
    labels: tuple[str, ...] = ()
    url: str = ""


class Forge(Protocol):
    """What a forge lets us do. Raises AccessError, MissingRead where there is no such thing, else ReconcilerError."""

    def me(self) -> int | None:
        """The account that the token writes as; None for the token of a job, which can only read."""
        ...

    def notes(self, at: MergeRequest) -> tuple[Note, ...]:
        """Every note of a merge request, the oldest first."""
        ...

    def write(self, at: MergeRequest, body: str) -> None:
        """Write a new note. Sent once: where no answer came, the next list tells."""
        ...

    def rewrite(self, at: MergeRequest, note: int, body: str) -> None:
        """Put a body in the place of a note's."""
        ...

    def withdraw(self, at: MergeRequest, note: int) -> None:
        """Delete a note; one that is gone already is fine."""
        ...

    def brought(self, commit: Commit) -> tuple[MergeRequest, ...]:
        """The merge requests that a commit belongs to."""
        ...


class Tracker(Protocol):
    """The issues of a project. Raises like Forge."""

    def me(self) -> int | None:
        """The account that the token writes as; None for the token of a job."""
        ...

    def enabled(self, project: str) -> bool:
        """Whether the project has issues at all."""
        ...

    def issues(self, project: str, author: int) -> tuple[Issue, ...]:
        """Every issue that an account has opened, closed ones too, the oldest first."""
        ...

    def open(self, project: str, title: str, body: str, labels: tuple[str, ...]) -> Issue:
        """Open a confidential issue. Sent once."""
        ...

    def rewrite(self, project: str, issue: Issue, body: str, labels: tuple[str, ...]) -> None:
        """Give an issue a body, add these labels, make it confidential, and open it if it was closed."""
        ...

    def close(self, project: str, number: int, why: str) -> None:
        """Close an issue with a comment."""
        ...


Step = Literal["created", "updated", "unchanged", "older", "skipped", "compared"]
Kind = Literal["gone", "changed", "new", "proven", "differs"]


class Difference(Frozen):
    """What a plan holds otherwise than the one that was reviewed; without an address it is the tenant as a whole."""

    tenant: str
    what: Kind
    address: str = ""
    via: str = ""


class Review(Frozen):
    """A plan beside the one that was shown in its merge request."""

    merge_request: int
    url: str
    as_reviewed: bool
    reviewed_digest: str
    author: str
    """Who wrote the note, by the name of the account."""
    differences: tuple[Difference, ...] = ()
    noted: bool = False
    """Whether the note says so now."""


class Reported(Frozen):
    """What became of the issue of one tenant."""

    tenant: str
    step: Literal["opened", "updated", "reopened", "unchanged", "closed", "left", "none", "older"]
    message: str = ""
    issue: int | None = None
    url: str = ""


class Noted(Frozen):
    """How telling a plan or drift in the forge ended."""

    format: Literal[1] = 1
    step: Step
    message: str
    review: Review | None = None
    issues: tuple[Reported, ...] = ()
    exit: Exit
