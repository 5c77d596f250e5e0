"""python-gitlab, made patient and plain: requests are bounded, repeated only where that is safe, never redirected."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final, ParamSpec, Protocol, TypeVar

import gitlab
from gitlab.exceptions import GitlabError

from reconciler import __version__
from reconciler.adapters.clock import SystemClock
from reconciler.adapters.retry import Deadline, Patience, TryAgain, persist, retry_after
from reconciler.adapters.words import plain
from reconciler.core.errors import AccessError, MissingRead, ReconcilerError
from reconciler.core.ports import Clock

Given = ParamSpec("Given")
T = TypeVar("T")

_BUSY: Final = frozenset({500, 502, 503, 504})
_THROTTLED: Final = 429
_ABSENT: Final = 404
_ONCE: Final = "POST"
"""Sent again only after an answer that proves that nothing ran; all else may be repeated without harm."""
_DENIED: Final = {
    401: "{host} does not accept {name}: it is wrong, was revoked, or has expired. Make a new one (docs/note.md).",
    403: "{host} does not let {name} do this ({what}). It needs the scope `api` and the role Reporter in the project, "
    "or more where the project asks for it (docs/note.md).",
}


def _patiently(send: Callable[Given, T]) -> Callable[Given, T]:
    def patient(*words: Given.args, **given: Given.kwargs) -> T:
        client, verb, path, *_ = words
        if not isinstance(client, PatientGitlab):
            return send(*words, **given)
        what = f"{str(verb).upper()} {str(path).removeprefix(client.api_url).partition('?')[0]}"
        return client.persist(lambda: send(*words, **given), what)

    return patient


class PatientGitlab(gitlab.Gitlab):
    """A client whose requests raise AccessError (401, 403), MissingRead (404) or ReconcilerError.

    What is read out of the answers belongs into a block of `understood`.
    """

    def __init__(self, url: str, own: str, job: str, *, verify: bool | str, name: str) -> None:
        """`own` is a token of a user or project, else `job` that of a job; `name` is what people call the one used."""
        super().__init__(
            url,
            private_token=own or None,
            job_token=None if own else job,
            ssl_verify=verify,
            timeout=Patience().silence,
            per_page=100,
            user_agent=f"reconciler/{__version__}",
            keep_base_url=True,
        )
        self.host, self._name = url.split("/")[2], name
        self._clock: Clock = SystemClock()
        self._patience = Patience()
        self.session.trust_env = False  # no ~/.netrc, no other proxy, no other trust than was read once
        self.session.max_redirects = 0  # a token goes nowhere that we did not choose
        self.session.hooks["response"].append(_busy)

    http_request = _patiently(gitlab.Gitlab.http_request)

    def be_patient(self, clock: Clock, patience: Patience) -> None:
        """Wait by this clock, and not longer than this."""
        self._clock, self._patience = clock, patience

    def persist(self, attempt: Callable[[], T], what: str) -> T:
        """Try until it is answered or patience ends. Raises ReconcilerError."""
        try:
            deadline = Deadline(self._clock, self._patience.seconds)
            return persist(lambda: self._tried(attempt, what), self._patience, self._clock, deadline)
        except TryAgain as error:
            raise ReconcilerError(f"{error} It was asked as often as we may ({what}). Run this again later.") from error

    def _tried(self, attempt: Callable[[], T], what: str) -> T:
        try:
            return attempt()
        except GitlabError as error:
            raise self._refused(error, what) from error
        except OSError as error:  # everything that requests raises is one
            raise _unanswered(error, self.host, what) from error

    def _refused(self, error: GitlabError, what: str) -> ReconcilerError:
        code = error.response_code or 0
        if code in _DENIED:
            return AccessError(_DENIED[code].format(host=self.host, name=self._name, what=what))
        if code == _ABSENT:
            return MissingRead(f"{self.host} knows no such thing, or does not show it to {self._name} ({what}).")
        return ReconcilerError(f"{self.host} refused {what} with {code}: {plain(str(error.error_message), 200)}.")


@contextmanager
def understood(client: PatientGitlab) -> Iterator[None]:
    """Around every use of an answer: one that is not of the form that GitLab documents raises ReconcilerError."""
    try:
        yield
    except (GitlabError, ValueError, KeyError, TypeError, AttributeError) as error:
        why = f"{client.host} gave an answer of another form than GitLab's API documents ({type(error).__name__})."
        raise ReconcilerError(f"{why} Check that CI_SERVER_URL leads to GitLab itself.") from error


class _Sent(Protocol):
    @property
    def method(self) -> str | None: ...


class _Answer(Protocol):
    @property
    def status_code(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def request(self) -> _Sent: ...
    def close(self) -> None: ...


def _busy(answer: _Answer, **_: object) -> None:
    """Look at each answer before the library does: it would wait for as long as the server says, however long."""
    code, verb = answer.status_code, answer.request.method
    if code == _THROTTLED or (code in _BUSY and verb != _ONCE):
        answer.close()  # its body is not read, and the connection would stay open
        after = retry_after(answer.headers.get("Retry-After"), SystemClock().machine())
        said = "asks for fewer requests" if code == _THROTTLED else "is busy or broken"
        raise TryAgain(f"GitLab {said} ({code}).", after, throttled=code == _THROTTLED)


def _unanswered(error: OSError, host: str, what: str) -> Exception:
    """The library's own words stay out of it: they may spell a header, or a proxy's password."""
    kind = type(error).__name__
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        hint = "If your network has an authority of its own, name its certificates in SSL_CERT_FILE."
        return ReconcilerError(f"The certificate of {host} is not trusted. {hint}")
    if kind == "TooManyRedirects":
        return ReconcilerError(f"{host} sends {what} elsewhere, where no token of ours goes. Correct CI_SERVER_URL.")
    why = f"{host} did not answer ({what}: {kind})."
    if what.startswith(_ONCE):
        return ReconcilerError(f"{why} Whether it was done is not known; the next run looks.")
    return TryAgain(why)
