"""What a cmdlet looks like on the wire: path, routing anchor, headers and body (wire.md 2)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from pydantic import JsonValue

from reconciler.core.request import Command, Query, Service
from reconciler.core.resource import Tenant

# Routing mailboxes: the audit configuration lives in another one (CIPP New-ExoRequest.ps1).
_ORGANIZATION = "SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}"
_AUDITING = "SystemMailbox{8cc370d3-822a-4ab8-a926-bb94bd0641a9}"
_AUDIT_CMDLETS = {"set-adminauditlogconfig"}


@dataclass(frozen=True, slots=True)
class Call:
    """One cmdlet to be run; every page and every further try of it carries the same anchor and the same id."""

    service: Service
    cmdlet: str
    parameters: Mapping[str, JsonValue]
    id: str = field(default_factory=lambda: str(uuid4()))

    @classmethod
    def of(cls, one: Query | Command) -> "Call":
        """The call of a question or of a command."""
        return cls(one.service, one.cmdlet, one.parameters)

    def body(self) -> bytes:
        """`Parameters` is an object even when it is empty: null is another request (graph2otel)."""
        given = {"CmdletName": self.cmdlet, "Parameters": dict(self.parameters)}
        return json.dumps({"CmdletInput": given}, ensure_ascii=False, separators=(",", ":")).encode()


def path(tenant: Tenant) -> str:
    """Only `beta` serves InvokeCommand; the tenant is named by its GUID, which sign-in found in the token's `tid`."""
    return f"/adminapi/beta/{tenant.tenant_id.lower()}/InvokeCommand"


def anchor(tenant: Tenant, call: Call) -> str:
    """The mailbox that routes a request.

    Exchange Online by the tenant's GUID (CIPP, azure-auth); Security & Compliance by the INITIAL domain, without which
    its front door answers 500 and pages are refused (CIPP, ScubaGear, Clarity365; Q&A 1023619).
    """
    mailbox = _AUDITING if call.cmdlet.lower() in _AUDIT_CMDLETS else _ORGANIZATION
    if call.service == "exo":
        return f"APP:{mailbox}@{tenant.tenant_id.lower()}"
    return f"UPN:{mailbox}@{tenant.domain}"


def headers(tenant: Tenant, call: Call, token: str, page_size: int) -> dict[str, str]:
    """The same headers for every page."""
    return {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "Accept": "application/json",
        "X-AnchorMailbox": anchor(tenant, call),
        "X-CmdletName": call.cmdlet,
        "X-ResponseFormat": "json",
        "Prefer": f"odata.maxpagesize={page_size}",
        "client-request-id": call.id,
    }
