"""Asks GitLab for what approvals rest on, one request at a time; answers and failures are remembered for a minute."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from reconciler.adapters.gitlab.patient import PatientGitlab, understood
from reconciler.adapters.words import plain
from reconciler.core.errors import AccessError, Interrupted, MissingRead, ReadError, ReconcilerError
from reconciler.core.ports import Clock

T = TypeVar("T")
_MEMORY: Final = timedelta(minutes=1)
"""Long enough for all entries of one merge request, and short enough that apply asks anew after somebody said yes."""
_NEEDS: Final = (
    "To prove approvals, RECONCILER_GITLAB_TOKEN needs the scope `read_api` and at least the role Reporter in the "
    "project that holds the policies (docs/approvals.md)."
)


class Seen(BaseModel):
    """A part of an answer; GitLab may say more than is read here."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class _Wrong(Seen):
    message: str = ""


class _Reply(Seen):
    data: object = None
    errors: tuple[_Wrong, ...] | None = None


@dataclass(frozen=True, slots=True)
class _Kept:
    at: datetime
    answer: object


class Reading:
    """The questions of one run; not to be used by two threads at once."""

    def __init__(self, client: PatientGitlab, clock: Clock) -> None:
        """Asks nothing yet."""
        self._client, self._clock = client, clock
        self._memory: dict[str, _Kept] = {}
        self._fault: tuple[datetime, ReconcilerError] | None = None

    def one(self, form: type[T], path: str, **query: str | int) -> T:
        """One object. Raises MissingRead where there is none, AccessError or ReconcilerError."""
        return self._asked(form, path, query, lambda: self._client.http_get(path, query_data=dict(query)))

    def many(self, form: type[T], path: str, **query: str | int) -> T:
        """A whole list, every page of it. Raises the same."""
        return self._asked(
            form, path, query, lambda: self._client.http_list(path, query_data=dict(query), get_all=True)
        )

    def graph(self, form: type[T], question: str, **variables: str) -> T:
        """The `data` of a question to GraphQL. Raises the same."""
        url = f"{self._client.url}/api/graphql"
        body = {"query": question, "variables": variables}
        return self._asked(form, question, variables, lambda: _data(self._client.http_post(url, post_data=body)))

    def _asked(self, form: type[T], path: str, query: object, send: Callable[[], object]) -> T:
        now, key = self._clock.machine(), f"{path} {query}"
        if self._fault and now - self._fault[0] < _MEMORY:
            raise self._fault[1]
        kept = self._memory.get(key)
        if kept is None or now - kept.at >= _MEMORY:
            kept = self._memory[key] = _Kept(now, self._sent(send))
        if isinstance(kept.answer, MissingRead):
            raise kept.answer
        try:
            return TypeAdapter(form).validate_python(kept.answer)
        except ValidationError as error:
            where = ".".join(map(str, error.errors()[0]["loc"]))
            raise ReadError(f"An answer of GitLab can't be read: its `{where}` is not what it should be.") from error

    def _sent(self, send: Callable[[], object]) -> object:
        """The answer, or that there is none; any other failure would meet the next question too, and is remembered."""
        try:
            with understood(self._client):
                return send()
        except MissingRead as error:
            return error
        except Interrupted:
            raise
        except ReconcilerError as error:
            fault = error
            if isinstance(error, AccessError):  # what it says of rights is meant for notes
                fault = AccessError(f"{str(error).partition('. ')[0]}. {_NEEDS}")
            self._fault = self._clock.machine(), fault
            raise fault from error


def escaped(path: str) -> str:
    """A project or a file as one segment of a path."""
    return quote(path, safe="")


def _data(answer: object) -> object:
    """What GraphQL found; it answers a refusal with success too."""
    reply = _Reply.model_validate(answer)
    if reply.errors:
        raise ReadError(f"GitLab's GraphQL refused a question: {plain(reply.errors[0].message, 200)}.")
    return reply.data
