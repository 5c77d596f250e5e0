"""Cmdlets of one tenant: each request to the right host, with a token, an anchor, and as much time as is left."""

from reconciler.adapters import adminapi_request as wire
from reconciler.adapters.bearer import Outgoing, Reply, Time, send
from reconciler.adapters.http import Broken, Http
from reconciler.adapters.regions import MOVES, Regions
from reconciler.adapters.roles import SERVICE_NAMES
from reconciler.adapters.tokens import Tokens
from reconciler.core.resource import Tenant

_HOPS = 4  # front door, region, once more for a stale pin, and its region


class AdminApi:
    """A connection of one tenant; what it learns of regions and tokens outlives it."""

    def __init__(self, tenant: Tenant, http: Http, tokens: Tokens, regions: Regions) -> None:
        """Opens nothing yet."""
        self.tenant = tenant
        self._http, self._tokens, self._regions = http, tokens, regions

    def run(self, call: wire.Call, page_size: int, time: Time) -> Reply:
        """Send a cmdlet to where the tenant lives, finding that out first if need be.

        Raises Broken (`sent` is false where nothing can have run) and AccessError.
        """
        for _ in range(_HOPS):
            with self._regions.first(call.service):
                reply = self._try(call, page_size, time)
            if reply is not None:
                return reply
        name = SERVICE_NAMES[call.service]
        raise Broken(f"{name} sends requests for this tenant in circles.", sent=False, lasting=True)

    def page(self, call: wire.Call, page_size: int, link: str, method: str, time: Time) -> Reply:
        """Send for a further page: the same headers, and with POST the same body. The link must have been checked."""
        body = call.body() if method == "POST" else None
        return self._send(call, page_size, method, link, body, time)

    def _try(self, call: wire.Call, page_size: int, time: Time) -> Reply | None:
        """One hop; None means that another one knows better."""
        pinned, host = self._regions.pinned(call.service), self._regions.host(call.service)
        url = f"https://{host}{wire.path(self.tenant)}"
        try:
            reply = self._send(call, page_size, "POST", url, call.body(), time)
        except Broken as error:
            if pinned and not error.sent:  # the region's host is gone
                self._regions.drop(call.service, host)
            raise
        if reply.answer.status in MOVES:
            if not self._regions.move(call.service, reply.answer.headers.get("location"), host):
                raise Broken(f"{host} sent the request on to a place that makes no sense.", sent=False, lasting=True)
            return None
        if pinned and reply.failure is not None and reply.failure.lost:
            self._regions.drop(call.service, host)
            return None
        return reply

    def _send(self, call: wire.Call, page_size: int, method: str, url: str, body: bytes | None, time: Time) -> Reply:
        one = Outgoing(call.service, method, url, body, lambda token: wire.headers(self.tenant, call, token, page_size))
        return send(self._http, self._tokens, one, time)
