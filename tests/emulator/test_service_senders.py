"""Restricted senders and connectors as the service keeps them."""

import pytest

from reconciler.emulator.cmdlets import run
from reconciler.emulator.world import CmdletError
from tests.emulator.service_calls import ask, caller, contoso, refused, rows, world

ALICE = {
    "address": "alice@contoso.com",
    "since": "-3h",
    "reason": "EmailSendingLimitExceeded;ExceedingLimitType=External",
}
BOB = {"address": "Bob@contoso.com", "since": "-2h", "changed": "-1h", "temporary": True}
CONNECTOR = "11111111-0000-4000-8000-000000000001"


def addresses(found: tuple[dict[str, object], ...]) -> list[object]:
    """The addresses of blocked senders."""
    return [row["SenderAddress"] for row in found]


def test_a_block_has_five_properties():
    """A row holds address, reason, both dates and whether it ends by itself (CIPP, RRL)."""
    assert (
        {
            "SenderAddress": "Bob@contoso.com",
            "Reason": "OutboundSpamLast24Hours=412;OutboundMailLast24Hours=460;OutboundSpamPercent=89;",
            "TemporaryBlock": True,
            "CreatedDatetime": "2026-11-23T10:00:00.0000000+00:00",
            "ChangedDatetime": "2026-11-23T11:00:00.0000000+00:00",
        },
    ) == rows(contoso(blocked=[BOB]), "Get-BlockedSenderAddress")


def test_get_filters_by_address_and_is_empty_when_absent():
    """The address is filtered by the server, in any case; nobody blocked is an empty list (EXO-DOC)."""
    tenant = contoso(blocked=[ALICE, BOB])
    found = [
        rows(tenant, "Get-BlockedSenderAddress", SenderAddress=one) for one in ("BOB@contoso.com", "c@contoso.com")
    ]

    assert [["Bob@contoso.com"], []] == [addresses(one) for one in found]


@pytest.mark.parametrize(("temporary", "left"), [(True, []), (False, ["Bob@contoso.com"])])
def test_a_temporary_block_ends_at_midnight(*, temporary: bool, left: list[str]):
    """BlockUserForToday lasts until the next day, UTC; BlockUser until somebody removes it (OS-DOC)."""
    made = world(blocked=[{**BOB, "temporary": temporary}])
    tenant = made.tenant("contoso")
    assert tenant is not None

    made.advance(12 * 3_600 - 1)
    assert ["Bob@contoso.com"] == addresses(rows(tenant, "Get-BlockedSenderAddress"))
    made.advance(1)
    assert left == addresses(rows(tenant, "Get-BlockedSenderAddress"))


def test_an_unblocked_sender_leaves_the_list():
    """Remove-BlockedSenderAddress takes one address, and a reason, and answers nothing."""
    tenant = contoso(blocked=[ALICE, BOB])
    result = ask(tenant, "Remove-BlockedSenderAddress", SenderAddress="ALICE@contoso.com", Reason="reviewed")

    assert (None, ["Bob@contoso.com"]) == (result.rows, addresses(rows(tenant, "Get-BlockedSenderAddress")))


@pytest.mark.parametrize("mode", ["error", "silent"])
def test_removing_an_absent_address_is_a_switch(mode: str):
    """No source tells what a Remove of an address does that is not blocked: a 404, or nothing."""
    tenant = contoso(switches={"unblock_absent": mode})
    if mode == "error":
        assert 404 == refused(tenant, "Remove-BlockedSenderAddress", SenderAddress="c@contoso.com").status
    else:
        assert ask(tenant, "Remove-BlockedSenderAddress", SenderAddress="c@contoso.com").rows is None


@pytest.mark.parametrize("limit", [0, 1])
def test_unblocks_of_an_account_are_limited(limit: int):
    """Beyond the limit the cmdlet fails and names support (EXO-DOC); 0 is no limit, and each account counts alone."""
    made = world(blocked=[ALICE, BOB], switches={"unblock_limit": limit})
    subject = made.tenant("contoso")
    assert subject is not None
    ask(subject, "Remove-BlockedSenderAddress", SenderAddress="alice@contoso.com")
    made.apply({"tenant": "contoso", "block": ALICE})
    if limit:
        refusal = refused(subject, "Remove-BlockedSenderAddress", SenderAddress="alice@contoso.com")
        assert (400, True) == (refusal.status, "support" in refusal.message)
    else:
        ask(subject, "Remove-BlockedSenderAddress", SenderAddress="alice@contoso.com")
    ask(subject, "Remove-BlockedSenderAddress", SenderAddress="bob@contoso.com")

    assert ["alice@contoso.com"] * limit == addresses(rows(subject, "Get-BlockedSenderAddress"))


@pytest.mark.parametrize("cmdlet", ["Get-BlockedSenderAddress", "Remove-BlockedSenderAddress"])
def test_restricted_senders_are_not_offered_on_compliance(cmdlet: str):
    """Both cmdlets live in Exchange Online only; elsewhere they are as unknown as any other (EXO-DOC)."""
    with pytest.raises(CmdletError) as error:
        run(contoso(), "compliance", cmdlet, {"SenderAddress": "a@contoso.com"}, caller())

    assert 403 == error.value.status


@pytest.mark.parametrize("parameter", ["Confirm", "WhatIf", "Identity"])
def test_remove_has_neither_confirm_nor_identity(parameter: str):
    """Neither page of the two cmdlets lists these parameters (EXO-DOC)."""
    refusal = refused(contoso(), "Remove-BlockedSenderAddress", SenderAddress="a@contoso.com", **{parameter: False})

    assert "AmbiguousParameterSetException" == refusal.exception


def test_an_address_that_is_none_is_refused():
    """SenderAddress is an SmtpAddress (EXO-DOC)."""
    refusal = refused(contoso(), "Get-BlockedSenderAddress", SenderAddress="alice")

    assert "ParameterTransformationException" == refusal.exception


@pytest.mark.parametrize("hides", [True, False])
def test_error_action_may_hide_every_block(*, hides: bool):
    """ErrorAction turns the answer into a false "nobody is blocked" (RRL), or is ignored."""
    tenant = contoso(blocked=[ALICE], switches={"error_action_hides_blocks": hides})

    assert (0 if hides else 1) == len(rows(tenant, "Get-BlockedSenderAddress", ErrorAction="Stop"))


@pytest.mark.parametrize("spelling", ["Datetime", "DateTime"])
def test_the_spelling_of_the_dates_is_a_switch(spelling: str):
    """CreatedDatetime has a small t (CIPP); other programs tolerate other spellings (RRL)."""
    tenant = contoso(blocked=[ALICE], switches={"block_date_spelling": spelling})

    assert {f"Created{spelling}", f"Changed{spelling}"} < rows(tenant, "Get-BlockedSenderAddress")[0].keys()


@pytest.mark.parametrize("may", [True, False])
def test_whether_a_security_administrator_unblocks_as_an_app_is_a_switch(*, may: bool):
    """One document gives Security Administrators the unblock, another takes it from apps (RU-DOC, docs-ps)."""
    tenant = contoso(blocked=[ALICE], switches={"security_admin_unblocks": may})
    who = caller("Security Administrator")
    if may:
        ask(tenant, "Remove-BlockedSenderAddress", who, SenderAddress="alice@contoso.com")
    else:
        assert 403 == refused(tenant, "Remove-BlockedSenderAddress", who, SenderAddress="alice@contoso.com").status

    assert (0 if may else 1) == len(rows(tenant, "Get-BlockedSenderAddress", who))


def test_connectors_are_listed_and_released():
    """Get- and Remove-BlockedConnector go by ConnectorId; one that is not blocked is a 404 (EXO-DOC)."""
    tenant = contoso(connectors=[{"ConnectorId": CONNECTOR, "ConnectorName": "Partner"}])
    before = rows(tenant, "Get-BlockedConnector", ConnectorId=CONNECTOR.upper())
    ask(tenant, "Remove-BlockedConnector", ConnectorId=CONNECTOR)

    assert (["Partner"], ()) == ([row["ConnectorName"] for row in before], rows(tenant, "Get-BlockedConnector"))
    assert 404 == refused(tenant, "Remove-BlockedConnector", ConnectorId=CONNECTOR).status
