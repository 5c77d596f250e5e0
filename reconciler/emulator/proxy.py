"""The front door: takes CONNECT for Microsoft's host names, ends TLS for them, and refuses every other destination."""

import asyncio
import ssl
from collections.abc import Callable, MutableSet

from . import hosts

_HEAD_LIMIT = 65_536
_REFUSALS = {
    400: b"HTTP/1.1 400 Bad Request",
    403: b"HTTP/1.1 403 Forbidden",
    431: b"HTTP/1.1 431 Request Header Fields Too Large",
    502: b"HTTP/1.1 502 Bad Gateway",
}

ProtocolFactory = Callable[[], asyncio.Protocol]


class Front(asyncio.Protocol):
    """One client connection until it is known what it wants; then the HTTP protocol takes it over.

    No second socket is opened: nothing here could send a byte to another machine.
    """

    def __init__(
        self,
        context: Callable[[str], ssl.SSLContext],
        http: ProtocolFactory,
        open_ones: MutableSet[asyncio.Transport],
    ) -> None:
        """Take the certificate source, the maker of HTTP protocols, and where open connections are noted."""
        self._context = context
        self._http = http
        self._open = open_ones
        self._head = b""
        self._task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the raw connection."""
        if not isinstance(transport, asyncio.Transport):
            raise TypeError("A stream server gives transports of both directions and nothing else.")
        self._transport = transport
        self._open.add(transport)

    def data_received(self, data: bytes) -> None:
        """Collect the first request's head, then decide."""
        self._head += data
        if b"\r\n\r\n" in self._head:
            self._decide()
        elif len(self._head) > _HEAD_LIMIT:
            self._refuse(431, "The head of the request is too long.")

    def _decide(self) -> None:
        line = self._head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
        if line[0] != "CONNECT":
            return self._hand_over(self._http(), self._transport, self._head)
        host, _, port = line[1].rpartition(":") if len(line) > 1 else ("", "", "")
        if not host or not port.isdigit():
            return self._refuse(400, "CONNECT needs host:port.")
        if int(port) == hosts.ADMIN_PORT and hosts.is_admin(host):
            # The redirect of S&C names this host; all six clients that were read take its first label only.
            return self._refuse(502, f"Nobody listens on {host}:{port}.")
        if int(port) != hosts.TLS_PORT or hosts.place(host) is None:
            return self._refuse(403, f"{host}:{port} is no host of the service; nothing leaves this machine.")
        self._transport.pause_reading()
        self._transport.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        self._task = asyncio.get_running_loop().create_task(self._secure(host.lower()))
        return None

    async def _secure(self, host: str) -> None:
        loop = asyncio.get_running_loop()
        early = _Early()
        try:
            secured = await loop.start_tls(self._transport, early, self._context(host), server_side=True)
        except (OSError, ssl.SSLError):
            self._transport.abort()  # the client hung up or does not trust the authority
            return
        if secured is not None and not early.lost:
            self._hand_over(self._http(), secured, early.data)

    def _hand_over(self, protocol: asyncio.Protocol, transport: asyncio.Transport, data: bytes) -> None:
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
        if data:
            protocol.data_received(data)

    def _refuse(self, status: int, reason: str) -> None:
        body = reason.encode() + b"\n"
        head = _REFUSALS[status] + b"\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: "
        self._transport.write(head + str(len(body)).encode() + b"\r\n\r\n" + body)
        self._transport.close()


class _Early(asyncio.Protocol):
    """Holds what a client sends in the same packet as its TLS Finished, before HTTP is ready for it."""

    def __init__(self) -> None:
        self.data = b""
        self.lost = False

    def data_received(self, data: bytes) -> None:
        self.data += data

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost, self.reason = True, exc
