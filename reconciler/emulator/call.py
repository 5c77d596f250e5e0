"""One request, read once: which tenant, service and cmdlet it speaks of, and of what kind it is."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import jwt
from starlette.requests import Request

from . import hosts
from .cmdlets import CMDLETS, kind_of
from .world import Service, Tenant, World

Json = dict[str, Any]

# Path segments are read in any case: `AdminApi` and `adminapi` are both in use (ScubaGear, CIPP).
_ADMIN_API = re.compile(r"/adminapi/(?P<version>beta|v1\.0|v2\.0)/(?P<tenant>[^/]+)/(?P<rest>.+)", re.IGNORECASE)


@dataclass
class Call:
    """A request with everything that counters, faults and handlers ask about it."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    cookies: Mapping[str, str]
    place: hosts.Place
    host: str
    body: bytes
    tenant: Tenant | None = None
    service: str = ""
    version: str = ""
    operation: str = ""
    name: str = ""
    kind: str = "other"
    document: Json | None = None
    claims: Json = field(default_factory=dict)

    @property
    def tenant_name(self) -> str:
        """Name of the tenant for counters; `-` when there is none."""
        return self.tenant.name if self.tenant is not None else "-"

    @property
    def admin_service(self) -> Service:
        """The cmdlet service behind this host."""
        return "exo" if self.place.kind == "exo" else "compliance"

    @property
    def anchor(self) -> str:
        """The routing header as sent; the service routes by it, and pages depend on it."""
        return self.headers.get("x-anchormailbox", "")

    @property
    def skip_token(self) -> str | None:
        """The cursor of a request for a further page."""
        return self.query.get("$skiptoken")

    @property
    def home(self) -> Tenant:
        """The tenant, where a check before has proved that there is one."""
        if self.tenant is None:
            raise LookupError(f"{self.path} names no tenant, and nobody has refused the request.")
        return self.tenant

    def name_cmdlet(self) -> None:
        """Take name and kind from the body, spelled as the service spells the cmdlet if it has it."""
        sent = str(self.input().get("CmdletName", ""))
        known = CMDLETS.get(sent.casefold())
        self.name, self.kind = (known.name if known else sent), kind_of(sent)

    def input(self) -> Json:
        """Give the `CmdletInput` of the body, or an empty mapping."""
        found = (self.document or {}).get("CmdletInput")
        return found if isinstance(found, dict) else {}


def read(request: Request, body: bytes, place: hosts.Place, world: World) -> Call:
    """Understand a request as far as its URL and body say; nothing is checked here."""
    url = request.url
    headers = {name.lower(): value for name, value in request.headers.items()}
    call = Call(
        request.method, url.path, request.query_params, headers, request.cookies, place, url.hostname or "", body
    )
    if place.kind == "login":
        _login(call, world)
    elif place.kind == "graph":
        call.service, call.kind, call.name = "graph", "graph", f"{call.method} {call.path}"
        call.tenant = world.directory(_token_tenant(call.headers))
    else:
        _admin(call, world)
    if call.tenant is not None and call.tenant.cloud not in place.clouds:
        call.tenant = None
    return call


def _login(call: Call, world: World) -> None:
    first, _, rest = call.path.lstrip("/").partition("/")
    call.service, call.operation = "login", rest.lower().rstrip("/")
    call.tenant = world.directory(unquote(first))
    call.kind = "sign-in" if call.operation.endswith(("/token", "/devicecode")) else "discovery"
    call.name = call.operation.rpartition("/")[2]


def _admin(call: Call, world: World) -> None:
    call.service = call.admin_service
    found = _ADMIN_API.fullmatch(call.path)
    if found is None:
        return
    call.version = found["version"].lower()
    call.tenant = world.directory(unquote(found["tenant"]))
    call.operation = found["rest"].lower()
    call.kind, call.name = "discovery", found["rest"].partition("(")[0]
    if call.operation == "$batch":
        call.kind = "batch"
    elif call.operation == "invokecommand":
        call.document = parse(call.body)
        call.name_cmdlet()


def _token_tenant(headers: Mapping[str, str]) -> str:
    """Read the tenant of a token that nobody has checked yet: a Graph URL names none, and counters want one."""
    token = headers.get("authorization", "").rpartition(" ")[2]
    try:
        return str(jwt.decode(token, options={"verify_signature": False}).get("tid", ""))
    except jwt.InvalidTokenError:
        return ""


def parse(body: bytes) -> Json | None:
    """Read a JSON object; None for anything else."""
    try:
        document = json.loads(body)
    except ValueError:
        return None
    return document if isinstance(document, dict) else None
