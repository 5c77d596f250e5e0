"""Refusals of the cmdlet services put into words for an administrator: what is missing, and where to add it."""

from reconciler.adapters.adminapi_request import Call
from reconciler.adapters.bearer import Reply
from reconciler.adapters.roles import SERVICE_NAMES, app_permission, role_for
from reconciler.adapters.words import sentence
from reconciler.core.resource import Tenant

_UNAUTHORIZED = 401


def forbidden(tenant: Tenant, call: Call, reply: Reply) -> str:
    """Why an identity may not run a cmdlet, and what gives it the right."""
    service, role = SERVICE_NAMES[call.service], role_for(call.service, call.cmdlet)
    if not reply.token.permitted:
        return (
            f"{service} refuses {call.cmdlet} in {tenant.name}: its token carries no permission (claim `roles`). "
            f"Grant it {app_permission(call.service)}, with admin consent, and the role {role}."
        )
    if reply.answer.status == _UNAUTHORIZED and "not allowed" not in str(reply.failure):
        return (
            f"{service} does not accept the token for {call.cmdlet} in {tenant.name}, nor a new one. Check that it "
            f"has {app_permission(call.service)} there, with admin consent, and the role {role}."
        )
    said = f" It said: {sentence(reply.failure.text)}" if reply.failure and reply.failure.text else ""
    return (
        f"{service} does not let this identity run {call.cmdlet} in {tenant.name}. Give it the role {role}, or "
        f"put it into a role group of {service} that may; a new role takes some minutes to hold.{said}"
    )


def licence(tenant: Tenant, call: Call, reply: Reply) -> str:
    """Why a tenant's licence does not do, and what to do without another one."""
    counts = "protectionalert" in call.cmdlet.lower()
    # Without an E5-class licence only single-event policies can be made (EXO-DOC, CIPP#1933).
    less = " To count events takes one of the E5 class; `aggregation: none` takes none." if counts else ""
    return (
        f"{SERVICE_NAMES[call.service]} refuses {call.cmdlet} in {tenant.name}, because no licence of that tenant "
        f"includes what it asks for. Assign a licence that does.{less} It said: {sentence(str(reply.failure))}"
    )


def lost(tenant: Tenant, call: Call) -> str:
    """The front door could not find the tenant's organization by the anchor that we sent."""
    return (
        f"{SERVICE_NAMES[call.service]} could not find the organization of {tenant.name}. `domain` in its "
        f"document must be the tenant's INITIAL domain, such as name.onmicrosoft.com; it says "
        f"{tenant.domain}."
    )


def speechless(tenant: Tenant, call: Call) -> str:
    """A 500 of Security & Compliance without an explanation: the answer to a token that it can't read (azure-auth)."""
    return (
        f"{SERVICE_NAMES[call.service]} answered {call.cmdlet} in {tenant.name} with 500 and no reason. It does so for "
        f"a token or a routing domain that it can't read: check `cloud` and `domain` ({tenant.domain}) in the tenant's "
        "document. If both are right, try again later."
    )
