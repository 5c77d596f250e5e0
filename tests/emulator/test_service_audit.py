"""The audit flag, its two faces, and organizations that were never customised."""

import pytest

from reconciler.emulator.cmdlets import run
from reconciler.emulator.world import CmdletError, Tenant
from tests.emulator.service_calls import ask, caller, contoso, refused, rows

FLAG = "UnifiedAuditLogIngestionEnabled"
ANCHOR = "APP:SystemMailbox{8cc370d3-822a-4ab8-a926-bb94bd0641a9}@contoso.onmicrosoft.com"


def flag(tenant: Tenant) -> object:
    """What Exchange Online says about auditing."""
    return rows(tenant, "Get-AdminAuditLogConfig")[0][FLAG]


@pytest.mark.parametrize("enabled", [True, False])
def test_compliance_always_says_false(*, enabled: bool):
    """Through Security & Compliance the flag reads False, whatever it is (EXO-DOC, AUD-DOC)."""
    tenant = contoso(audit={"enabled": enabled})
    other = run(tenant, "compliance", "Get-AdminAuditLogConfig", {}, caller())

    assert (enabled, [False]) == (flag(tenant), [row[FLAG] for row in other.rows or ()])


def test_compliance_has_no_set():
    """Set-AdminAuditLogConfig does not exist in Security & Compliance (AUD-DOC)."""
    with pytest.raises(CmdletError) as error:
        run(contoso(), "compliance", "Set-AdminAuditLogConfig", {FLAG: True}, caller())

    assert 403 == error.value.status


def test_exchange_sets_the_flag_and_warns_of_the_delay():
    """The write is taken with a warning of up to 60 minutes, and dates the first opt-in (AUD-DOC)."""
    tenant = contoso(audit={"enabled": False})
    result = ask(tenant, "Set-AdminAuditLogConfig", **{FLAG: True, "Confirm": False})
    row = rows(tenant, "Get-AdminAuditLogConfig")[0]

    assert (None, True) == (result.rows, "60 minutes" in result.warnings[0])
    assert (True, "2026-11-23T12:00:00.0000000+00:00") == (row[FLAG], row["UnifiedAuditLogFirstOptInDate"])


def test_a_dehydrated_organization_shows_the_shared_object():
    """Before customization the object belongs to an `sct-` organization and the flag is off (DUMP22)."""
    row = rows(contoso(dehydrated=True), "Get-AdminAuditLogConfig")[0]

    assert str(row["OrganizationalUnitRoot"]).startswith("sct-")
    assert (False, None, "Unchanged") == (row[FLAG], row["UnifiedAuditLogFirstOptInDate"], row["ObjectState"])


def test_a_dehydrated_organization_must_be_customised_first():
    """Set is refused until Enable-OrganizationCustomization, which works once (simuland#17, EXO-DOC)."""
    tenant = contoso(dehydrated=True)
    refusal = refused(tenant, "Set-AdminAuditLogConfig", **{FLAG: True})
    states = [rows(tenant, "Get-OrganizationConfig")[0]["IsDehydrated"]]
    ask(tenant, "Enable-OrganizationCustomization")
    states.append(rows(tenant, "Get-OrganizationConfig")[0]["IsDehydrated"])
    ask(tenant, "Set-AdminAuditLogConfig", **{FLAG: True})

    assert "Cmdlet-InvalidOperationInDehydratedContextException" in refusal.message
    assert ([True, False], True) == (states, flag(tenant))
    assert "not required" in refused(tenant, "Enable-OrganizationCustomization").message


@pytest.mark.parametrize("lingering", [0, 2])
def test_the_refusal_may_go_on_after_customization(lingering: int):
    """The same error may come again some times after customization was enabled (simuland#17)."""
    tenant = contoso(dehydrated=True, switches={"lingering_dehydration": lingering})
    ask(tenant, "Enable-OrganizationCustomization")
    for _ in range(lingering):
        assert "Dehydrated" in refused(tenant, "Set-AdminAuditLogConfig", **{FLAG: True}).exception
    ask(tenant, "Set-AdminAuditLogConfig", **{FLAG: True})

    assert flag(tenant) is True


@pytest.mark.parametrize("needed", ["any", "8cc370d3"])
def test_the_anchor_of_the_write_is_a_switch(needed: str):
    """CIPP needs another mailbox for Set-AdminAuditLogConfig; with the switch on, only that one works."""
    tenant = contoso(audit={"enabled": False}, switches={"audit_anchor": needed})
    other = caller(anchor="APP:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@contoso.onmicrosoft.com")
    if needed == "any":
        ask(tenant, "Set-AdminAuditLogConfig", other, **{FLAG: True})
    else:
        assert 404 == refused(tenant, "Set-AdminAuditLogConfig", other, **{FLAG: True}).status
        ask(tenant, "Set-AdminAuditLogConfig", caller(anchor=ANCHOR), **{FLAG: True})

    assert flag(tenant) is True


def test_setting_what_is_set_changes_nothing():
    """The flag at its own value is a no-op with a warning."""
    assert "no settings" in ask(contoso(), "Set-AdminAuditLogConfig", **{FLAG: True}).warnings[0]
