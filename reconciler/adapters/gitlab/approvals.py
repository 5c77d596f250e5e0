"""Asks a GitLab project who approved what its policy files say: which project, which commit, whose token."""

from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

from reconciler.adapters.gitlab.client import OWN, NoGitlab, connect
from reconciler.adapters.revision import checkout_of, commit_of
from reconciler.core.errors import Interrupted, ReadError
from reconciler.core.ports import Clock
from reconciler.core.request import ReviewQuestion
from reconciler.core.review import Brought, Untraced, rows
from reconciler.core.values import Row

if TYPE_CHECKING:
    from reconciler.adapters.gitlab.lines import Place
    from reconciler.adapters.gitlab.reading import Reading
    from reconciler.adapters.retry import Patience

PROJECT: Final = "RECONCILER_GITLAB_PROJECT"
_ONLY_A_JOB: Final = (
    f"A job's own token can't read approvals. Set {OWN} to one with the scope `read_api` (docs/approvals.md)."
)
_NO_PROJECT: Final = f"It is not known which project holds the policies. Set {PROJECT} to its number or full path."
_NO_COMMIT: Final = "the policies are in no Git checkout here, so it can't be told which commit this entry comes from."


class GitlabReviews:
    """The place of reviews that is a GitLab project; threads may share it."""

    def __init__(
        self, environment: Mapping[str, str], clock: Clock, *, commit: str = "", patience: "Patience | None" = None
    ) -> None:
        """Opens nothing yet; `commit` is what the pipeline says it runs for, where the checkout can't tell."""
        self._environment, self._clock = environment, clock
        self._commit, self._patience = commit, patience
        self._reading: Reading | None = None
        self._lock = Lock()

    def ask(self, question: ReviewQuestion) -> tuple[Row, ...]:
        """What is known of each commit that wrote the item, or why nothing is. Raises ReconcilerError.

        One question at a time: the entries of a plan mostly came by the same few merge requests.
        """
        with self._lock:
            if self._clock.stopping():
                raise Interrupted("Stopped by a signal before everything was asked.")
            return rows(self._traced(question))

    def _traced(self, question: ReviewQuestion) -> tuple[Brought, ...] | Untraced:
        self._reading = self._reading or self._connected()
        found = self._environment.get(PROJECT) or self._environment.get("CI_PROJECT_ID")
        if not found:
            raise ReadError(_NO_PROJECT)
        try:
            place = self._place(Path(question.file).resolve())
        except OSError as error:
            return Untraced(untraced=f"{question.file} can't be read any more ({error.strerror}).")
        if place is None:
            return Untraced(untraced=_NO_COMMIT)

        from reconciler.adapters.gitlab.lines import trace

        return trace(self._reading, found, place, question)

    def _place(self, file: Path) -> "Place | None":
        """Which file of which commit is meant. Raises OSError."""
        from reconciler.adapters.gitlab.lines import Place

        root = checkout_of(file.parent)
        commit = commit_of(file.parent) if root else self._commit
        top = root or Path(self._environment.get("CI_PROJECT_DIR") or file).resolve()
        if not commit or top == file or not file.is_relative_to(top):
            return None
        return Place(file.relative_to(top).as_posix(), commit, file.read_bytes())

    def _connected(self) -> "Reading":
        client = connect(self._environment, self._clock, self._patience)
        if isinstance(client, NoGitlab):
            raise ReadError(client.reason)
        if client.private_token is None:
            raise ReadError(_ONLY_A_JOB)

        from reconciler.adapters.gitlab.reading import Reading

        return Reading(client, self._clock)
