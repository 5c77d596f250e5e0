"""The Admin API of Exchange Online and Security & Compliance: who comes in, by which door, and what is behind it."""

from urllib.parse import quote, urlencode

from starlette.responses import Response

from . import hosts
from .batch import run_batch
from .call import Call
from .cmdlets import allowed, run
from .doorkeeper import Doorkeeper
from .envelope import failure, json_response, page_of, plain_error, success
from .paging import EXPIRED, PageError, Pages
from .world import Caller, CmdletError, World

NO_CONTAINER = "Could not find the organization container"
_PATH_SAFE = "/$'()"
WRONG_METHOD = "The requested resource does not support this method."


class Gateway:
    """Answers requests to the cmdlet hosts of all clouds."""

    def __init__(self, world: World, doorkeeper: Doorkeeper, pages: Pages) -> None:
        """Take what is shared by all requests."""
        self._world = world
        self._door = doorkeeper
        self.pages = pages

    def answer(self, call: Call) -> Response:
        """Answer one request to a cmdlet host."""
        refused = self._door.check(call)
        if refused is not None:
            return refused
        return self._route(call) or self._serve(call)

    def _route(self, call: Call) -> Response | None:
        """Send on from a front door, or refuse where a host is not the tenant's; None where it is served here."""
        tenant, cloud = call.home, hosts.CLOUDS[call.home.cloud]
        if call.place.kind == "compliance" and self._is_front(call):
            # Without a usable anchor the front door cannot route (Clarity365).
            if tenant.switches.anchor_required and not self.usable_anchor(call):
                return plain_error(call, 500, "InternalServerError", NO_CONTAINER)
            return _sent_on(call, f"{cloud.admin_host(tenant.region)}:{hosts.ADMIN_PORT}")
        if call.place.kind == "exo" and call.place.region is None and tenant.switches.exo_redirect:
            return _sent_on(call, f"{tenant.region}.{cloud.exo}")
        if call.place.region not in {None, tenant.region}:
            # What a host of another region says is not recorded; it cannot know the organisation (inferred).
            return plain_error(call, 500, "InternalServerError", NO_CONTAINER)
        return None

    def _is_front(self, call: Call) -> bool:
        return call.place.region is None or call.host == hosts.CLOUDS[call.home.cloud].front

    def usable_anchor(self, call: Call) -> bool:
        """Tell whether the anchor leads to the tenant: any prefix and mailbox will do, what follows `@` routes."""
        text = call.anchor.rpartition("@")[2] if "@" in call.anchor else call.anchor.rpartition(":")[2]
        return bool(text) and self._world.directory(text) is call.tenant

    def _serve(self, call: Call) -> Response:
        operation = call.operation.partition("(")[0]
        if operation == "invokecommand":
            if call.version != "beta" or call.method not in {"POST", "GET"}:
                return plain_error(call, 405, "MethodNotAllowed", WRONG_METHOD)
            return self.invoke(call)
        if operation == "exomodulefile":
            return _module_file(call)
        if operation == "exobanner":
            return json_response(call, {"@odata.context": f"https://{call.host}/$metadata#EXOBanner", "value": []}, 200)
        if operation == "$batch" and (call.service == "exo" or call.home.switches.compliance_batch):
            return run_batch(call, self.invoke)
        return plain_error(call, 404, "NotFound", f"Resource not found for the segment '{call.operation}'.")

    def invoke(self, call: Call) -> Response:
        """Run the cmdlet that the body names, or give a further page; an item of a batch may ask for either (CIPP)."""
        if call.skip_token:
            return self._page(call)
        if call.method != "POST":
            return plain_error(call, 405, "MethodNotAllowed", WRONG_METHOD)
        fault = _malformed(call)
        if fault is not None:
            return plain_error(call, 400, "BadRequest", fault)
        caller = caller_of(call)
        try:
            with call.home.lock:
                result = run(call.home, call.admin_service, call.name, call.input()["Parameters"], caller)
        except CmdletError as error:
            return failure(call, error)
        return success(call, result, self.pages)

    def _page(self, call: Call) -> Response:
        """Serve a further page by POST, by GET or by both, as the switch says."""
        served = {"post": ("POST",), "get": ("GET",), "expired": ()}.get(call.home.switches.next_link, ("POST", "GET"))
        if call.method not in served:
            return plain_error(call, 400, "BadRequest", EXPIRED)
        try:
            page, token = self.pages.next(call, call.skip_token or "")
        except PageError as error:
            return plain_error(call, 400, "BadRequest", str(error))
        return page_of(call, page, token, self.pages)


def caller_of(call: Call) -> Caller:
    """Give who asks, from the claims of the token that was checked."""
    claims = call.claims
    return Caller(
        app_id=str(claims.get("appid", "")),
        tenant_id=str(claims.get("tid", "")),
        roles=frozenset(claims.get("roles", ())),
        directory_roles=frozenset(claims.get("role_names", ())),
        anchor=call.anchor or None,
        app_only="scp" not in claims,
    )


def _malformed(call: Call) -> str | None:
    """Say what is wrong with the body; the three keys of the envelope keep their case (graph2otel)."""
    document = call.document
    if document is None:
        return "The request body is not a JSON object."
    if not isinstance(document.get("CmdletInput"), dict):
        return "The parameter 'CmdletInput' is missing or has the wrong type."
    if not isinstance(call.input().get("CmdletName"), str):
        return "The property 'CmdletName' of 'CmdletInput' is missing."
    if not isinstance(call.input().get("Parameters"), dict):
        return "The property 'Parameters' of 'CmdletInput' must be an object."
    return None


def _sent_on(call: Call, authority: str) -> Response:
    location = f"https://{authority}{quote(call.path, safe=_PATH_SAFE)}"
    if call.query:
        location += "?" + urlencode(call.query)
    return Response(status_code=302, headers={"location": location})


def _module_file(call: Call) -> Response:
    """List what this caller may run: the preflight of CIPP and go-exoscc (`CommandName: *`)."""
    caller = caller_of(call)
    names = allowed(call.home, call.admin_service, caller)
    wanted = call.headers.get("commandname") or "*"  # ScubaGear and monkey365 ask without the header
    if wanted != "*":
        asked = {name.strip().lower() for name in wanted.split(",")}
        names = tuple(name for name in names if name.lower() in asked)
    context = f"https://{call.host}/adminapi/v1.0/{call.home.id}/$metadata#EXOModuleFile"
    return json_response(call, {"@odata.context": context, "value": [{"exportedCmdlets": ",".join(names)}]}, 200)
