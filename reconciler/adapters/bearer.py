"""One request with a bearer token, which is asked for anew when the service will not take it."""

import base64
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from reconciler.adapters.adminapi_errors import Failure, failure_of, parse, says_crowded
from reconciler.adapters.clouds import Resource
from reconciler.adapters.http import Answer, Http, Limits
from reconciler.adapters.token import Token
from reconciler.adapters.tokens import Tokens

_NOT_DONE, _UNAUTHORIZED = 300, 401
_RENEWALS = 2  # an expired token first, a claims challenge for its successor second
_CLAIMS = re.compile(r'\bclaims="([^"]*)"', re.IGNORECASE)
_SAYS_NO = "is not allowed to call"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request but for its token and its time."""

    resource: Resource
    method: str
    url: str
    body: bytes | None
    headers: Callable[[str], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, the URL that gave it, and the token that it was given for; `failure` where it is an error."""

    answer: Answer
    url: str
    token: Token
    failure: Failure | None


Time = Callable[[], Limits]
"""How long a request may take, asked just before it is sent."""


def send(http: Http, tokens: Tokens, one: Outgoing, time: Time) -> Reply:
    """The service's reply. Raises Broken, AccessError.

    A 401 proves that nothing ran, so this holds for commands too. It is not answered with a new token where that can't
    help: a token without any permission, and the 401 that means "you may not" (docs-ps#7970).
    """
    token = tokens.get(one.resource, http)
    answer = http.send(one.method, one.url, one.headers(token.text), one.body, time())
    for _ in range(_RENEWALS):
        if answer.status != _UNAUTHORIZED:
            break
        claims = claims_of(answer.headers.get("www-authenticate", ""))
        if claims is None and (not token.permitted or _SAYS_NO in answer.text):
            break
        token = tokens.get(one.resource, http, refused=token, claims=claims)
        answer = http.send(one.method, one.url, one.headers(token.text), one.body, time())
    failure = failure_of(answer) if answer.status >= _NOT_DONE or says_crowded(answer) else None
    return Reply(answer, one.url, token, failure)


def claims_of(challenge: str) -> str | None:
    """The JSON of a claims challenge, which arrives in base64 (azure-auth); None where there is none."""
    found = _CLAIMS.search(challenge)
    if found is None:
        return None
    text = found[1]
    with suppress(ValueError):  # some send the JSON as it is
        text = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode()
    return text if isinstance(parse(text), dict) else None
