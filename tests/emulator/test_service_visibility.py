"""Writes that are accepted at once and shown late, and changes by a person that everyone sees at once."""

from collections.abc import Callable

import pytest

from reconciler.emulator.world import Tenant
from tests.emulator.service_calls import ask, policy, rows, world

SEED: dict[str, object] = {
    "blocked": [{"address": "alice@contoso.com", "since": "-1h"}],
    "audit": {"enabled": False},
}


def disable(tenant: Tenant) -> None:
    """A write to an alert policy."""
    ask(tenant, "Set-ProtectionAlert", Identity="Ours", Disabled=True)


def unblock(tenant: Tenant) -> None:
    """A write to the list of restricted senders."""
    ask(tenant, "Remove-BlockedSenderAddress", SenderAddress="alice@contoso.com")


def audit(tenant: Tenant) -> None:
    """A write to the audit object."""
    ask(tenant, "Set-AdminAuditLogConfig", UnifiedAuditLogIngestionEnabled=True)


def disabled(tenant: Tenant) -> bool:
    """Whether a read shows the write to the alert policy."""
    return policy(tenant, "Ours")["Disabled"] is True


def unblocked(tenant: Tenant) -> bool:
    """Whether a read shows the unblock."""
    return not rows(tenant, "Get-BlockedSenderAddress")


def audited(tenant: Tenant) -> bool:
    """Whether a read shows the audit flag on."""
    return rows(tenant, "Get-AdminAuditLogConfig")[0]["UnifiedAuditLogIngestionEnabled"] is True


FAMILIES = [("alerts", disable, disabled), ("senders", unblock, unblocked), ("audit", audit, audited)]
Write = Callable[[Tenant], None]
Shown = Callable[[Tenant], bool]


def tenant_of(**switches: object) -> tuple[Tenant, Callable[[float], None]]:
    """A tenant with these switches, and the way to move its clock."""
    made = world(**SEED, switches=switches)
    found = made.tenant("contoso")
    assert found is not None
    return found, made.advance


@pytest.mark.parametrize(("family", "write", "shown"), FAMILIES)
def test_a_write_shows_at_once_by_default(family: str, write: Write, shown: Shown):
    """Without a switch the next read sees the write."""
    tenant, _ = tenant_of(**{f"{family}_after_seconds": 0})
    write(tenant)

    assert shown(tenant)


@pytest.mark.parametrize(("family", "write", "shown"), FAMILIES)
def test_a_write_shows_after_its_seconds(family: str, write: Write, shown: Shown):
    """Until the clock has moved on, every read shows the old state (go-msadmin, AUD-DOC)."""
    tenant, advance = tenant_of(**{f"{family}_after_seconds": 60})
    write(tenant)
    seen = [shown(tenant)]
    advance(59)
    seen.append(shown(tenant))
    advance(1)

    assert [False, False, True] == [*seen, shown(tenant)]


@pytest.mark.parametrize(("family", "write", "shown"), FAMILIES)
def test_a_write_shows_after_its_reads(family: str, write: Write, shown: Shown):
    """So many reads still show the old state, whatever the clock says."""
    tenant, _ = tenant_of(**{f"{family}_after_reads": 2})
    write(tenant)

    assert [False, False, True] == [shown(tenant) for _ in range(3)]


def test_writes_are_judged_on_what_is_there_and_not_on_what_shows():
    """A second, equal write is a no-op although no read has shown the first one."""
    tenant, _ = tenant_of(alerts_after_seconds=60)
    disable(tenant)

    assert "no settings" in ask(tenant, "Set-ProtectionAlert", Identity="Ours", Disabled=True).warnings[0]


def test_a_hand_in_the_portal_is_seen_at_once():
    """A change from outside shows in the next read, and the pending write still comes."""
    made = world(**SEED, switches={"alerts_after_seconds": 60})
    tenant = made.tenant("contoso")
    assert tenant is not None
    disable(tenant)
    made.apply({"tenant": "contoso", "set_policy": {"name": "Ours", "fields": {"Severity": "High"}}})
    before = (disabled(tenant), policy(tenant, "Ours")["Severity"])
    made.apply({"advance": 60})

    assert [(False, "High"), (True, "High")] == [before, (disabled(tenant), policy(tenant, "Ours")["Severity"])]
