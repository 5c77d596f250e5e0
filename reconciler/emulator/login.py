"""Sign-in as Entra does it: discovery, the token endpoint with every kind of credential, and device code."""

import base64
from typing import Any
from urllib.parse import parse_qs, unquote_plus

from starlette.responses import JSONResponse, Response

from . import hosts
from .aadsts import SignInError, refusal
from .call import Call
from .claims import app_claims, user_claims
from .credentials import Form, authenticate, delegated_resource, find_app, resource_of
from .device import Devices, Pending, client_info, person
from .tokens import LIFETIME, Mint
from .world import Tenant

Json = dict[str, Any]

_ANY_TENANT = frozenset({"common", "organizations", "consumers"})
_ANY_TENANT_CLOUDS = frozenset({"worldwide", "gcc-high", "china"})
_OAUTH = frozenset({"oauth2/v2.0/token", "oauth2/token", "oauth2/v2.0/devicecode", "oauth2/devicecode"})
_ASSERTION_AUDIENCES = ("oauth2/v2.0/token", "oauth2/token", "v2.0")


class Login:
    """The sign-in hosts of all clouds; a tenant exists only on those of its own cloud."""

    def __init__(self, mint: Mint, devices: Devices) -> None:
        """Take the maker of tokens and the codes that were handed out."""
        self._mint = mint
        self._devices = devices

    def answer(self, call: Call) -> Response:
        """Answer one request to a sign-in host."""
        operation = call.operation.removeprefix("v2.0/")
        try:
            if operation == ".well-known/openid-configuration":
                return JSONResponse(_discovery(call))
            if operation == "discovery/instance":
                return JSONResponse(_instances(call.host))
            if operation.startswith("discovery/") and operation.endswith("keys"):
                return JSONResponse(self._mint.jwks())
            if call.operation in _OAUTH and call.method == "POST":
                return JSONResponse(self._oauth(call), headers={"Cache-Control": "no-store"})
        except SignInError as error:
            return refusal(error.code, str(error))
        return JSONResponse({"error": "not_found"}, status_code=404)

    def _oauth(self, call: Call) -> Json:
        form = {key: values[-1] for key, values in parse_qs(call.body.decode("utf-8", "replace")).items()}
        form |= _basic(call)
        grant = form.get("grant_type")
        if _first_segment(call) in _ANY_TENANT:
            if grant == "client_credentials":
                raise SignInError(50059, "No tenant-identifying information found in the request or the credentials.")
            call.tenant = self._devices.home(form)
        tenant = _tenant(call)
        if call.operation.endswith("devicecode"):
            return self._devices.start(tenant, form)
        match grant:
            case "client_credentials":
                return self._client(call, tenant, form)
            case "device_code" | "urn:ietf:params:oauth:grant-type:device_code":
                return self._delegated(tenant, self._devices.redeem(form))
            case "refresh_token":
                return self._delegated(tenant, self._devices.refresh(tenant, form))
            case None:
                raise SignInError(900144, "The request body must contain the following parameter: 'grant_type'.")
            case _:
                raise SignInError(70003, f"The app requested an unsupported grant type '{grant}'.")

    def _client(self, call: Call, tenant: Tenant, form: Form) -> Json:
        app = find_app(tenant, form.get("client_id", ""))
        roots = [f"https://{call.host}/{key}" for key in (tenant.id, tenant.domain, _first_segment(call))]
        authenticate(app, form, [f"{root}/{path}" for root in roots for path in _ASSERTION_AUDIENCES])
        claims = app_claims(tenant, app, *resource_of(tenant, form))
        if form.get("claims"):
            claims["xms_cc"] = ["cp1"]  # asked again after a claims challenge (azure-auth)
        return _granted(self._mint.sign(claims))

    def _delegated(self, tenant: Tenant, found: Pending) -> Json:
        user, resource = person(tenant), delegated_resource(tenant, found.scope)
        issuer = f"https://{hosts.CLOUDS[tenant.cloud].login}/{tenant.id}/v2.0"
        identity = {"aud": found.client_id, "iss": issuer, "tid": tenant.id, "oid": user["id"], "sub": user["id"]}
        return _granted(self._mint.sign(user_claims(tenant, found.client_id, user, resource))) | {
            "id_token": self._mint.sign(identity | {"preferred_username": user["upn"]}),
            "scope": found.scope,
            "client_info": client_info(tenant, user),
            "refresh_token": self._devices.remember(found),
        }


def _basic(call: Call) -> Form:
    """Read client id and secret from a Basic header, the other way that the discovery document offers."""
    scheme, _, text = call.headers.get("authorization", "").partition(" ")
    try:
        name, _, secret = base64.b64decode(text if scheme.lower() == "basic" else "").decode().partition(":")
    except ValueError:
        return {}
    return {"client_id": unquote_plus(name), "client_secret": unquote_plus(secret)} if name else {}


def _granted(token: str) -> Json:
    lives = LIFETIME - 1
    return {"token_type": "Bearer", "expires_in": lives, "ext_expires_in": lives, "access_token": token}


def _first_segment(call: Call) -> str:
    return call.path.lstrip("/").partition("/")[0].lower()


def _tenant(call: Call) -> Tenant:
    if call.tenant is None:
        raise SignInError(
            90002,
            f"Tenant '{_first_segment(call)}' not found. Check to make sure you have the correct tenant ID and are "
            "signing into the correct cloud. Check with your subscription administrator, this may happen if there are "
            "no active subscriptions for the tenant.",
        )
    return call.tenant


def _discovery(call: Call) -> Json:
    """Give the discovery document; `tenant_region_sub_scope` is how a cloud is told from another (azure-auth)."""
    first = _first_segment(call)
    tenant = None if first in _ANY_TENANT else _tenant(call)
    base = f"https://{hosts.LOGIN_ALIASES.get(call.host, call.host)}"
    root = f"{base}/{tenant.id if tenant else first}"
    cloud = hosts.CLOUDS[tenant.cloud if tenant else min(call.place.clouds & _ANY_TENANT_CLOUDS)]
    sub_scope = {"tenant_region_sub_scope": cloud.sub_scope} if tenant and cloud.sub_scope else {}
    return {
        "token_endpoint": f"{root}/oauth2/v2.0/token",
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "jwks_uri": f"{root}/discovery/v2.0/keys",
        "issuer": f"{base}/{tenant.id if tenant else '{tenantid}'}/v2.0",
        "authorization_endpoint": f"{root}/oauth2/v2.0/authorize",
        "device_authorization_endpoint": f"{root}/oauth2/v2.0/devicecode",
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "tenant_region_scope": ("USGov" if base.endswith(".us") else "EU") if tenant else None,
        **sub_scope,
        "cloud_instance_name": base.removeprefix("https://login."),
        "msgraph_host": cloud.graph,
    }


def _instances(host: str) -> Json:
    """Answer instance discovery, which MSAL asks for hosts it does not know."""
    groups: dict[str, list[str]] = {cloud.login: [cloud.login] for cloud in hosts.CLOUDS.values()}
    for alias, login in hosts.LOGIN_ALIASES.items():
        groups[login].append(alias)
    return {
        "tenant_discovery_endpoint": f"https://{host}/common/v2.0/.well-known/openid-configuration",
        "api-version": "1.1",
        "metadata": [
            {"preferred_network": login, "preferred_cache": login, "aliases": names} for login, names in groups.items()
        ],
    }
