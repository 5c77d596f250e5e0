"""Who may run which cmdlet, and what role assignments are answered."""

import pytest

from reconciler.emulator.cmdlets import allowed, run
from reconciler.emulator.world import Caller, CmdletError
from tests.emulator.service_calls import ask, caller, contoso, refused, rows

NOBODY = Caller("app", "tenant", frozenset({"Exchange.ManageAsApp"}), frozenset())


def test_without_a_directory_role_nothing_is_allowed():
    """An app role alone opens no cmdlet (graph2otel)."""
    tenant = contoso()

    assert ((), ()) == (allowed(tenant, "exo", NOBODY), allowed(tenant, "compliance", NOBODY))


def test_a_reader_reads_and_writes_nothing():
    """Global Reader runs the reading cmdlets of Security & Compliance and no other (SCUBA)."""
    found = allowed(contoso(), "compliance", caller("Global Reader"))

    assert ("Get-AdminAuditLogConfig", "Get-ProtectionAlert") == found


def test_inbox_rules_are_not_for_global_readers():
    """Get-InboxRule is refused to Global Reader (EXO-DOC), while Get-Mailbox is not."""
    found = allowed(contoso(), "exo", caller("Global Reader"))

    assert (False, True) == ("Get-InboxRule" in found, "Get-Mailbox" in found)


def test_a_role_group_of_ones_own_holds_single_cmdlets():
    """A service principal in a custom role group may run exactly its cmdlets (docs-ps app-only page, option 2)."""
    app = {"client_id": "app", "cmdlets": {"exo": ["Remove-BlockedSenderAddress"]}}

    assert ("Remove-BlockedSenderAddress",) == allowed(contoso(apps=[app]), "exo", NOBODY)


def test_a_forbidden_cmdlet_looks_like_an_unknown_one():
    """Nobody can tell a cmdlet that he may not run from one that does not exist (graph2otel)."""
    reader = caller("Global Reader")
    one = refused(contoso(), "New-ProtectionAlert", reader)
    two = refused(contoso(), "New-Nonsense", reader)

    assert (one.status, one.exception) == (two.status, two.exception) == (403, "CmdletAccessDeniedException")
    assert one.message.replace("New-ProtectionAlert", "X") == two.message.replace("New-Nonsense", "X")


def test_a_parameter_outside_the_role_is_forbidden_too():
    """An allowed cmdlet with a parameter that the role does not cover is a 403 (graph2otel)."""
    tenant, reader = contoso(), caller("Security Reader")

    assert rows(tenant, "Get-ProtectionAlert", reader)
    assert 403 == refused(tenant, "Get-ProtectionAlert", reader, IncludeRuleXml=True).status
    assert ask(tenant, "Get-ProtectionAlert", IncludeRuleXml=True).rows


@pytest.mark.parametrize("offered", [True, False])
def test_whether_exchange_offers_alert_policies_is_a_switch(*, offered: bool):
    """Get-ProtectionAlert answers on the Exchange host in some clouds and is refused in others (ScubaGear)."""
    tenant = contoso(switches={"alerts_on_exo": offered})
    if offered:
        assert 56 == len(run(tenant, "exo", "Get-ProtectionAlert", {}, caller()).rows or ())
    else:
        with pytest.raises(CmdletError):
            run(tenant, "exo", "Get-ProtectionAlert", {}, caller())


def test_the_service_says_which_role_holds_a_cmdlet():
    """Get-ManagementRole -Cmdlet is how an administrator asks (docs-ps app-only page); a public script names the role."""
    found = rows(contoso(), "Get-ManagementRole", Cmdlet="remove-blockedsenderaddress")

    assert ["Transport Hygiene"] == [row["Name"] for row in found]
    assert () == rows(contoso(), "Get-ManagementRole", Cmdlet="Get-Nothing")


def test_role_assignments_are_found_by_identity_and_by_assignee():
    """Identity and RoleAssignee are two parameter sets; giving both is refused (docs-ps)."""
    tenant = contoso(role_assignments=[{"Role": "Audit Logs", "RoleAssignee": "reconciler"}])
    one = rows(tenant, "Get-ManagementRoleAssignment", RoleAssignee="Reconciler")
    two = rows(tenant, "Get-ManagementRoleAssignment", Identity="Audit Logs-reconciler")

    assert ("Audit Logs", one) == (one[0]["Role"], two)
    assert 400 == refused(tenant, "Get-ManagementRoleAssignment", Identity="a", RoleAssignee="b").status
    assert 404 == refused(tenant, "Get-ManagementRoleAssignment", Identity="a").status


@pytest.mark.parametrize(("delegating", "kinds"), [(False, {"Regular"}), (True, {"DelegatingOrgWide"})])
def test_delegating_assignments_can_be_filtered(*, delegating: bool, kinds: set[str]):
    """`Delegating` keeps only the one or the other sort (CIPP)."""
    found = rows(contoso(), "Get-ManagementRoleAssignment", Delegating=delegating)

    assert kinds == {row["RoleAssignmentDelegationType"] for row in found}
