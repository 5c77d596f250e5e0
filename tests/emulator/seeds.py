"""Small seeds for tests that need what the default seed has not."""

from typing import Any

from tests.emulator.wire_client import CLIENT_ID, CONTOSO, SECRET

Json = dict[str, Any]

ROLES = ["Exchange Administrator", "Security Administrator", "Compliance Administrator", "Global Reader"]
APP_ROLES = {"exo": ["Exchange.ManageAsApp"], "compliance": ["Exchange.ManageAsApp"]}


def app(**changes: object) -> Json:
    """Give an application that may do everything, with `changes` laid over it."""
    return {"client_id": CLIENT_ID, "secret": SECRET, "app_roles": APP_ROLES, "directory_roles": ROLES, **changes}


def tenant(**changes: object) -> Json:
    """Give contoso without people or policies of its own, with `changes` laid over it."""
    domain = "contoso.onmicrosoft.com"
    return {"name": "contoso", "tenant_id": CONTOSO, "domain": domain, "region": "eur02b", "apps": [app()], **changes}


def seed(*tenants: Json, **more: object) -> Json:
    """Give a seed of these tenants."""
    return {"tenants": list(tenants), **more}
