"""A proxy before the emulator's, which refuses to connect to some hosts."""

import socket
import socketserver
import threading
from types import TracebackType
from typing import Self


class Gate:
    """Passes everything on to another proxy, but for `CONNECT` to the hosts in `closed`."""

    def __init__(self, port: int, refusal: int = 502) -> None:
        self.closed: set[str] = set()
        self.heads: list[str] = []
        self._refusal = refusal
        gate = self

        class Visitor(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                gate.serve(self.request, port)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Visitor)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def serve(self, client: socket.socket, port: int) -> None:
        """Read the head of a request, then refuse it or join both sides."""
        head = b""
        while b"\r\n\r\n" not in head:
            piece = client.recv(4096)
            if not piece:
                return
            head += piece
        text = head.decode("latin-1")
        self.heads.append(text)
        if text.split(" ")[1].rpartition(":")[0] in self.closed:
            client.sendall(f"HTTP/1.1 {self._refusal} Refused\r\nContent-Length: 0\r\n\r\n".encode())
            return
        with socket.create_connection(("127.0.0.1", port)) as other:
            other.sendall(head)
            back = threading.Thread(target=_pour, args=(other, client), daemon=True)
            back.start()
            _pour(client, other)
            back.join()

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


def _pour(source: socket.socket, target: socket.socket) -> None:
    try:
        while piece := source.recv(65_536):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return
