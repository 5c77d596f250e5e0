"""Which directory role may run which cmdlet, and which parameter, in which service."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .answer import Caller, Service

if TYPE_CHECKING:
    from .tenant import Tenant

GLOBAL = {"Global Administrator"}
EXCHANGE = GLOBAL | {"Exchange Administrator"}
COMPLIANCE = GLOBAL | {"Compliance Administrator", "Compliance Data Administrator"}
ALERT_WRITERS = COMPLIANCE | {"Security Administrator", "Security Operator"}  # AP-DOC, SCC-DOC: Manage Alerts
READERS = {"Global Reader", "Security Reader"}
UNBLOCKERS = EXCHANGE | {"Security Administrator"}  # RU-DOC; the app-only page disagrees: security_admin_unblocks

ROLES: dict[Service, dict[str, set[str]]] = {
    "compliance": {
        "Get-ProtectionAlert": ALERT_WRITERS | READERS,
        "New-ProtectionAlert": ALERT_WRITERS,
        "Set-ProtectionAlert": ALERT_WRITERS,
        "Remove-ProtectionAlert": ALERT_WRITERS,
        # Set-AdminAuditLogConfig does not exist here (EXO-DOC, AUD-DOC).
        "Get-AdminAuditLogConfig": COMPLIANCE | {"Security Administrator"} | READERS,
    },
    "exo": {
        "Get-BlockedSenderAddress": UNBLOCKERS | READERS,
        "Remove-BlockedSenderAddress": UNBLOCKERS,
        "Get-BlockedConnector": UNBLOCKERS | READERS,
        "Remove-BlockedConnector": UNBLOCKERS,
        "Get-AdminAuditLogConfig": EXCHANGE | {"Compliance Administrator", "Security Administrator"} | READERS,
        "Set-AdminAuditLogConfig": EXCHANGE | {"Compliance Administrator"},  # AUD-DOC: Audit Logs, in Exchange
        "Enable-OrganizationCustomization": EXCHANGE,
        "Get-OrganizationConfig": EXCHANGE | {"Compliance Administrator", "Security Administrator"} | READERS,
        "Get-ManagementRole": EXCHANGE | {"Global Reader"},
        "Get-ManagementRoleAssignment": EXCHANGE | {"Global Reader"},
        "Get-Mailbox": EXCHANGE | {"Exchange Recipient Administrator", "Helpdesk Administrator"} | READERS,
        # EXO-DOC: neither Global Reader nor View-Only Organization Management is enough.
        "Get-InboxRule": EXCHANGE | {"Exchange Recipient Administrator"},
        "Get-AcceptedDomain": EXCHANGE | {"Compliance Administrator", "Security Administrator"} | READERS,
        "Get-HostedOutboundSpamFilterPolicy": UNBLOCKERS | READERS,
    },
}

# RBAC works per parameter (graph2otel). Nobody has published it for our cmdlets, so one harmless parameter shows it.
PARAMETER_ROLES = {("Get-ProtectionAlert", "IncludeRuleXml"): ALERT_WRITERS}


def allowed(tenant: "Tenant", service: Service, caller: Caller) -> tuple[str, ...]:
    """Every cmdlet that this caller may run, sorted: what EXOModuleFile answers (CIPP, go-exoscc)."""
    names = {name for name in _offered(tenant, service) if _may(tenant, service, name, caller)}
    granted = next((app.cmdlets.get(service, frozenset()) for app in tenant.apps if app.client_id == caller.app_id), ())
    return tuple(sorted(names | (set(granted) & set(ROLES[service]))))


def _offered(tenant: "Tenant", service: Service) -> Iterable[str]:
    yield from ROLES[service]
    if service == "exo" and tenant.switches.alerts_on_exo:
        yield "Get-ProtectionAlert"


def _may(tenant: "Tenant", service: Service, cmdlet: str, caller: Caller) -> bool:
    roles = ROLES[service].get(cmdlet) or ROLES["compliance"][cmdlet]
    if cmdlet.startswith("Remove-Blocked") and caller.app_only and not tenant.switches.security_admin_unblocks:
        roles = roles - {"Security Administrator"}
    if cmdlet == "Get-ProtectionAlert" and caller.app_only and not tenant.switches.alerts_app_only:
        return False
    return bool(roles & caller.directory_roles)


def may_use(cmdlet: str, parameter: str, caller: Caller) -> bool:
    """Whether a role of the caller covers this parameter of a cmdlet that it may run."""
    roles = PARAMETER_ROLES.get((cmdlet, parameter))
    return roles is None or bool(roles & caller.directory_roles)
