"""Services that take messages on this machine: an HTTP hook and a mail server, each keeping what it got."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Hook:
    """An HTTP service: what it was sent, and what it answers."""

    port: int = 0
    status: int = 200
    got: list[tuple[str, str, str]] = field(default_factory=list)
    """Path, content type and body of each request."""
    asked: int = 0
    server: ThreadingHTTPServer | None = None

    def taken(self) -> list[Any]:
        """The JSON of each message, which are forgotten by this."""
        found = [json.loads(body) for _, _, body in self.got]
        self.got.clear()
        return found


@contextmanager
def hook() -> Iterator[Hook]:
    """A running HTTP service."""
    kept = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            kept.asked += 1
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            if kept.status == 200:
                kept.got.append((self.path, self.headers.get("Content-Type", ""), body))
            self.send_response(kept.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_request(self, code: object = "-", size: object = "-") -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.port, kept.server = server.server_address[1], server
    with serving(server):
        yield kept


@dataclass
class Mailbox:
    """A mail server's messages."""

    port: int = 0
    got: list[EmailMessage] = field(default_factory=list)


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """A running mail server, which takes everything and keeps it."""
    kept = Mailbox()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say("220 mail.contoso.com")
            while line := self.rfile.readline().strip().upper():
                match line[:4]:
                    case b"EHLO" | b"HELO":
                        self.say("250 mail.contoso.com")
                    case b"DATA":
                        self.say("354 go on")
                        self.take()
                        self.say("250 kept")
                    case b"QUIT":
                        self.say("221 bye")
                        return
                    case _:
                        self.say("250 fine")

        def say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

        def take(self) -> None:
            lines = list(iter(self.rfile.readline, b".\r\n"))
            kept.got.append(message_from_bytes(b"".join(lines), policy=policy.default))

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    kept.port = server.server_address[1]
    with serving(server):
        yield kept


@contextmanager
def serving(server: socketserver.BaseServer) -> Iterator[None]:
    """A server that answers until the end of the block."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
