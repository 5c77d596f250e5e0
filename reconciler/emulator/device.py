"""Device code sign-in: a pending request for a person, answered at once or as a switch says."""

import base64
import json
import time
import uuid
from dataclasses import dataclass, replace
from typing import Any

from .aadsts import SignInError
from .world import Tenant, World

Json = dict[str, Any]
Form = dict[str, str]

LIFETIME, INTERVAL = 900, 5
_RESERVED = frozenset({"openid", "profile", "offline_access"})


@dataclass(frozen=True)
class Pending:
    """A device code that was handed out, and when it ends by the machine's monotonic clock."""

    tenant: Tenant
    client_id: str
    scope: str
    user_code: str
    ends: float


class Devices:
    """Codes handed out by this emulator; the switch `device_code` plays the person at the browser."""

    def __init__(self, world: World) -> None:
        """Take the world, for requests that name no tenant."""
        self._world = world
        self._pending: dict[str, Pending] = {}
        self._refreshable: dict[str, Pending] = {}

    def home(self, form: Form) -> Tenant | None:
        """Give the tenant of a request to `common`: that of its code, else the seed's first."""
        known = self._pending.get(form.get("device_code", "")) or self._refreshable.get(form.get("refresh_token", ""))
        if known is not None:
            return known.tenant
        names = self._world.names()
        return self._world.tenant(names[0]) if names else None

    def start(self, tenant: Tenant, form: Form) -> Json:
        """Hand out a code."""
        code, user_code = uuid.uuid4().hex, uuid.uuid4().hex[:9].upper()
        ends = time.monotonic() + LIFETIME
        self._pending[code] = Pending(tenant, form.get("client_id", ""), _scope(form), user_code, ends)
        page = "https://microsoft.com/devicelogin"
        return {
            "device_code": code,
            "user_code": user_code,
            "verification_uri": page,
            "expires_in": LIFETIME,
            "interval": INTERVAL,
            "message": f"To sign in, open the page {page} in a web browser and enter the code {user_code}.",
        }

    def redeem(self, form: Form) -> Pending:
        """Give the approved request behind a code, once; raises SignInError while or if there is none."""
        code = form.get("device_code", "")
        found = self._pending.get(code)
        if found is None or found.client_id != form.get("client_id"):
            raise SignInError(70000, "Provided grant is invalid or malformed.")
        if found.tenant.switches.device_code == "expire" or found.ends < time.monotonic():
            raise SignInError(70020, "The device code has expired.")
        if found.tenant.switches.device_code == "decline":
            raise SignInError(65004, "User declined to consent to access the app.")
        if found.tenant.switches.device_code == "pending":
            raise SignInError(70016, "OAuth 2.0 device flow error. Authorization is pending. Continue polling.")
        del self._pending[code]
        return found

    def remember(self, found: Pending) -> str:
        """Give a refresh token for what a person has approved."""
        token = uuid.uuid4().hex
        self._refreshable[token] = found
        return token

    def refresh(self, tenant: Tenant, form: Form) -> Pending:
        """Give what a refresh token stands for, with the scope that is asked for now; raises SignInError.

        MSAL asks so for a second service, without a second code.
        """
        found = self._refreshable.get(form.get("refresh_token", ""))
        if found is None or found.tenant is not tenant or found.client_id != form.get("client_id"):
            raise SignInError(70000, "Provided grant is invalid or malformed.")
        return replace(found, scope=_scope(form) or found.scope)


def _scope(form: Form) -> str:
    return next((one for one in form.get("scope", "").split() if one not in _RESERVED), "")


def person(tenant: Tenant) -> Json:
    """Give who signs in: the seed's first user with `directory_roles`, else an administrator of the tenant."""
    for user in tenant.users:
        if roles := user.get("directory_roles"):
            upn = str(user.get("upn") or user.get("userPrincipalName"))
            return {"upn": upn, "id": str(user.get("id") or uuid.uuid5(uuid.NAMESPACE_OID, upn)), "roles": roles}
    upn = f"admin@{tenant.domain}"
    return {"upn": upn, "id": str(uuid.uuid5(uuid.NAMESPACE_OID, upn)), "roles": ["Global Administrator"]}


def client_info(tenant: Tenant, user: Json) -> str:
    """Give the account hint that MSAL files the tokens under."""
    text = json.dumps({"uid": user["id"], "utid": tenant.id})
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()
