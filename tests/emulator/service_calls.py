"""How the tests of the emulated service ask it: one small tenant, a clock that stands, and a caller who may do all."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from reconciler.emulator.cmdlets import run
from reconciler.emulator.world import Caller, CmdletError, Result, Row, Service, Tenant, World

NOW = "2026-11-23T12:00:00Z"
ID = "6f0c1d3e-0000-4000-8000-000000000001"
ROLES = frozenset({"Exchange Administrator", "Security Administrator", "Compliance Administrator", "Global Reader"})
RESTRICTED = "7a4e7306-bbcb-401f-b112-8ca5f798a230"
OURS = {
    "Name": "Ours",
    "Category": "ThreatManagement",
    "ThreatType": "Activity",
    "Operation": ["New-InboxRule"],
    "AggregationType": "None",
    "NotifyUser": ["secops@contoso.com", "lead@contoso.com"],
}
NEW = {**OURS, "Name": "Second"}


def world(**tenant: object) -> World:
    """A world at NOW with the tenant contoso, which has one policy of its own."""
    raw = {"name": "contoso", "tenant_id": ID, "domain": "contoso.onmicrosoft.com", "custom_policies": [OURS], **tenant}
    return World({"now": NOW, "tenants": [raw]})


def contoso(**seed: object) -> Tenant:
    """The one tenant of such a world."""
    found = world(**seed).tenant("contoso")
    assert found is not None
    return found


def caller(*roles: str, anchor: str | None = None, app_only: bool = True) -> Caller:
    """A caller with these directory roles; without any he has all that the cmdlets need."""
    return Caller("app", ID, frozenset({"Exchange.ManageAsApp"}), frozenset(roles) or ROLES, anchor, app_only)


@dataclass
class Refusal:
    """What a test wants to know of a refused cmdlet."""

    status: int
    exception: str
    message: str
    encoding: str


def service_of(cmdlet: str) -> Service:
    """Where a cmdlet lives."""
    return "compliance" if cmdlet.casefold().endswith("protectionalert") else "exo"


def ask(tenant: Tenant, cmdlet: str, by: Caller | None = None, /, **parameters: object) -> Result:
    """Run a cmdlet where it lives."""
    return run(tenant, service_of(cmdlet), cmdlet, parameters, by or caller())


def rows(tenant: Tenant, cmdlet: str, by: Caller | None = None, /, **parameters: object) -> tuple[Row, ...]:
    """The rows of an answer."""
    return ask(tenant, cmdlet, by, **parameters).rows or ()


def refused(tenant: Tenant, cmdlet: str, by: Caller | None = None, /, **parameters: object) -> Refusal:
    """Run a cmdlet that must be refused."""
    with pytest.raises(CmdletError) as error:
        ask(tenant, cmdlet, by, **parameters)
    value = error.value
    return Refusal(value.status, value.exception.rpartition(".")[2], value.message, value.encoding)


def policy(tenant: Tenant, name: str) -> Row:
    """The alert policy of this name or GUID, found as a client must: in the whole list."""
    return next(row for row in rows(tenant, "Get-ProtectionAlert") if name in {row["Name"], row["Guid"]})


def names(tenant: Tenant) -> set[object]:
    """The names of all alert policies."""
    return {row["Name"] for row in rows(tenant, "Get-ProtectionAlert")}


def table(**parts: object) -> Mapping[str, object]:
    """A hash table as the wire spells it."""
    return {"@odata.type": "#Exchange.GenericHashTable", **parts}
