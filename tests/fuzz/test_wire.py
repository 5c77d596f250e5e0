"""The wire: whatever a service, a proxy or a sign-in page answers, there comes a whole answer or an error of ours."""

import base64
import itertools
import json
import socketserver
import ssl
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.adapters.adminapi import AdminApi
from reconciler.adapters.adminapi_read import Reading
from reconciler.adapters.adminapi_write import Telling
from reconciler.adapters.clouds import hosts_of
from reconciler.adapters.credentials import credential_for
from reconciler.adapters.graph import Graph
from reconciler.adapters.http import Answer, Broken, Http, Limits
from reconciler.adapters.proxy import Proxies
from reconciler.adapters.regions import Regions
from reconciler.adapters.retry import Patience
from reconciler.adapters.token import Token
from reconciler.adapters.tokens import Tokens
from reconciler.core.errors import AccessError, CommandRefused, CommandUnanswered, ReadError
from reconciler.core.request import GraphQuery
from tests.fuzz.mutate import VALUES, ends, fuzzed, mutated, spliced
from tests.wire.stage import CONTOSO, QuickClock, alerts, blocked, contoso, unblock

APP = {"AZURE_CLIENT_ID": "5f1e0000-0000-4000-8000-00000000000a", "AZURE_CLIENT_SECRET": "made-up-for-this-test"}
FRONT = "https://ps.compliance.protection.outlook.com/adminapi/beta"
CONTEXT = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""It trusts nobody, for nothing here is encrypted; reading the list of authorities takes longer than an example."""
LOGIN = f"https://login.microsoftonline.com/{CONTOSO}"


def token(**claims: Any) -> str:
    """An access token that says this of itself; nobody checks its signature here."""
    parts = ({"alg": "none"}, {"tid": CONTOSO, "roles": ["Exchange.ManageAsApp"], **claims})
    return ".".join(base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in parts) + "."


DISCOVERY = {
    "issuer": f"{LOGIN}/v2.0",
    "authorization_endpoint": f"{LOGIN}/oauth2/v2.0/authorize",
    "token_endpoint": f"{LOGIN}/oauth2/v2.0/token",
    "device_authorization_endpoint": f"{LOGIN}/oauth2/v2.0/devicecode",
}
TOKEN = {"token_type": "Bearer", "expires_in": 3600, "ext_expires_in": 3600, "access_token": token()}
PAGE = {
    "@odata.context": f"{FRONT}/x/$metadata",
    "value": [{"Name": "Alarm", "Guid": "01d00000-0000-4000-8000-000000000001", "Guid@odata.type": "#Guid"}],
    "@odata.nextLink": f"{FRONT}/x/InvokeCommand?%24skiptoken=1",
    "@adminapi.warnings": ["The command completed."],
    "@adminapi.errors": [],
}
ERROR = {
    "error": {
        "code": "BadRequest",
        "message": "Error executing cmdlet",
        "details": [{"code": "Context", "target": "", "message": "|Microsoft.Exchange.X|It can't be found."}],
        "innererror": {
            "message": "m",
            "type": "t",
            "internalexception": {"message": "m", "type": "t", "stacktrace": ""},
        },
    }
}
REFUSAL = {
    "error": "invalid_client",
    "error_description": "AADSTS7000215: no.\r\nTrace ID: x",
    "error_codes": [7000215],
}
DOCUMENTS = st.sampled_from([DISCOVERY, TOKEN, PAGE, ERROR, REFUSAL])
CLAIMS = base64.b64encode(b'{"access_token":{"nbf":{"essential":true}}}').decode()
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "location": st.sampled_from(
            [f"{FRONT}/x", "https://eur02b.ps.compliance.protection.outlook.com:446/x", "//[", "/", ""]
        )
        | st.text(max_size=20),
        "retry-after": st.sampled_from(["1", "0.5", "-1", "1e400", "nan", "٣", "Fri, 31 Dec 9999 23:59:59 GMT"])
        | st.text(max_size=9),
        "www-authenticate": st.sampled_from(
            [f'Bearer claims="{CLAIMS}"', 'Bearer claims="e30"', 'Bearer claims="%%"', "Basic"]
        ),
        "x-warnings": st.sampled_from(['["a"]', '"a"', "[", "null", "plain"]) | st.text(max_size=9),
        "x-exceptiontype": st.sampled_from(["ADTransientException", ""]),
        "content-type": st.sampled_from(["application/json", "text/html", "text/plain", ""]),
    },
)
STATUSES = st.sampled_from(
    [200, 200, 200, 201, 204, 301, 302, 307, 400, 401, 403, 404, 408, 421, 429, 500, 502, 503, 504]
)
BODIES = st.one_of(
    DOCUMENTS.flatmap(mutated).map(lambda one: json.dumps(one).encode("utf-8", "replace")),
    DOCUMENTS.map(lambda one: json.dumps(one).encode()),
    DOCUMENTS.flatmap(lambda one: spliced(json.dumps(one).encode(), st.binary(max_size=4))),
    st.binary(max_size=30),
    st.sampled_from(
        [b"", b"null", b"[]", b"\0" * 3_000, b"\xef\xbb\xbf{}", b"<html></html>", b"[" * 100_000, b'{"value":' * 5_000]
    ),
)
ANSWERS = st.builds(Answer, STATUSES, HEADERS, BODIES)


class Scripted(Http):
    """Connections that answer what a test says, again and again from the beginning; sign-in goes well unless it is scripted."""

    def __init__(self, answers: Sequence[Answer | Broken], *, sign_in: bool = False) -> None:
        super().__init__(CONTEXT, Proxies())
        self._answers, self._sign_in = itertools.cycle(answers), sign_in

    def direct(self) -> "Scripted":
        """The same script."""
        return self

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, limits: Limits) -> Answer:
        """The next answer, whatever is asked."""
        del method, headers, body, limits
        assert url.startswith("https://")
        if "login.microsoftonline" in url and not self._sign_in:
            document = TOKEN if url.endswith("/token") else DISCOVERY
            return Answer(200, {"content-type": "application/json"}, json.dumps(document).encode())
        found = next(self._answers)
        if isinstance(found, Broken):
            raise found
        return found


BREAKS = st.builds(Broken, st.just("It broke."), sent=st.booleans(), lasting=st.booleans())
SCRIPTS = st.lists(st.one_of(ANSWERS, ANSWERS, ANSWERS, BREAKS), min_size=1, max_size=4)


def tokens(clock: QuickClock) -> Tokens:
    """The tokens of an app with a secret."""
    return Tokens(contoso(), credential_for(contoso(), APP), Patience(), clock, lambda _line: None)


def api(script: Sequence[Answer | Broken], clock: QuickClock) -> AdminApi:
    """A connection that is answered like this."""
    return AdminApi(contoso(), Scripted(script), tokens(clock), Regions(hosts_of("worldwide")))


@fuzzed
@given(SCRIPTS, st.sampled_from([alerts(), blocked()]))
def test_a_list_is_whole_or_not_there(script, query):
    """Pages, redirects, errors and breaks in any order: rows that are objects, or an error of reading or of access."""
    clock = QuickClock()
    rows = ends(lambda: Reading(api(script, clock), query, Patience(), clock).rows(), ReadError, AccessError)

    assert all(isinstance(row, dict) for row in rows or ())


@fuzzed
@given(SCRIPTS)
def test_graph_is_whole_or_not_there(script):
    """The same for Microsoft Graph."""
    clock = QuickClock()
    graph = Graph(contoso(), Scripted(script), tokens(clock), Patience(), clock)
    rows = ends(lambda: graph.rows(GraphQuery(name="users", path="/users")), ReadError, AccessError)

    assert all(isinstance(row, dict) for row in rows or ())


@fuzzed
@given(SCRIPTS)
def test_a_command_is_done_refused_or_unanswered(script):
    """Whatever comes back to a command, it is one of the three, or access is missing."""
    clock = QuickClock()
    telling = Telling(api(script, clock), unblock(), Patience(), clock)
    said = ends(telling.warnings, CommandRefused, CommandUnanswered, AccessError)

    assert all(isinstance(one, str) for one in said or ())


def signed_in(script: Sequence[Answer | Broken]) -> Token | None:
    """The token that such a sign-in gives, if any."""
    return ends(lambda: tokens(QuickClock()).get("exo", Scripted(script, sign_in=True)), ReadError, AccessError)


@fuzzed
@given(SCRIPTS, st.booleans())
def test_sign_in_gives_a_token_of_the_tenant_or_none(script, well_discovered):
    """Whatever the sign-in service says, a token is one of this very tenant."""
    discovery = [Answer(200, {}, json.dumps(DISCOVERY).encode())] if well_discovered else []
    found = signed_in([*discovery, *script])

    assert found is None or (found.tenant_id, bool(found.text)) == (CONTOSO, True)


@fuzzed
@given(st.dictionaries(st.sampled_from(["tid", "roles", "scp", "exp"]), VALUES), st.binary(max_size=8))
def test_any_claims(claims, tail):
    """A token may claim what it likes and end in anything."""
    answer = {**TOKEN, "access_token": token(**claims) + tail.decode("latin-1")}
    found = signed_in([Answer(200, {}, json.dumps(one).encode("utf-8", "replace")) for one in (DISCOVERY, answer)])

    assert found is None or found.tenant_id == CONTOSO


class Raw(socketserver.ThreadingTCPServer):
    """A server that answers any connection with the same bytes, and ends it."""

    allow_reuse_address = daemon_threads = True
    content = b""


class _Once(socketserver.BaseRequestHandler):
    server: Raw

    def handle(self) -> None:
        self.request.recv(65_536)
        self.request.sendall(self.server.content)


@pytest.fixture(scope="module")
def raw() -> Iterator[Raw]:
    """Such a server, and nothing on the way to it."""
    with Raw(("127.0.0.1", 0), _Once) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


REPLY = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 20\r\n\r\n\x1f\x8b\x08"
    + b"\0" * 17
)
SIGNS = st.binary(max_size=6) | st.sampled_from(
    [b"\r\n", b"\r\n\r\n", b"Transfer-Encoding: chunked\r\n", b"0\r\n", b"-1", b"\x1f\x8b\x08"]
)


@fuzzed
@given(st.one_of(st.binary(max_size=60), spliced(REPLY, SIGNS)))
def test_any_bytes_on_a_connection(raw, content):
    """What is no HTTP, or ends too early, or lies about its length or packing, is a broken answer and nothing else."""
    raw.content = content
    http = Http(CONTEXT, Proxies())
    url = f"http://127.0.0.1:{raw.server_address[1]}/"
    answer = ends(lambda: http.send("GET", url, {}, None, Limits(2, 2, 4)), Broken)
    http.close()

    assert answer is None or isinstance(answer.text, str)
