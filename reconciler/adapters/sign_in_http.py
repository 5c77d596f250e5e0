"""How MSAL's requests are sent: over our own connections, to sign-in hosts only, tried again within patience."""

import json
from collections.abc import Callable, Mapping
from threading import local
from typing import Any
from urllib.parse import urlencode, urlsplit

from reconciler.adapters.http import Answer, Broken, Http, Limits
from reconciler.adapters.retry import Deadline, Patience, TryAgain, persist, retry_after
from reconciler.adapters.sign_in_errors import SignInUnreachable
from reconciler.adapters.words import plain
from reconciler.core.errors import AccessError
from reconciler.core.ports import Clock

Refused = Callable[[Mapping[str, object]], AccessError]
_OK, _BAD, _TOO_MANY, _BROKEN = 200, 400, 429, 500


class Response:
    """An answer in the shape that MSAL expects."""

    def __init__(self, answer: Answer) -> None:
        """Keep status, headers and text."""
        self.status_code, self.headers, self.text = answer.status, dict(answer.headers), answer.text

    def raise_for_status(self) -> None:
        """Nothing to raise: what isn't an OAuth answer never gets this far."""


class SignInHttp:
    """MSAL's `http_client`.

    A thread lends it the connections of its tenant with `over`; MSAL sends in the thread that asks it.
    """

    def __init__(self, allowed: Callable[[str], bool], patience: Patience, clock: Clock, refused: Refused) -> None:
        """Send to `allowed` hosts only; `refused` words the error for an unknown tenant."""
        self._allowed, self._patience, self._clock, self._refused = allowed, patience, clock, refused
        self._lent = local()

    def over(self, http: Http) -> None:
        """Use these connections in this thread."""
        self._lent.http = http

    def get(
        self, url: str, params: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None, **_: object
    ) -> Response:
        """GET, as MSAL calls it: discovery and managed identities."""
        answer = self._send("GET", _with(url, params), headers, None)
        if answer.status >= _BAD and "openid-configuration" in url:
            # MSAL would make one ValueError of every reason; an unknown tenant is refused here (AADSTS90002).
            raise self._refused(_mapping(answer))
        return Response(answer)

    def post(
        self,
        url: str,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        **_: object,
    ) -> Response:
        """POST a form. MSAL hands over a certificate's assertion as bytes, which httpx would send as its repr."""
        fields = {name: value.decode() if isinstance(value, bytes) else value for name, value in (data or {}).items()}
        typed = {**(headers or {}), "Content-Type": "application/x-www-form-urlencoded"}
        return Response(self._send("POST", _with(url, params), typed, urlencode(fields).encode()))

    def close(self) -> None:
        """The connections belong to the tenant, not to MSAL."""

    def _send(self, method: str, url: str, headers: Mapping[str, str] | None, body: bytes | None) -> Answer:
        host = urlsplit(url).hostname or ""
        if not self._allowed(host):
            raise AccessError(
                f"Sign-in was led to the host {plain(host)}, where no credential may go; nothing was sent there."
            )
        deadline = Deadline(self._clock, self._patience.seconds)

        def attempt() -> Answer:
            limits = Limits(self._patience.connect, self._patience.silence, max(0.001, deadline.left()))
            return self._once(self._lent.http, method, url, headers or {}, body, limits)

        try:
            return persist(attempt, self._patience, self._clock, deadline)
        except (TryAgain, Broken) as error:
            raise SignInUnreachable(f"Sign-in got no answer. {error}") from error

    def _once(
        self, http: Http, method: str, url: str, headers: Mapping[str, str], body: bytes | None, limits: Limits
    ) -> Answer:
        try:
            answer = http.send(method, url, {str(k): str(v) for k, v in headers.items()}, body, limits)
        except Broken as error:
            if error.lasting:
                raise
            raise TryAgain(str(error)) from error
        host = urlsplit(url).hostname
        if answer.status == _TOO_MANY or answer.status >= _BROKEN:
            after = retry_after(answer.headers.get("retry-after"), self._clock.machine())
            raise TryAgain(f"{host} answered {answer.status}.", after, throttled=answer.status == _TOO_MANY)
        if not _mapping(answer) or _OK < answer.status < _BAD:
            # MSAL would log the whole body; a portal's or proxy's page is no answer of the sign-in service, and neither
            # is a success other than 200, of which MSAL makes a RuntimeError.
            text = f"{host} answered {answer.status} with something that is no sign-in answer."
            raise TryAgain(text) if answer.status < _BAD else Broken(text, sent=True, lasting=True)
        return answer


def _with(url: str, params: Mapping[str, Any] | None) -> str:
    if not params:
        return url
    return f"{url}{'&' if '?' in url else '?'}{urlencode(params)}"


def _mapping(answer: Answer) -> Mapping[str, object]:
    try:
        found = json.loads(answer.text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
