"""One running emulator: a thread with its own event loop, a port, an authority file and a world."""

import asyncio
import shutil
import tempfile
import threading
import weakref
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from .app import App
from .ca import Authority
from .environment import client_environment
from .faults import FaultError, Faults
from .proxy import Front
from .world import World

KEEP_ALIVE = 120


class Emulator:
    """A tenant (or thousands) on this machine, behind a proxy on 127.0.0.1.

    Start it with `with`, or with `start` and `stop`. `port` is the proxy's; 0 takes a free one. Threads: safe.
    """

    def __init__(
        self,
        seed: Mapping[str, object] | str | Path | None = None,
        faults: Sequence[Mapping[str, object]] | str | Path | None = None,
        state: str | Path | None = None,
        port: int = 0,
        latency_ms: int = 0,
    ) -> None:
        """Read seed, faults and state; raises SeedError and FaultError. Every answer waits `latency_ms`."""
        self.world = World(seed, state)
        self.faults = Faults(faults)
        if strange := sorted(self.faults.tenants() - {"-", *map(str.lower, self.world.names())}):
            raise FaultError(
                f"A fault is meant for {strange[0]!r}, which is no tenant of the seed; it takes a tenant's name."
            )
        self.port = port
        self._latency = latency_ms
        self._state = Path(state) if state is not None else None
        self._connections: dict[tuple[str, int], asyncio.Transport] = {}
        self._started = threading.Event()
        self._failure: BaseException | None = None

    def start(self) -> Self:
        """Begin to listen; returns when the port is open. Raises OSError if the port is taken."""
        self._folder = Path(tempfile.mkdtemp(prefix="reconciler-emulator-"))
        self._authority = Authority()
        self._authority.write(self.ca_file)
        self._thread = threading.Thread(target=self._run, name="emulator", daemon=True)
        self._thread.start()
        self._started.wait()
        if self._failure is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise self._failure
        return self

    def stop(self) -> None:
        """Close every connection, end the thread and remove the authority's file."""
        self._loop.call_soon_threadsafe(self._done.set)
        self._thread.join()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    @property
    def ca_file(self) -> Path:
        """The PEM file of the private authority."""
        return self._folder / "authority.pem"

    @property
    def proxy_url(self) -> str:
        """The URL for HTTPS_PROXY; the control endpoints stand below it too."""
        return f"http://127.0.0.1:{self.port}"

    def environment(self, base: Mapping[str, str] | None = None) -> dict[str, str]:
        """Give the whole environment of a client, as `emulator exec` sets it over `base` (default: this process's)."""
        first = self.world.tenant(self.world.names()[0]) if self.world.names() else None
        app = first.apps[0] if first is not None and first.apps else None
        return client_environment(base, self.proxy_url, self.ca_file, app, self._state)

    def change(self, wanted: Mapping[str, object]) -> None:
        """Change state from outside; see World.apply."""
        self.world.apply(wanted)

    def counts(self, *, tenant: str | None = None, kind: str | None = None, name: str | None = None) -> int:
        """Sum the requests that fit; None fits all."""
        return self.world.counters.total(tenant=tenant, kind=kind, name=name)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001  handed to the thread that called start
            self._failure = error
        self._started.set()

    async def _serve(self) -> None:
        self._loop, self._done = asyncio.get_running_loop(), asyncio.Event()
        state = ServerState()
        config = uvicorn.Config(
            App(self.world, self.faults, self._drop, self._latency),
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=KEEP_ALIVE,
        )
        config.load()
        open_ones: weakref.WeakSet[asyncio.Transport] = weakref.WeakSet()

        def http() -> asyncio.Protocol:
            return _Connection(self._connections, config, state)

        listener = await self._listener(lambda: Front(self._authority.context, http, open_ones))
        self.port = listener.sockets[0].getsockname()[1]
        self._started.set()
        await self._done.wait()
        listener.close()
        for transport in list(open_ones):
            transport.abort()

    async def _listener(self, front: Callable[[], asyncio.Protocol]) -> asyncio.Server:
        try:
            return await self._loop.create_server(front, "127.0.0.1", self.port, backlog=2_048)
        except OSError as error:
            # asyncio's own sentence names sockets; a person chose a port.
            text = f"port {self.port} of 127.0.0.1 is in use or not allowed; choose another one, or 0 for a free one."
            raise OSError(text) from error

    def _drop(self, client: tuple[str, int]) -> None:
        if (transport := self._connections.get(client)) is not None:
            transport.abort()


class _Connection(H11Protocol):
    """uvicorn's HTTP protocol, findable by its client's address so that a fault can cut it."""

    def __init__(
        self, connections: dict[tuple[str, int], asyncio.Transport], config: uvicorn.Config, state: ServerState
    ) -> None:
        super().__init__(config, state, {})
        self._known = connections

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not isinstance(transport, asyncio.Transport):
            raise TypeError("HTTP needs a transport of both directions.")
        super().connection_made(transport)
        if self.client is not None:
            self._known[self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self.client is not None:
            self._known.pop(self.client, None)
