"""Requests of one tenant over HTTPS: bounded in number, time and size, never redirected; only this file knows httpx."""

import ssl
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import BoundedSemaphore, Lock
from urllib.parse import urlsplit

import httpx

from reconciler import __version__
from reconciler.adapters.proxy import Proxies
from reconciler.adapters.words import plain

CONNECTIONS = 4
"""At once for one tenant. httpx slows down as its pool grows, so nothing ever queues in it (measurements.md 4)."""
LARGEST = 64 * 1024 * 1024
_KEEP_ALIVE = 60.0
_GZIP = b"\x1f\x8b"
_WHO_ARE_YOU = "407"  # asking a proxy again with the same password may lock an account
_ANY_GZIP = 31  # zlib's window size for data with a gzip header


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: header names in lower case, the body as it was meant."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def text(self) -> str:
        """The body as text, without the NUL bytes that some refusals are made of (graph2otel)."""
        return self.body.decode("utf-8-sig", "replace").strip("\0 \r\n\t")


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds that a request may take: to connect, without a byte, and in all."""

    connect: float
    silence: float
    total: float


class Broken(Exception):
    """No complete answer came. `sent` is false where the service can't have seen the request."""

    def __init__(self, message: str, *, sent: bool, lasting: bool = False) -> None:
        """Keep why in a sentence; `lasting` means that trying again can't help."""
        self.sent, self.lasting = sent, lasting
        super().__init__(message)


class Http:
    """The connections of one tenant; threads may share it. Cookies are kept, because pages need them (wire.md 3.3)."""

    def __init__(self, context: ssl.SSLContext, proxies: Proxies) -> None:
        """Opens nothing yet."""
        self._context, self._proxies = context, proxies
        self._clients: dict[bool, httpx.Client] = {}
        self._lock = Lock()
        self._room = BoundedSemaphore(CONNECTIONS)

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, limits: Limits) -> Answer:
        """The service's answer, whatever its status. Raises Broken."""
        host = urlsplit(url).hostname or ""
        with self._room:
            ends = time.monotonic() + limits.total
            try:
                client = self._client(host)
                request = client.build_request(
                    method, url, headers=dict(headers), content=body, timeout=_timeout(limits)
                )
                return _read(client.send(request, stream=True), ends)
            except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
                raise self._broken(error, host) from error
            except UnicodeError as error:  # a header that isn't ASCII; its value is not shown, it may be the token
                raise Broken(
                    f"The request to {host} has a header that can't be sent.", sent=False, lasting=True
                ) from error

    def direct(self) -> "Http":
        """Connections of their own that use no proxy; the caller closes them."""
        return Http(self._context, Proxies())

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            for client in self._clients.values():
                client.close()
            self._clients.clear()

    def _client(self, host: str) -> httpx.Client:
        proxy = self._proxies.of_host(host)
        with self._lock:
            if (proxy is None) not in self._clients:
                self._clients[proxy is None] = httpx.Client(
                    verify=self._context,
                    trust_env=False,  # what the environment says was read by us, once
                    follow_redirects=False,  # a token goes nowhere that we did not choose
                    proxy=None if proxy is None else self._proxy(proxy),
                    limits=httpx.Limits(
                        max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS, keepalive_expiry=_KEEP_ALIVE
                    ),
                    headers={"User-Agent": f"reconciler/{__version__}", "Accept-Encoding": "gzip"},
                )
            return self._clients[proxy is None]

    def _proxy(self, url: str) -> httpx.Proxy:
        return httpx.Proxy(url, ssl_context=self._context if url.startswith("https:") else None)

    def _broken(self, error: Exception, host: str) -> Broken:
        through = f" through the proxy {self._proxies.shown}" if self._proxies.of_host(host) else ""
        why = plain(str(error)) or error.__class__.__name__
        if "CERTIFICATE_VERIFY_FAILED" in why:
            hint = "If your network has an authority of its own, name its certificates in SSL_CERT_FILE."
            return Broken(f"The certificate of {host}{through} is not trusted. {hint}", sent=False, lasting=True)
        if isinstance(error, httpx.ProxyError):
            return Broken(
                f"The proxy {self._proxies.shown} refused to connect to {host}: {why}.",
                sent=False,
                lasting=_WHO_ARE_YOU in why,
            )
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.UnsupportedProtocol):
            return Broken(f"{host} can't be reached{through}: {why}.", sent=False)
        if isinstance(error, httpx.TimeoutException):
            return Broken(f"{host} did not answer in time.", sent=True)
        return Broken(f"The connection to {host}{through} broke before an answer was complete: {why}.", sent=True)


def _timeout(limits: Limits) -> httpx.Timeout:
    least = 0.001  # httpx takes 0 for "at once" and a negative number for an error
    silence = max(least, min(limits.silence, limits.total))
    return httpx.Timeout(silence, connect=max(least, min(limits.connect, limits.total)))


def _read(response: httpx.Response, ends: float) -> Answer:
    try:
        body = bytearray()
        for piece in response.iter_raw():
            body += piece
            if len(body) > LARGEST:
                raise _too_large()
            if time.monotonic() > ends:
                raise Broken(f"The answer of {response.url.host} was not complete in time.", sent=True)
    finally:
        response.close()
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status_code, headers, _unpack(bytes(body), headers, response.status_code))


def _too_large() -> Broken:
    return Broken(f"The answer is larger than {LARGEST // 1024 // 1024} MiB and was not read.", sent=True, lasting=True)


def _unpack(body: bytes, headers: Mapping[str, str], status: int) -> bytes:
    """Undo gzip where it really is gzip: a 403 may declare it and send thousands of NUL bytes (graph2otel)."""
    if "gzip" not in headers.get("content-encoding", "") or not body.startswith(_GZIP):
        return body
    unpacker = zlib.decompressobj(_ANY_GZIP)
    try:
        plain_body = unpacker.decompress(body, LARGEST + 1)
    except zlib.error:
        return body
    if len(plain_body) > LARGEST:
        raise _too_large()
    if not unpacker.eof and status < httpx.codes.BAD_REQUEST:
        raise Broken("The answer ends in the middle.", sent=True)
    return plain_body
