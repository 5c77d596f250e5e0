r"""A GitLab on this machine: an HTTP server with the parts of its REST API that we use, as strict as the real one.

Routes are added from other files: `gitlab.route("GET", r"projects/(\d+)/things", answer)`; the groups of the pattern
are handed to `answer` after the call itself.
"""

import json
import re
import ssl
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

Json = Any
API = "/api/v4/"


@dataclass(frozen=True)
class Token:
    """Who holds it, what it may do, and whether it is a job's."""

    user: int
    scopes: frozenset[str] = frozenset({"api"})
    role: int = 20  # Reporter
    job: bool = False


@dataclass(frozen=True)
class Call:
    """One request that was let in."""

    verb: str
    path: str
    query: dict[str, str]
    body: dict[str, Json]
    token: Token


class Refused(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, message: str, **headers: str) -> None:
        self.status, self.message, self.headers = status, message, headers
        super().__init__(message)


@dataclass
class Route:
    """What answers a verb and a path; a job's token passes only where GitLab lets it."""

    verb: str
    pattern: "re.Pattern[str]"
    answer: Callable[..., tuple[int, Json]]
    for_jobs: bool


@dataclass
class Order:
    """The next answers to some requests, whatever they ask."""

    verb: str
    part: str
    status: int
    headers: dict[str, str]
    body: bytes | None
    left: int


@dataclass
class GitLab:
    """The server: users, tokens and routes. Everything else is data of those who add routes."""

    users: dict[int, dict[str, Json]] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    routes: list[Route] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    calls: list[tuple[str, str]] = field(default_factory=list)
    """Verb and path of every request, in the order in which they came."""
    tls: ssl.SSLContext | None = None
    lock: threading.RLock = field(default_factory=threading.RLock)
    gate: Callable[[str, str], None] = lambda _verb, _path: None
    """Called before each answer, outside of the lock: a test may hold a request back here."""

    def __enter__(self) -> Self:
        verbs = {f"do_{verb}": _Handler.any_verb for verb in ("GET", "HEAD", "POST", "PUT", "DELETE")}
        handler = type("Handler", (_Handler,), {"gitlab": self, "log_message": lambda *_: None, **verbs})
        self._server = _Server(("127.0.0.1", 0), handler)
        if self.tls:
            self._server.socket = self.tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        self.route("GET", r"user", lambda call: (200, self.users[call.token.user]))
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """Where it listens, as CI_SERVER_URL would say."""
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self._server.server_address[1]}"

    def user(self, number: int, username: str, *, bot: bool = False) -> dict[str, Json]:
        """Add a person, or a token's bot."""
        known = {"id": number, "username": username, "name": username, "state": "active", "bot": bot}
        return self.users.setdefault(number, known)

    def token(self, text: str, user: int, *scopes: str, role: int = 20, job: bool = False) -> str:
        """Add a token with its scopes (default `api`), and return it."""
        self.tokens[text] = Token(user, frozenset(scopes or ("api",)), role, job)
        return text

    def route(
        self, verb: str, pattern: str, answer: Callable[..., tuple[int, Json]], *, for_jobs: bool = False
    ) -> None:
        """Answer requests of a path below /api/v4/; a list is cut into pages as the request asks."""
        self.routes.append(Route(verb, re.compile(pattern), answer, for_jobs))

    def order(
        self, status: int, *, verb: str = "", part: str = "", times: int = 1, body: bytes | None = None, **headers: str
    ) -> None:
        """Answer the next requests of a verb, whose path holds `part`, with this status."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.orders.append(Order(verb, part, status, named, body, times))

    def answer(self, verb: str, target: str, headers: dict[str, str], raw: bytes) -> tuple[int, dict[str, str], bytes]:
        """What one request is answered."""
        parts = urlsplit(target)
        self.gate(verb, parts.path)
        with self.lock:
            self.calls.append((verb, parts.path))
            if ordered := self._ordered(verb, parts.path):
                ordered.left -= 1
                return ordered.status, ordered.headers, _json(ordered.body, {"message": f"{ordered.status} ordered"})
            try:
                token = self._let_in(verb, headers)
                query = dict(parse_qsl(parts.query, keep_blank_values=True))
                status, found = self._routed(verb, parts.path, query, raw, token)
            except Refused as refused:
                return refused.status, refused.headers, _json(None, {"message": refused.message})
            pages: dict[str, str] = {}
            if isinstance(found, list) and verb == "GET":
                found, pages = self._page(found, query, target)
            return status, pages, b"" if found is None else _json(None, found)

    def _ordered(self, verb: str, path: str) -> Order | None:
        fits = (one for one in self.orders if one.left and one.verb in {"", verb} and one.part in path)
        return next(fits, None)

    def _let_in(self, verb: str, headers: dict[str, str]) -> Token:
        own, job = headers.get("private-token"), headers.get("job-token")
        known = self.tokens.get(own or job or "")
        if known is None or known.job != (own is None):
            raise Refused(401, "401 Unauthorized")
        if not known.job and verb != "GET" and "api" not in known.scopes:
            raise Refused(403, "insufficient_scope")
        if not known.job and not known.scopes & {"api", "read_api"}:
            raise Refused(403, "insufficient_scope")
        return known

    def _routed(self, verb: str, path: str, query: dict[str, str], raw: bytes, token: Token) -> tuple[int, Json]:
        if not path.startswith(API):
            raise Refused(404, "404 Not Found")
        below = path.removeprefix(API)
        found = [(one, match) for one in self.routes if (match := one.pattern.fullmatch(below))]
        if not found:
            raise Refused(404, "404 Not Found")
        fits = next(((one, match) for one, match in found if one.verb == verb), None)
        if fits is None:
            raise Refused(405, "405 Method Not Allowed")
        route, match = fits
        if token.job and not route.for_jobs:
            raise Refused(401, "401 Unauthorized")
        body = json.loads(raw) if raw else {}
        return route.answer(Call(verb, below, query, body, token), *match.groups())

    @staticmethod
    def _page(found: Sequence[Json], query: dict[str, str], target: str) -> tuple[Sequence[Json], dict[str, str]]:
        size, page = min(int(query.get("per_page", "20")), 100), int(query.get("page", "1"))
        last = max(1, -(-len(found) // size))
        after = str(page + 1) if page < last else ""
        bare = re.sub(r"[?&]page=\d+", "", target)
        link = f"{bare}{'&' if '?' in bare else '?'}page={after}"
        headers = {"X-Page": str(page), "X-Next-Page": after, "X-Per-Page": str(size), "X-Total": str(len(found))}
        # GitLab spells the address that it believes to have, not the one that was asked.
        headers |= {"Link": f'<https://gitlab.example.com{link}>; rel="next"'} if after else {}
        return found[(page - 1) * size : page * size], headers


def _json(raw: bytes | None, document: Json) -> bytes:
    return json.dumps(document).encode() if raw is None else raw


class _Server(ThreadingHTTPServer):
    """Lets clients leave as they like."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """Speaks HTTP for a GitLab."""

    gitlab: GitLab
    protocol_version = "HTTP/1.1"

    def any_verb(self) -> None:
        """Answer a request of any verb."""
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        status, more, body = self.gitlab.answer(self.command, self.path, headers, raw)
        self.send_response(status)
        for name, value in ({"Content-Type": "application/json"} | more).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
