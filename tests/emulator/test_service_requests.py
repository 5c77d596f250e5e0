"""How requests are bound: names, lists, tables, enumerations, confirmation."""

import pytest

from tests.emulator.service_calls import OURS, ask, contoso, policy, refused, rows, table

RECIPIENTS = ["secops@contoso.com", "lead@contoso.com"]


def test_unknown_parameter_is_the_ambiguous_400():
    """A parameter that the cmdlet lacks is a 400 of AmbiguousParameterSetException (graph2otel)."""
    refusal = refused(contoso(), "Get-ProtectionAlert", Nonsense=1)

    assert (400, "AmbiguousParameterSetException", "pipe") == (refusal.status, refusal.exception, refusal.encoding)


def test_bad_enumeration_is_the_transformation_400_and_lists_the_members():
    """A value that is no member is a 400 of ParameterTransformationException that names all members (graph2otel)."""
    refusal = refused(contoso(), "Set-ProtectionAlert", Identity="Ours", Severity="Urgent")

    assert (400, "ParameterTransformationException") == (refusal.status, refusal.exception)
    assert "Low, Medium, High, Informational" in refusal.message


@pytest.mark.parametrize("value", ["High", "hIGH", "2", 2])
def test_enumerations_come_as_names_in_any_case_or_as_numbers(value: object):
    """A member's name in any case and its number, bare or in a string, mean the same (CIPP)."""
    tenant = contoso()
    ask(tenant, "Set-ProtectionAlert", Identity="Ours", Severity=value)

    assert "High" == policy(tenant, "Ours")["Severity"]


def test_parameter_names_are_read_in_any_case():
    """`name` is `Name` (CIPP), and cmdlet names too have no case."""
    tenant = contoso()
    ask(tenant, "set-protectionalert", identity="Ours", disabled=True)

    assert policy(tenant, "Ours")["Disabled"] is True


def test_one_parameter_in_two_cases_is_refused():
    """The same parameter twice, in two cases, cannot be bound."""
    refusal = refused(contoso(), "Set-ProtectionAlert", Identity="Ours", identity="Other")

    assert "AmbiguousParameterSetException" == refusal.exception


def test_common_parameters_and_type_annotations_are_accepted():
    """ErrorAction and `X@odata.type` siblings are no parameters of their own (module port, monkey365)."""
    given = {"ErrorAction": "Stop", "NotifyUser@odata.type": "#Collection(String)", "Disabled": True}
    tenant = contoso()
    ask(tenant, "Set-ProtectionAlert", Identity="Ours", **given)

    assert policy(tenant, "Ours")["Disabled"] is True


def test_a_scalar_is_a_list_of_one():
    """A bare string where a list is wanted is that list with one item."""
    tenant = contoso()
    ask(tenant, "Set-ProtectionAlert", Identity="Ours", NotifyUser="one@contoso.com")

    assert ["one@contoso.com"] == policy(tenant, "Ours")["NotifyUser"]


def test_an_array_replaces_the_whole_list():
    """A JSON array is the new list, whatever stood there (module port)."""
    tenant = contoso()
    ask(tenant, "Set-ProtectionAlert", Identity="Ours", NotifyUser=["new@contoso.com", "TENANTADMINS"])

    assert ["new@contoso.com", "TenantAdmins"] == policy(tenant, "Ours")["NotifyUser"]


def test_an_empty_list_leaves_a_list_as_it_was():
    """An empty array does not clear a multi-valued property (go-exoscc)."""
    tenant = contoso()
    ask(tenant, "Set-ProtectionAlert", Identity="Ours", NotifyUser=[])

    assert RECIPIENTS == policy(tenant, "Ours")["NotifyUser"]


def test_an_empty_table_clears_a_list():
    """A GenericHashTable without entries empties a multi-valued property (CIPP)."""
    tenant = contoso(custom_policies=[{**OURS, "AlertFor": ["someone"]}])
    ask(tenant, "Set-ProtectionAlert", Identity="Ours", AlertFor=table())

    assert policy(tenant, "Ours")["AlertFor"] is None


@pytest.mark.parametrize("keys", [("Add", "Remove"), ("add", "REMOVE")])
def test_a_delta_adds_and_removes_with_keys_in_any_case(keys: tuple[str, str]):
    """Add and Remove take a scalar or a list and amend what stands there (CIPP, ExoHelper)."""
    tenant = contoso()
    delta = table(**{keys[0]: "new@contoso.com", keys[1]: ["LEAD@contoso.com"]})
    ask(tenant, "Set-ProtectionAlert", Identity="Ours", NotifyUser=delta)

    assert ["secops@contoso.com", "new@contoso.com"] == policy(tenant, "Ours")["NotifyUser"]


@pytest.mark.parametrize("accepted", [True, False])
def test_the_other_spelling_of_a_delta_is_a_switch(*, accepted: bool):
    """StringFieldDeltaUpdateData works where the switch says so and is refused elsewhere (go-exoscc)."""
    tenant = contoso(switches={"string_delta": accepted})
    delta = {"@odata.type": "#Exchange.StringFieldDeltaUpdateData", "Add": ["new@contoso.com"]}
    if accepted:
        ask(tenant, "Set-ProtectionAlert", Identity="Ours", NotifyUser=delta)
    else:
        assert "not known" in refused(tenant, "Set-ProtectionAlert", Identity="Ours", NotifyUser=delta).message

    assert [*RECIPIENTS, *["new@contoso.com"] * accepted] == policy(tenant, "Ours")["NotifyUser"]


def test_an_object_without_its_type_is_a_binder_error():
    """A table without `@odata.type` fails and names JObject and PswsHashtable (CIPP)."""
    refusal = refused(contoso(), "Set-ProtectionAlert", Identity="Ours", NotifyUser={"Add": ["x@contoso.com"]})

    assert 400 == refusal.status
    assert "Newtonsoft.Json.Linq.JObject" in refusal.message
    assert "PswsHashtable" in refusal.message


def test_confirm_asks_and_changes_nothing():
    """`Confirm: true` gives a message instead of a change (module port)."""
    tenant = contoso()
    result = ask(tenant, "Set-ProtectionAlert", Identity="Ours", Disabled=True, Confirm=True)

    assert "Set-ProtectionAlert" in str(result.confirmation)
    assert policy(tenant, "Ours")["Disabled"] is False


def test_confirm_still_validates():
    """A question about a wrong write is refused like the write itself."""
    assert 404 == refused(contoso(), "Remove-ProtectionAlert", Identity="Nobody", Confirm=True).status


def test_what_if_is_ignored_by_compliance_and_kept_by_exchange():
    """WhatIf does nothing in Security & Compliance: the change happens; Exchange only pretends (EXO-DOC)."""
    tenant = contoso(audit={"enabled": False})
    ask(tenant, "Set-ProtectionAlert", Identity="Ours", Disabled=True, WhatIf=True)
    ask(tenant, "Set-AdminAuditLogConfig", UnifiedAuditLogIngestionEnabled=True, WhatIf=True)

    assert policy(tenant, "Ours")["Disabled"] is True
    assert rows(tenant, "Get-AdminAuditLogConfig")[0]["UnifiedAuditLogIngestionEnabled"] is False


def test_a_set_that_changes_nothing_warns():
    """A no-op Set answers null and one warning (CIPP)."""
    result = ask(contoso(), "Set-ProtectionAlert", Identity="Ours", Disabled=False)

    assert (None, 1) == (result.rows, len(result.warnings))
    assert "no settings" in result.warnings[0]


@pytest.mark.parametrize(("style", "shown"), [("array", ["TenantAdmins"]), ("scalar", "TenantAdmins")])
def test_lists_with_one_item_may_be_bare(style: str, shown: object):
    """One item is answered as a list or as the bare item, as the switch says."""
    tenant = contoso(switches={"single_item_lists": style})

    assert shown == policy(tenant, "User restricted from sending email")["NotifyUser"]
    assert RECIPIENTS == policy(tenant, "Ours")["NotifyUser"]


@pytest.mark.parametrize(("style", "end"), [("offset", ".0000000+00:00"), ("z", ".0000000Z"), ("none", ".0000000")])
def test_dates_end_as_the_switch_says(style: str, end: str):
    """Dates carry an offset, a Z, or no zone at all (go-exoscc, graph2otel)."""
    tenant = contoso(switches={"date_style": style}, blocked=[{"address": "a@contoso.com", "since": "-1h"}])

    assert f"2026-11-23T11:00:00{end}" == rows(tenant, "Get-BlockedSenderAddress")[0]["CreatedDatetime"]
