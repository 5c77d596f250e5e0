"""The application behind TLS: routes by Host, counts, and lets faults come between request and answer."""

import asyncio
import traceback
from collections import Counter
from collections.abc import Callable
from email.utils import formatdate
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from . import accidents, hosts
from .call import Call, read
from .control import Control
from .device import Devices
from .doorkeeper import Doorkeeper
from .faults import Fault, Faults
from .gateway import Gateway
from .graph import Graph
from .imds import PATH as IDENTITY_PATH
from .imds import ManagedIdentity
from .login import Login
from .paging import Pages
from .tokens import Mint
from .world import World

_OWN_NAMES = frozenset({"127.0.0.1", "localhost"})
LINK_LOCAL = "169.254.169.254"


class App:
    """One emulator's ASGI application. `drop` ends the connection of a client address."""

    def __init__(
        self, world: World, faults: Faults, drop: Callable[[tuple[str, int]], None], latency_ms: int = 0
    ) -> None:
        """Put the services together; each answer waits `latency_ms`, or the switch's time if that is more."""
        self._latency = latency_ms
        mint, pages = Mint(), Pages()
        door = Doorkeeper(mint)
        self._world, self._faults, self._drop = world, faults, drop
        self._login = Login(mint, Devices(world))
        self._gateway = Gateway(world, door, pages)
        self._graph = Graph(door)
        self._control = Control(world, faults, pages)
        self._identity = ManagedIdentity(world, mint)
        self._in_flight: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or drop its connection."""
        if scope["type"] != "http":
            return
        try:
            response = await self._respond(Request(scope, receive))
        except accidents.Dropped:
            self._drop(scope["client"])
            return
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            # Never to be taken for an answer of the service.
            where = traceback.extract_tb(error.__traceback__)[-1]
            text = f"The emulator itself failed: {type(error).__name__} in {Path(where.filename).name}:{where.lineno}."
            response = PlainTextResponse(f"{text}\n", 500)
        response.headers["date"] = formatdate(usegmt=True)
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        body = await request.body()
        if request.scope["scheme"] == "http":
            return self._plain(request, body)
        place = hosts.place(request.url.hostname or "")
        if place is None:
            return PlainTextResponse("There is no such host.", 421)
        call = read(request, body, place, self._world)
        if call.skip_token:
            call.kind, call.name = "read", self._gateway.pages.cmdlet(call.skip_token) or call.name
        self._world.counters.add(call.tenant_name, call.kind, call.name)
        return await self._with_faults(call)

    def _plain(self, request: Request, body: bytes) -> Response:
        """Serve what stands on the proxy's own port: the outside hand and a managed identity's endpoint."""
        path = _own_path(request.scope["path"])
        if path.startswith(Control.PREFIX):
            return self._control.answer(request.method, path.removeprefix(Control.PREFIX), body)
        if path == IDENTITY_PATH:
            return self._identity.answer(request.query_params, request.headers)
        return PlainTextResponse("Plain HTTP goes nowhere from here; nothing leaves this machine.", 403)

    async def _with_faults(self, call: Call) -> Response:
        faults = self._faults.meet(call)
        for fault in faults:
            self._world.counters.add(call.tenant_name, "fault", fault.action)
            await accidents.wait(fault)
            if not fault.after and (answer := accidents.instead(call, fault)) is not None:
                return answer
        return _finished(call, faults, await self._served(call))

    async def _served(self, call: Call) -> Response:
        """Answer without faults, after the latency, within the tenant's ceiling of requests at once."""
        switches = call.tenant.switches if call.tenant is not None else None
        limit = switches.concurrency_limit if switches is not None and call.service != "login" else 0
        if limit and self._in_flight[call.tenant_name] >= limit:
            return accidents.concurrency(429)
        self._in_flight[call.tenant_name] += 1
        try:
            await asyncio.sleep(max(self._latency, switches.latency_ms if switches is not None else 0) / 1_000)
            return self._service(call)
        finally:
            self._in_flight[call.tenant_name] -= 1

    def _service(self, call: Call) -> Response:
        match call.place.kind:
            case "login":
                return self._login.answer(call)
            case "graph":
                return self._graph.answer(call)
            case _:
                return self._gateway.answer(call)


def _own_path(target: str) -> str:
    """Give the path on this very port; nothing for another host, which a client of the proxy may name in plain HTTP.

    The link-local address of a managed identity counts as this port, for clients that send it through the proxy.
    """
    if "://" not in target:
        return target
    host, _, path = target.partition("://")[2].partition("/")
    name = host.rpartition(":")[0] or host
    return f"/{path}" if name in _OWN_NAMES or (name == LINK_LOCAL and f"/{path}" == IDENTITY_PATH) else ""


def _finished(call: Call, faults: list[Fault], response: Response) -> Response:
    """Let what comes after the work come: a lost answer, a lost connection, or a changed one."""
    for fault in faults:
        if fault.after and (answer := accidents.instead(call, fault)) is not None:
            return answer
        response = accidents.changed(fault, response)
    return response
