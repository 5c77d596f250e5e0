"""A tenant in which every sort of change has something to do, and what it must be like in the end."""

from datetime import UTC, datetime, timedelta

from reconciler.emulator import Emulator

RESTRICTED, LIMIT = "User restricted from sending email", "Email sending limit exceeded"
PATTERNS = "Suspicious email sending patterns detected"
ALICE = "alice@contoso.com"
UNBLOCK = "Remove-BlockedSenderAddress"
MARKER = "reconciler-companion:"
POLICIES = """
kind: tenant
name: contoso
tenant_id: 6f0c1d3e-0000-4000-8000-000000000001
domain: contoso.onmicrosoft.com
audit_log: {enabled: on}
alert_policies:
  User restricted from sending email:
    notifications: {recipients: [secops@contoso.com, TenantAdmins], daily_limit: 25}
    via: companion
  Suspicious email sending patterns detected:
    notifications: {recipients: [secops@contoso.com]}
    via: companion
  Email sending limit exceeded: {enabled: on, via: portal}
  Inbox rule forwards outside:
    definition: {category: ThreatManagement, severity: high, threat_type: Activity, operations: [New-InboxRule], aggregation: none}
    notifications: {enabled: on, recipients: [secops@contoso.com], daily_limit: none}
  Mailbox rights granted:
    definition: {category: ThreatManagement, severity: low, threat_type: Activity, operations: [Add-MailboxPermission], aggregation: none}
    notifications: {enabled: on, recipients: [secops@contoso.com]}
  Old custom policy: {present: false}
restricted_senders:
  unblock:
    - {address: alice@contoso.com, blocked_before: 2026-01-06T08:00:00Z, expires: EXPIRES, approved_by: lead@contoso.com, reason: Password reset}
"""
CHANGES = {
    f"contoso/alert-policy/{RESTRICTED}": ("create", "companion"),
    f"contoso/alert-policy/{PATTERNS}": ("update", "companion"),
    f"contoso/alert-policy/{LIMIT}": ("delete", "companion"),
    "contoso/alert-policy/Mailbox rights granted": ("create", "api"),
    "contoso/alert-policy/Inbox rule forwards outside": ("update", "api"),
    "contoso/alert-policy/Old custom policy": ("delete", "api"),
    "contoso/audit-log": ("update", "api"),
    f"contoso/restricted-sender/{ALICE}": ("delete", "api"),
}
"""Every change of the plan of this tenant."""
COMMANDS = {
    "New-ProtectionAlert": 2,
    "Set-ProtectionAlert": 2,
    "Remove-ProtectionAlert": 2,
    "Enable-OrganizationCustomization": 1,
    "Set-AdminAuditLogConfig": 1,
    UNBLOCK: 1,
}
"""How often each command is sent by an apply that nothing disturbs."""


def policies() -> str:
    """The tenant's document; its approval holds for as long as the longest clock runs."""
    return POLICIES.replace("EXPIRES", (datetime.now(UTC) + timedelta(days=5)).date().isoformat())


def raise_curtain(emulator: Emulator, *, shown_after: int = 0) -> None:
    """Make contoso anew, always the same; an unblock shows in the list of senders `shown_after` seconds later."""
    reason = "OutboundSpamPercent=89;"
    for change in (
        {"reset": True},
        {"block": {"address": ALICE, "since": "2026-01-05T08:00:00Z", "reason": reason}},
        {"audit": False},
        {"dehydrated": True},
        {"add_policy": _row("Old custom policy", 1)},
        {"add_policy": _row(f"{LIMIT} (reconciler)", 2, "2cc44934-4d16-420b-b4e8-74a77fd0ab24")},
        {"add_policy": _row(f"{PATTERNS} (reconciler)", 3, "be215649-fba8-4339-9ddd-05991a43b948")},
        {"switch": {"senders_after_seconds": shown_after}},
    ):
        emulator.change({"tenant": "contoso", **change})


def _row(name: str, number: int, default: str = "") -> dict[str, object]:
    """A policy of our own, or the companion of a default policy."""
    operation = {2: "EmailSendingLimitExceeded", 3: "CompromisedWarningAccount"}.get(number, "New-InboxRule")
    return {
        "Name": name,
        "Guid": f"01d00000-0000-4000-8000-00000000000{number}",
        "Operation": [operation],
        "Severity": "Medium",
        "Comment": f"{MARKER}{default}" if default else "",
        "NotifyUser": ["a@contoso.com"],
    }


def undone(emulator: Emulator) -> set[str]:
    """The changes that are not so in the tenant itself, whatever it shows to those who ask."""
    tenant = emulator.world.tenant("contoso")
    assert tenant is not None
    rows = {str(row["Name"]): row for row in tenant.policies.actual}
    told = {name: sorted(told) for name, row in rows.items() if isinstance(told := row["NotifyUser"], list)}
    done = (
        told.get(f"{RESTRICTED} (reconciler)") == ["TenantAdmins", "secops@contoso.com"],
        told[f"{PATTERNS} (reconciler)"] == ["secops@contoso.com"],
        f"{LIMIT} (reconciler)" not in rows,
        "Mailbox rights granted" in rows,
        rows["Inbox rule forwards outside"]["Severity"] == "High",
        "Old custom policy" not in rows,
        tenant.audit.actual[0]["UnifiedAuditLogIngestionEnabled"] is True,
        ALICE not in {row["SenderAddress"] for row in tenant.blocked.actual},
    )
    return {address for address, is_so in zip(CHANGES, done, strict=True) if not is_so}


def doubled(emulator: Emulator) -> set[str]:
    """The names that more than one policy of the tenant has."""
    tenant = emulator.world.tenant("contoso")
    assert tenant is not None
    names = [str(row["Name"]) for row in tenant.policies.actual]
    return {name for name in names if names.count(name) > 1}
