"""One request: bounded in size, time and number, never redirected, and never more sent than we know."""

import gzip
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import trustme

from reconciler.adapters import http as module
from reconciler.adapters.http import CONNECTIONS, Broken, Http, Limits
from reconciler.adapters.proxy import Proxies

QUICK = Limits(connect=2, silence=2, total=4)


class Server(ThreadingHTTPServer):
    """A TLS server that answers with what a test gives it."""

    daemon_threads = True
    answer: Any
    seen: list[str]
    busy = most = 0


class Handler(BaseHTTPRequestHandler):
    """Hands every request to the test's function."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        """Note the cookie, then answer."""
        self.server.seen.append(self.headers.get("Cookie", ""))
        self.server.answer(self)

    def log_message(self, *_: object) -> None:
        """Says nothing."""

    def reply(self, body: bytes, status: int = 200, **headers: str) -> None:
        """Answer with these bytes."""
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def serve() -> Any:
    """Start a server; gives the URL, the server, and connections that trust it."""
    authority = trustme.CA()
    trusted = ssl.create_default_context(cadata=authority.cert_pem.bytes().decode())

    @contextmanager
    def served(answer: Any) -> Iterator[tuple[str, Server, Http]]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        server = Server(("127.0.0.1", 0), Handler)
        server.answer, server.seen = answer, []
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        http = Http(trusted, Proxies())
        try:
            yield f"https://127.0.0.1:{server.server_address[1]}/", server, http
        finally:
            http.close()
            server.shutdown()
            server.server_close()

    return served


def get(http: Http, url: str, limits: Limits = QUICK) -> Any:
    """A plain GET."""
    return http.send("GET", url, {}, None, limits)


def test_gzip_is_undone(serve):
    """A packed answer is read as it was meant."""
    with serve(lambda one: one.reply(gzip.compress(b"hello"), Content_Encoding="gzip")) as (url, _, http):
        assert "hello" == get(http, url).text


def test_gzip_that_is_none(serve):
    """A body of NUL bytes under a false header is no error: its status is what counts (graph2otel)."""
    with serve(lambda one: one.reply(b"\0" * 4096, 403, Content_Encoding="gzip")) as (url, _, http):
        answer = get(http, url)

    assert (403, "") == (answer.status, answer.text)


def test_gzip_that_ends_in_the_middle(serve):
    """Half an answer is none."""
    half = gzip.compress(b"hello" * 1000)[:-12]
    with (
        serve(lambda one: one.reply(half, Content_Encoding="gzip")) as (url, _, http),
        pytest.raises(Broken, match="middle"),
    ):
        get(http, url)


def test_a_bomb_is_not_unpacked(serve):
    """An answer that would fill the memory is given up, whatever it was packed to."""
    bomb = gzip.compress(b"\0" * (module.LARGEST + 2), 9)
    with (
        serve(lambda one: one.reply(bomb, Content_Encoding="gzip")) as (url, _, http),
        pytest.raises(Broken, match="64 MiB") as caught,
    ):
        get(http, url)
    assert caught.value.lasting


def test_an_endless_answer_is_given_up(serve):
    """An answer that trickles on without end is over when its time is."""

    def trickle(one: Handler) -> None:
        one.send_response(200)
        one.end_headers()
        try:
            while True:
                one.wfile.write(b"x" * 10)
                one.wfile.flush()
                time.sleep(0.01)
        except OSError:
            one.close_connection = True

    with serve(trickle) as (url, _, http), pytest.raises(Broken, match="not complete in time") as caught:
        get(http, url, Limits(connect=2, silence=2, total=0.3))
    assert caught.value.sent


def test_silence_is_given_up(serve):
    """No byte for too long is no answer, and the request may have arrived."""
    gate = threading.Event()
    with serve(lambda _: gate.wait(10)) as (url, _, http):
        with pytest.raises(Broken, match="did not answer in time") as caught:
            get(http, url, Limits(connect=2, silence=0.2, total=4))
        gate.set()
    assert caught.value.sent


def test_a_redirect_is_an_answer(serve):
    """Nothing is ever sent on by itself."""
    with serve(lambda one: one.reply(b"", 302, Location="https://127.0.0.1:1/")) as (url, server, http):
        assert (302, 1) == (get(http, url).status, len(server.seen))


def test_cookies_are_kept(serve):
    """Pages need the cookie of the first one (wire.md 3.3)."""
    with serve(lambda one: one.reply(b"", Set_Cookie="affinity=7; path=/; secure; HttpOnly")) as (url, server, http):
        get(http, url)
        get(http, url)

        assert ["", "affinity=7"] == server.seen


def test_never_more_at_once_than_connections(serve):
    """Twelve threads share four connections."""
    lock = threading.Lock()

    def count(one: Handler) -> None:
        with lock:
            one.server.busy += 1
            one.server.most = max(one.server.most, one.server.busy)
        time.sleep(0.02)
        with lock:
            one.server.busy -= 1
        one.reply(b"")

    with serve(count) as (url, server, http):
        threads = [threading.Thread(target=get, args=(http, url)) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert (12, True) == (len(server.seen), server.most <= CONNECTIONS)


def test_nobody_listens():
    """A refused connection proves that nothing was sent."""
    with pytest.raises(Broken, match=r"127\.0\.0\.1 can't be reached") as caught:
        get(Http(ssl.create_default_context(), Proxies()), "https://127.0.0.1:9/")
    assert not caught.value.sent


def test_a_certificate_of_nobody(serve):
    """An authority that isn't trusted is named as what it is, and trying again is of no use."""
    with serve(lambda one: one.reply(b"")) as (url, server, _):
        with pytest.raises(Broken, match="SSL_CERT_FILE") as caught:
            get(Http(ssl.create_default_context(), Proxies()), url)

        assert (False, True, []) == (caught.value.sent, caught.value.lasting, server.seen)


def test_a_token_that_can_not_be_sent_is_not_shown(serve):
    """A header that isn't ASCII is refused without its value."""
    with serve(lambda one: one.reply(b"")) as (url, _, http), pytest.raises(Broken) as caught:
        http.send("GET", url, {"Authorization": "Bearer gehe\u00edm"}, None, QUICK)
    assert "gehe" not in str(caught.value)
