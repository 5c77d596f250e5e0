"""Mailboxes, rules, domains and the outbound policy, as evidence asks for them."""

import pytest

from tests.emulator.service_calls import contoso, refused, rows

MAILBOXES = [
    {
        "PrimarySmtpAddress": "alice@contoso.com",
        "UserPrincipalName": "a.smith@contoso.com",
        "ExternalDirectoryObjectId": "a11ce000-0000-4000-8000-0000000000a1",
        "EmailAddresses": ["SMTP:alice@contoso.com", "smtp:ally@contoso.com"],
        "ForwardingSmtpAddress": "smtp:box@fabrikam.example",
        "Rules": [{"Name": "Open", "ForwardTo": ["x@fabrikam.example"]}, {"Name": ".", "Hidden": True}],
    },
    {"PrimarySmtpAddress": "bob@contoso.com"},
]
DELIVERY = ("ForwardingSmtpAddress", "ForwardingAddress", "DeliverToMailboxAndForward")


@pytest.mark.parametrize(
    "identity",
    ["ALICE@contoso.com", "a.smith@contoso.com", "ally@contoso.com", "a11ce000-0000-4000-8000-0000000000a1"],
)
def test_a_mailbox_is_found_by_each_of_its_names(identity: str):
    """Address, user name, alias address and object id all lead to the mailbox (EXO-DOC)."""
    found = rows(contoso(mailboxes=MAILBOXES), "Get-Mailbox", Identity=identity)

    assert ["alice@contoso.com"] == [row["PrimarySmtpAddress"] for row in found]


def test_a_mailbox_tells_where_it_forwards():
    """Forwarding shows in three properties; the rules of the seed stay out of the row."""
    row = rows(contoso(mailboxes=MAILBOXES), "Get-Mailbox", Identity="alice@contoso.com")[0]

    assert ["smtp:box@fabrikam.example", None, False] == [row[key] for key in DELIVERY]
    assert "Rules" not in row


def test_without_an_identity_all_mailboxes_come():
    """Get-Mailbox alone lists everyone; an unknown one is a 404."""
    tenant = contoso(mailboxes=MAILBOXES)

    assert 2 == len(rows(tenant, "Get-Mailbox"))
    assert 404 == refused(tenant, "Get-Mailbox", Identity="nobody@contoso.com").status


@pytest.mark.parametrize(("hidden", "names"), [(False, ["Open"]), (True, ["Open", "."])])
def test_hidden_rules_come_only_when_asked_for(*, hidden: bool, names: list[str]):
    """Get-InboxRule leaves hidden rules out unless IncludeHidden is given (EXO-DOC)."""
    found = rows(contoso(mailboxes=MAILBOXES), "Get-InboxRule", Mailbox="alice@contoso.com", IncludeHidden=hidden)

    assert names == [row["Name"] for row in found]


def test_rules_need_a_mailbox_that_exists():
    """An app has no mailbox of its own, and an unknown one is a 404."""
    tenant = contoso(mailboxes=MAILBOXES)

    assert [400, 404] == [
        refused(tenant, "Get-InboxRule").status,
        refused(tenant, "Get-InboxRule", Mailbox="nobody@contoso.com").status,
    ]


def test_accepted_domains_are_the_initial_and_the_custom_ones():
    """Every domain of the tenant is accepted; the initial one says so, a custom one is the default."""
    found = rows(contoso(domains=["contoso.com"]), "Get-AcceptedDomain")

    assert [("contoso.onmicrosoft.com", True, False), ("contoso.com", False, True)] == [
        (row["DomainName"], row["InitialDomain"], row["Default"]) for row in found
    ]


def test_the_outbound_policy_has_its_defaults():
    """Limits of 0, blocking until the next day and automatic forwarding are the defaults (EXO-DOC)."""
    row = rows(contoso(outbound_policy={"AutoForwardingMode": "Off"}), "Get-HostedOutboundSpamFilterPolicy")[0]

    assert (0, "BlockUserForToday", "Off") == (
        row["RecipientLimitPerDay"],
        row["ActionWhenThresholdReached"],
        row["AutoForwardingMode"],
    )
