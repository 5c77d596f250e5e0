"""Small questions about rows that several families ask, and the audit object's row."""

from datetime import datetime
from typing import TYPE_CHECKING

from .answer import Row
from .records import HOSTED, NAMESPACE, parse_date, wire_date

if TYPE_CHECKING:
    from .tenant import Tenant

# Where an organization that was never customised shows the audit object it shares with others (DUMP22).
SHARED_ORGANIZATION = "sct-15_20_5880_5-msonline-bpos_s_e9965"


def clean(name: str) -> str:
    """A policy name as people compare it: no zero-width space at the ends, no case."""
    return name.strip().strip("\u200b").strip().casefold()


def same_policy(row: Row, wanted: str) -> bool:
    """Whether `wanted` is this policy's GUID or, cleaned, its name."""
    return row["Guid"] == wanted.lower() or clean(str(row["Name"])) == clean(wanted)


def zoneless(moment: datetime) -> str:
    """The spelling of AlertOverrideChangedUtc: no zone at all (DUMP23 against DUMP26)."""
    return wire_date(moment, zone="")


def audit_row(raw: dict[str, object], tenant: "Tenant") -> Row:
    """The object of Get-AdminAuditLogConfig (DUMP22/26, SURVEY); `raw` has `enabled` and `first_opt_in`."""
    enabled = bool(raw.get("enabled", not tenant.dehydrated))
    opted = raw.get("first_opt_in") or ("2021-06-01T08:00:00Z" if enabled else None)
    return {
        "AdminAuditLogEnabled": True,
        "LogLevel": "None",
        "TestCmdletLoggingEnabled": False,
        "AdminAuditLogCmdlets": ["*"],
        "AdminAuditLogParameters": ["*"],
        "AdminAuditLogExcludedCmdlets": [],
        "AdminAuditLogAgeLimit": "90.00:00:00",
        "LoadBalancerCount": 3,
        "RefreshInterval": 10,
        "PartitionInfo": [],
        "AdminAuditLogMailbox": "",
        "UnifiedAuditLogIngestionEnabled": enabled,
        "UnifiedAuditLogFirstOptInDate": wire_date(parse_date(opted)) if opted else None,
        "AdminDisplayName": "",
        "ExchangeVersion": "0.10 (14.0.100.0)",
        "Name": "Admin Audit Log Settings",
        "Identity": "Admin Audit Log Settings",
        "Guid": str(NAMESPACE),
        "WhenChanged": None,
        "OriginatingServer": "",
        "IsValid": True,
        **organization(tenant),
    }


def customize(tenant: "Tenant", *, dehydrated: bool) -> None:
    """Make the organization customised or not; its audit object is its own or the shared one from then on."""
    tenant.dehydrated = dehydrated
    tenant.audit.change(lambda rows: tuple({**row, **organization(tenant)} for row in rows))


def organization(tenant: "Tenant") -> Row:
    """The properties that tell whether the audit object is the tenant's own or the shared one of DUMP22."""
    root = SHARED_ORGANIZATION if tenant.dehydrated else f"{HOSTED}/{tenant.domain}"
    state = "Unchanged" if tenant.dehydrated else "Changed"
    return {"OrganizationId": root, "OrganizationalUnitRoot": root, "ObjectState": state}
