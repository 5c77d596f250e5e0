"""A managed identity's endpoint on the proxy's own port, for tests: the link-local address never uses a proxy.

MSAL goes to it when AZURE_POD_IDENTITY_AUTHORITY_HOST names the emulator; nothing in production reads that.
"""

import time
from collections.abc import Mapping

from starlette.responses import JSONResponse, Response

from .aadsts import SignInError
from .claims import app_claims
from .credentials import resource_of
from .tokens import LIFETIME, Mint
from .world import World

PATH = "/metadata/identity/oauth2/token"


class ManagedIdentity:
    """Gives tokens of the seed's first tenant to its first application, or to the one that `client_id` names."""

    def __init__(self, world: World, mint: Mint) -> None:
        """Take the world and the maker of tokens."""
        self._world = world
        self._mint = mint

    def answer(self, query: Mapping[str, str], headers: Mapping[str, str]) -> Response:
        """Answer as the virtual machine's endpoint does; without the header `Metadata: true` it refuses."""
        if headers.get("metadata", "").lower() != "true":
            return _refusal("invalid_request", "Required metadata header not specified")
        tenant = self._world.tenant(self._world.names()[0])
        wanted = query.get("client_id")
        app = next((one for one in tenant.apps if wanted in {None, one.client_id}), None) if tenant else None
        if tenant is None or app is None:
            return _refusal("invalid_request", "Identity not found")
        try:
            resource, service = resource_of(tenant, {"resource": query.get("resource", "")})
        except SignInError as error:
            return _refusal("invalid_resource", f"AADSTS{error.code}: {error}")
        self._world.counters.add(tenant.name, "sign-in", "imds")
        token = self._mint.sign(app_claims(tenant, app, resource, service))
        ends = str(int(time.time()) + LIFETIME)
        body = {"access_token": token, "expires_in": str(LIFETIME), "expires_on": ends, "resource": resource}
        return JSONResponse({**body, "token_type": "Bearer", "client_id": app.client_id})


def _refusal(error: str, text: str) -> Response:
    return JSONResponse({"error": error, "error_description": text}, 400)
