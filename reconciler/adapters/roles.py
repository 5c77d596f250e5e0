"""Who may run what: roles and permissions that a refused identity probably lacks (domain.md 7 and 8, wire.md 6.2)."""

from reconciler.core.request import Service

SERVICE_NAMES: dict[Service, str] = {"exo": "Exchange Online", "compliance": "Security & Compliance"}

_READER = "Global Reader or Security Reader"
_CMDLETS = {
    "get-protectionalert": _READER,
    "new-protectionalert": "Compliance Administrator or Security Administrator",
    "set-protectionalert": "Compliance Administrator or Security Administrator",
    "remove-protectionalert": "Compliance Administrator or Security Administrator",
    "get-blockedsenderaddress": _READER,
    "remove-blockedsenderaddress": "Exchange Administrator (Security Administrator may not be enough for an app)",
    "get-adminauditlogconfig": _READER,
    "set-adminauditlogconfig": "Exchange Administrator (the role Audit Logs of Exchange, not of the compliance portal)",
    "enable-organizationcustomization": "Exchange Administrator",
    "get-inboxrule": "Exchange Administrator (Global Reader is not enough)",
    "get-mailbox": _READER,
    "get-accepteddomain": _READER,
}
_PERMISSIONS = (
    ("/identityprotection/", "IdentityRiskyUser.Read.All (and the tenant a licence with Entra ID P2)"),
    ("/reports/authenticationmethods/", "AuditLog.Read.All (and the tenant a licence with Entra ID P1)"),
    ("/authentication/methods", "UserAuthenticationMethod.Read.All"),
    ("/mailfolders/", "MailboxSettings.Read"),
    ("/auditlogs/", "AuditLog.Read.All"),
    ("/domains/", "Domain.Read.All"),
    ("/directory/onpremisessynchronization", "OnPremDirectorySynchronization.Read.All"),
    ("/users/", "User.Read.All"),
)


def role_for(service: Service, cmdlet: str) -> str:
    """The directory roles of which one lets an identity run a cmdlet."""
    if known := _CMDLETS.get(cmdlet.lower()):
        return known
    if cmdlet.lower().startswith("get-"):
        return "Global Reader"
    return "Exchange Administrator" if service == "exo" else "Compliance Administrator"


def permission_for(path: str) -> str:
    """The application permission of Microsoft Graph that a path needs."""
    folded = path.lower()
    return next((name for part, name in _PERMISSIONS if part in folded), "that this path needs")


def app_permission(service: Service) -> str:
    """The application permission without which a service refuses every token."""
    exchange = "Exchange.ManageAsApp of Office 365 Exchange Online"
    if service == "exo":
        return exchange
    # Sources disagree on which of the two counts (docs-ps#13783, ScubaGear, Clarity365), so both are named.
    return f"{exchange} and Exchange.ManageAsApp of Microsoft Exchange Online Protection"
