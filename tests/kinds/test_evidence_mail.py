"""Evidence on mail: where a mailbox and its rules send it, and where rules hide it."""

import pytest

from tests.kinds.evidence_given import ACCEPTED, answers, judged, reason

INSIDE, OUTSIDE = "bob@contoso.com", "box@fabrikam.example"
DN = "/o=ExchangeLabs/ou=Exchange Administrative Group/cn=Recipients/cn=bob"
BOB = {"PrimarySmtpAddress": INSIDE}


@pytest.mark.parametrize(
    ("mailbox", "more", "verdict"),
    [
        ({}, {}, "pass"),
        ({"ForwardingSmtpAddress": ""}, {}, "pass"),
        ({"ForwardingSmtpAddress": f"smtp:{OUTSIDE}"}, ACCEPTED, "fail"),
        ({"ForwardingSmtpAddress": f"SMTP:{OUTSIDE}"}, ACCEPTED, "fail"),
        ({"ForwardingSmtpAddress": INSIDE}, ACCEPTED, "pass"),
        ({"ForwardingSmtpAddress": f"smtp:{INSIDE}"}, {}, "unknown"),
        ({"ForwardingSmtpAddress": f"smtp:{INSIDE}"}, {"domains": ()}, "unknown"),
        ({"ForwardingSmtpAddress": "smtp:bob@mail.contoso.com"}, ACCEPTED, "fail"),
        ({"ForwardingSmtpAddress": {"Address": OUTSIDE}}, ACCEPTED, "unknown"),
        ({"ForwardingAddress": "Bob"}, {"target:bob": (BOB,)}, "pass"),
        ({"ForwardingAddress": "Bob"}, {"target:bob": ()}, "fail"),
        ({"ForwardingAddress": "Bob"}, {}, "unknown"),
        ({"ForwardingAddress": 7}, {}, "unknown"),
        ({"ForwardingAddress": "Bob", "ForwardingSmtpAddress": OUTSIDE}, {"target:bob": (BOB,)} | ACCEPTED, "fail"),
    ],
)
def test_forwarding_of_the_mailbox(mailbox, more, verdict):
    """Only what goes to an accepted domain, or to a mailbox of the tenant, is inside."""
    assert verdict == judged(answers(mailbox=mailbox, **more))["no_external_forwarding"]


def rule(**values):
    """One inbox rule that works."""
    return {"Name": ".", "Enabled": True, **values}


@pytest.mark.parametrize(
    ("one", "more", "verdict"),
    [
        (rule(ForwardTo=[OUTSIDE]), ACCEPTED, "fail"),
        (rule(ForwardTo=OUTSIDE), ACCEPTED, "fail"),
        (rule(RedirectTo=[f'"Box" [SMTP:{OUTSIDE}]']), ACCEPTED, "fail"),
        (rule(ForwardAsAttachmentTo=[INSIDE, f"smtp:{OUTSIDE}"]), ACCEPTED, "fail"),
        (rule(ForwardTo=[f'"[SMTP:{INSIDE}]" [SMTP:{OUTSIDE}]']), ACCEPTED, "fail"),
        (rule(ForwardTo=[f'"Bob" [SMTP:{INSIDE}]']), ACCEPTED, "pass"),
        (rule(ForwardTo=[f'"Bob" [SMTP:{INSIDE}]']), {}, "unknown"),
        (rule(ForwardTo=[f'"Bob" [EX:{DN}]']), {f"target:{DN.casefold()}": (BOB,)}, "pass"),
        (rule(ForwardTo=[f'"Box" [EX:{DN}]']), {f"target:{DN.casefold()}": ()}, "fail"),
        (rule(ForwardTo=[f'"Bob" [EX:{DN}]']), {}, "unknown"),
        (rule(ForwardTo=['"Box" [FAX:1234]']), ACCEPTED, "unknown"),
        (rule(ForwardTo=["Bob"]), ACCEPTED, "unknown"),
        (rule(ForwardTo=[{"Address": OUTSIDE}]), ACCEPTED, "unknown"),
        (rule(Enabled=False, ForwardTo=[OUTSIDE], DeleteMessage=True), ACCEPTED, "pass"),
        (rule(Enabled=None, DeleteMessage=True), {}, "fail"),
        (rule(DeleteMessage=True), {}, "fail"),
        (rule(SoftDeleteMessage="True"), {}, "fail"),
        (rule(MoveToFolder="Newsletters"), {}, "pass"),
        (rule(MoveToFolder=""), {}, "pass"),
        (rule(MoveToFolder=["Archive"]), {}, "unknown"),
        (rule(Name="Junk E-Mail Rule", DeleteMessage=True), {}, "pass"),
        (rule(Name="Microsoft.Exchange.OOF.AllExternalSenders.Global", MoveToFolder="Archive"), {}, "pass"),
        (rule(Name="Junk E-Mail Rule", ForwardTo=[OUTSIDE]), ACCEPTED, "fail"),
        (rule(Name="My Junk E-Mail Rule", DeleteMessage=True), {}, "fail"),
    ],
)
def test_the_table_of_rules(one, more, verdict):
    """A rule that sends outside, deletes or hides fails; names that the service uses excuse only the latter two."""
    found = answers(rules=(rule(Name="Tidy", MoveToFolder="Invoices"), one), **more)

    assert verdict == judged(found)["no_suspicious_inbox_rules"]
    assert (verdict == "pass") == (not reason(found, "no_suspicious_inbox_rules"))


@pytest.mark.parametrize(
    "folder",
    [
        "RSS Feeds", "rss subscriptions", "RSS-Feeds", "Flux RSS", "Conversation History", "Archive", "Deleted Items",
        "alice:\\Archive", "alice\\Deleted Items\\x", "Archive/2026", "Gelöschte Elemente", "\u200bArchive ",
    ],
)  # fmt: skip
def test_folders_in_which_nobody_looks(folder):
    """However the path is spelled, and in the languages that the facts know."""
    assert "fail" == judged(answers(rules=(rule(MoveToFolder=folder),)))["no_suspicious_inbox_rules"]


@pytest.mark.parametrize("folder", ["Glossary", "Carss", "Archived invoices", "Inbox", "Junk Email"])
def test_folders_that_only_sound_like_them(folder):
    """A part of a word is no folder."""
    assert "pass" == judged(answers(rules=(rule(MoveToFolder=folder),)))["no_suspicious_inbox_rules"]


def test_a_bad_rule_counts_though_another_is_unknown():
    """What is known to be wrong is said first."""
    found = answers(rules=(rule(ForwardTo=["Bob"]), rule(DeleteMessage=True), rule(RedirectTo=[OUTSIDE])), **ACCEPTED)

    assert "fail" == judged(found)["no_suspicious_inbox_rules"]
    assert reason(found, "no_suspicious_inbox_rules").startswith("2 inbox rules send mail outside")
