"""Checks a bearer token at a cmdlet host or at Graph, and spells the challenge of a refusal."""

import base64
import json

from starlette.responses import Response

from . import hosts
from .call import Call
from .claims import role_names
from .envelope import json_response, plain_error
from .tokens import Mint, TokenError

APP_ROLE = "Exchange.ManageAsApp"
# The application ids that challenges name; the first two were seen live (azure-auth).
_RESOURCES = {
    "exo": "00000002-0000-0ff1-ce00-000000000000",
    "compliance": "00000007-0000-0ff1-ce00-000000000000",
    "graph": "00000003-0000-0000-c000-000000000000",
}


class Doorkeeper:
    """Lets a request in, or gives the refusal."""

    def __init__(self, mint: Mint) -> None:
        """Take the maker of tokens, who also knows them again."""
        self._mint = mint

    def check(self, call: Call) -> Response | None:
        """Put the claims of a good token into `call`; else give the 401, 403 or 500 of the service."""
        scheme, _, token = call.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            return self._without_token(call)
        try:
            claims = self._mint.check(token.strip())
        except TokenError as error:
            if call.service == "compliance" and not error.parseable:
                # azure-auth saw 500 without any challenge; repeating it cannot help.
                return plain_error(call, 500, "InternalServerError", "An error has occurred.")
            return _challenge(call, "invalid_token")
        call.claims = {**claims, "role_names": role_names(claims.get("wids", ()))}
        return self._admit(call)

    def _without_token(self, call: Call) -> Response:
        if call.service == "exo":  # azure-auth: no token at all gets a Basic challenge from EXO
            return Response(status_code=401, headers={"www-authenticate": 'Basic Realm=""'})
        return _challenge(call, None)

    def _admit(self, call: Call) -> Response | None:
        if call.tenant is None or call.claims["tid"] != call.tenant.id or call.claims["aud"] != audience(call):
            return _challenge(call, "invalid_token")
        if self._must_challenge(call):
            return claims_challenge(call)
        if call.service == "graph" or "scp" in call.claims or APP_ROLE in call.claims.get("roles", ()):
            return None
        # A token without the app role is issued all the same and refused here (graph2otel).
        return _challenge(call, "invalid_token")

    def _must_challenge(self, call: Call) -> bool:
        return call.home.switches.claims_challenge and "xms_cc" not in call.claims


def audience(call: Call) -> str:
    """Give the audience that a token for this host must have; tokens of the other service are refused (ScubaGear)."""
    cloud = hosts.CLOUDS[call.home.cloud]
    names = {"exo": cloud.exo, "compliance": cloud.compliance, "graph": cloud.graph}
    return f"https://{names[call.service]}"


def _challenge(call: Call, error: str | None, more: str = "") -> Response:
    """Spell a 401 whose challenge names the resource and the cloud's own login host (azure-auth)."""
    clouds = call.place.clouds if call.tenant is None else {call.tenant.cloud}
    login = hosts.CLOUDS[min(clouds)].login
    tail = f', error="{error}"' if error else ""
    text = (
        f'Bearer client_id="{_RESOURCES.get(call.service, "")}", '
        f'trusted_issuers="00000001-0000-0000-c000-000000000000@*", authorization_uri="https://{login}/common/oauth2/authorize"{tail}{more}'
    )
    response = json_response(call, {"error": {"code": "Unauthorized", "message": "Access denied."}}, 401)
    response.headers["www-authenticate"] = text
    return response


def claims_challenge(call: Call) -> Response:
    """Ask for a new token with claims, as continuous access evaluation does (azure-auth)."""
    wanted = {"access_token": {"nbf": {"essential": True, "value": "1604106651"}}}
    text = base64.b64encode(json.dumps(wanted).encode()).decode()
    return _challenge(call, "insufficient_claims", f', claims="{text}"')
