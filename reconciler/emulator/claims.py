"""What stands in a token: for an application, and for a person."""

import uuid
from collections.abc import Iterable
from typing import Any

from .hosts import CLOUDS
from .world import App, Tenant

Claims = dict[str, Any]

# Template ids of directory roles, the same in every tenant; `wids` carries these and no names.
ROLE_TEMPLATES = {
    "Global Administrator": "62e90394-69f5-4237-9190-012177145e10",
    "Global Reader": "f2ef992c-3afb-46b9-b7cf-a126ee74c451",
    "Exchange Administrator": "29232cdf-9323-42fd-ade2-1d097af3e4de",
    "Exchange Recipient Administrator": "31392ffb-586c-42d1-9346-e59415a2cc4e",
    "Security Administrator": "194ae4cb-b126-40b2-bd5b-6091b380977d",
    "Security Reader": "5d6b6bb7-de71-4623-b4af-96380a352509",
    "Security Operator": "5f2222b1-57c3-48ba-8ad5-d4759f1fde6f",
    "Compliance Administrator": "17315797-102d-40b4-93e0-432062caca18",
    "Compliance Data Administrator": "e6d1a23a-da11-4be4-9570-befc86d067a7",
    "Helpdesk Administrator": "729827e3-9c14-49f7-bb1b-9608f156bbb8",
}
# What the routes of Graph ask for (domain facts, section 8); a person has consented to all of it.
GRAPH_PERMISSIONS = (
    *("User.Read.All", "AuditLog.Read.All", "UserAuthenticationMethod.Read.All", "IdentityRiskyUser.Read.All"),
    *("MailboxSettings.Read", "SecurityAlert.Read.All", "User.RevokeSessions.All"),
)
_NAMES = {template: name for name, template in ROLE_TEMPLATES.items()}


def app_claims(tenant: Tenant, app: App, resource: str, service: str) -> Claims:
    """Give the claims of an app-only token; without an app role it is issued too, but without `roles` (graph2otel)."""
    claims = _common(tenant, app.client_id, resource)
    claims |= {"idtyp": "app", "oid": str(uuid.uuid5(uuid.NAMESPACE_OID, app.client_id + tenant.id))}
    claims["wids"] = _wids(app.directory_roles)
    if roles := _app_roles(tenant, app, service):
        claims["roles"] = sorted(roles)
    return claims


def user_claims(tenant: Tenant, client_id: str, user: Claims, resource: str) -> Claims:
    """Give the claims of a delegated token for a seeded person."""
    graph = resource == f"https://{CLOUDS[tenant.cloud].graph}"
    scopes = " ".join(GRAPH_PERMISSIONS) if graph else "Exchange.Manage"
    person = {"idtyp": "user", "oid": user["id"], "upn": user["upn"], "scp": scopes}
    return {**_common(tenant, client_id, resource), **person, "wids": _wids(user["roles"])}


def role_names(ids: Iterable[str]) -> frozenset[str]:
    """Spell the `wids` of a token as names again."""
    return frozenset(_NAMES.get(one, one) for one in ids)


def _common(tenant: Tenant, client_id: str, resource: str) -> Claims:
    issuer = f"https://sts.windows.net/{tenant.id}/"
    about = {"aud": resource, "iss": issuer, "tid": tenant.id, "appid": client_id}
    return {**about, "ver": "1.0", "uti": uuid.uuid4().hex[:22]}


def _app_roles(tenant: Tenant, app: App, service: str) -> frozenset[str]:
    """Whose grant S&C asks for is a switch (docs-ps#13783, Clarity365, ScubaGear)."""
    own, exo = (app.app_roles.get(name, frozenset()) for name in (service, "exo"))
    style = tenant.switches.compliance_app_role if service == "compliance" else "own"
    return {"own": own, "exo": exo, "both": own & exo}[style]


def _wids(names: Iterable[str]) -> list[str]:
    """A role that is not in the table gets an id made from its name."""
    found = []
    for name in sorted(names):
        template = ROLE_TEMPLATES.get(name) or str(uuid.uuid5(uuid.NAMESPACE_OID, name))
        _NAMES[template] = name
        found.append(template)
    return found
