"""What evidence asks, and when: the checks that are needed, of the senders that have an approval, and nothing else."""

from dataclasses import replace

import pytest

from reconciler.core.history import History, Write
from reconciler.core.request import Answers, GraphQuery, Query
from reconciler.core.values import stamp
from reconciler.kinds.restricted_sender import KIND
from reconciler.kinds.restricted_sender.wire import read
from tests.kinds.evidence_given import ALICE, ALL, ENTRY, HARMLESS, ID, MAILBOX, ROW, START, USER, answers, asked
from tests.kinds.given import DAY, NOW, below, changes, moment, rules, scoped, wanted

LIST = Answers({"blocked-senders": (ROW,)})
KNOWN = LIST.joined(Answers({f"mailbox:{ALICE}": (MAILBOX,)}))
LEGACY = '"Bob" [EX:/o=ExchangeLabs/cn=bob]'


@pytest.mark.parametrize(
    ("check", "questions"),
    [
        ("password_changed_since_block", {f"user:{ID}"}),
        ("sessions_revoked_since_block", {f"user:{ID}"}),
        ("account_enabled", {f"user:{ID}"}),
        ("mfa_registered", {f"registration:{ID}", f"methods:{ID}"}),
        ("not_at_risk", {f"risk:{ID}"}),
        ("no_external_forwarding", set()),
        ("no_suspicious_inbox_rules", {f"rules:{ALICE}"}),
    ],
)
def test_each_check_asks_only_what_it_needs(check, questions):
    """The mailbox first, in a round of its own; a check that the guardrails do not require asks nothing."""
    assert ([f"mailbox:{ALICE}"], questions) == (asked(LIST, check), set(asked(KNOWN, check)))


@pytest.mark.parametrize(
    ("changed", "questions"),
    [
        ({}, set()),
        ({"mailbox": {"ForwardingSmtpAddress": "smtp:a@b.example"}}, {"domains"}),
        ({"mailbox": {"ForwardingAddress": "Bob"}}, {"target:bob"}),
        (
            {"rules": ({"Name": "x", "ForwardTo": ["a@b.example", LEGACY]},)},
            {"domains", "target:/o=exchangelabs/cn=bob"},
        ),
        ({"rules": ({"Name": "x", "Enabled": False, "ForwardTo": ["a@b.example"]},)}, set()),
        ({"rules": ({"Name": "x", "DeleteMessage": True},)}, set()),
        ({"user": {"onPremisesImmutableId": "x"}}, {"domain:contoso.com"}),
        ({"user": {"onPremisesSyncEnabled": True}}, {"domain:contoso.com", "synchronisation"}),
    ],
)
def test_a_third_round_only_where_an_answer_calls_for_it(changed, questions):
    """Accepted domains are asked for only where mail is sent on, and the directory only where a password comes from it."""
    assert questions == set(asked(answers(**changed), *ALL))


def test_a_sender_known_by_user_name_takes_one_round_more():
    """Risk and registration are asked by the object id, which the account tells."""
    named = LIST.joined(Answers({f"mailbox:{ALICE}": ({**MAILBOX, "ExternalDirectoryObjectId": None},)}))
    user = Answers({"user:a.smith@contoso.com": (USER,)})

    assert ["user:a.smith@contoso.com"] == asked(named, "not_at_risk")
    assert [f"risk:{ID}"] == asked(named.joined(user), "not_at_risk")


@pytest.mark.parametrize(
    ("entry", "more"),
    [
        ({**ENTRY, "blocked_before": stamp(START - DAY)}, {}),
        ({**ENTRY, "expires": "2026-11-20"}, {}),
        ({**ENTRY, "address": "bob@contoso.com"}, {}),
    ],
)
def test_nobody_is_looked_at_without_need(entry, more):
    """No account is read for a block that no valid entry covers."""
    assert [] == asked(LIST, *ALL, entry=entry, **more)


def test_what_an_entry_waives_is_not_asked():
    """A waiver that the guardrails allow spares the question."""
    when = moment(evidence={"require": ("not_at_risk",), "waivable": ("not_at_risk",)})
    entry = {**ENTRY, "waive": {"not_at_risk": "no licence"}}

    assert () == KIND.follow_up(wanted(KIND, {"unblock": [entry]}), LIST, when)
    assert {} == rules(scoped(KIND, {"unblock": [entry]}, LIST, when))


def test_commands_that_list_look_at_everybody():
    """With an entry or without; a look at the lists alone asks nothing."""
    when = moment(evidence={"require": ALL})

    assert [f"mailbox:{ALICE}"] == [one.name for one in KIND.follow_up((), LIST, replace(when, depth="everything"))]
    assert () == KIND.follow_up((), LIST, when)
    one = wanted(KIND, {"unblock": [ENTRY]})
    assert () == KIND.follow_up(one, LIST, replace(when, depth="lists"))


def test_questions_are_spelled_as_the_service_takes_them():
    """The address as the tenant spells it, hidden rules too, and each name one segment of a path."""
    when = moment(evidence={"require": ALL})
    odd = {**MAILBOX, "ExternalDirectoryObjectId": None, "UserPrincipalName": "a#EXT#/..@contoso.com"}
    given = LIST.joined(Answers({f"mailbox:{ALICE}": (odd,)}))
    found = {one.name: one for one in KIND.follow_up(wanted(KIND, {"unblock": [ENTRY]}), given, when)}
    mailbox, inbox = found[f"mailbox:{ALICE}"], found[f"rules:{ALICE}"]
    (user,) = [one for one in found.values() if isinstance(one, GraphQuery)]

    assert isinstance(mailbox, Query)
    assert isinstance(inbox, Query)
    assert [{"Identity": "Alice@Contoso.com"}, {"Mailbox": "Alice@Contoso.com", "IncludeHidden": True}] == [
        mailbox.parameters,
        inbox.parameters,
    ]
    assert user.path.startswith("/users/a%23ext%23%2F..@contoso.com?$select=id,")


def write(state="answered", at=NOW, since=START):
    """An unblock of ours."""
    address, before = f"contoso/restricted-sender/{ALICE}", {**read(ROW).fields, "blocked_since": stamp(since)}
    return Write(id=1, address=address, kind="restricted-sender", via="api", action="delete", before=before, after=None, at=at, state=state)  # fmt: skip


@pytest.mark.parametrize(
    ("one", "questions"),
    [
        (write(), 0),
        (write("unanswered"), 0),
        (write("refused", NOW - 5 * DAY), 0),
        (write("denied"), 1),
        (write(at=NOW - 2 * DAY), 1),
        (write(since=START - DAY), 1),
    ],
)
def test_an_unblock_on_its_way_takes_no_evidence(one, questions):
    """A block that is being lifted, or that the service refused to lift, is judged by its clock alone."""
    when = replace(moment(evidence={"require": ALL}), history=History(known=True, writes=(one,)))

    assert questions == len(KIND.follow_up(wanted(KIND, {"unblock": [ENTRY]}), LIST, when))
    assert ["delete"] * (not questions) == [each.action for each in changes(KIND, {"unblock": [ENTRY]}, LIST, when)]


@pytest.mark.parametrize("section", [{}, {"unblock": [ENTRY]}])
def test_a_sender_who_is_blocked_again_is_told_with_the_story(section):
    """Both dates of each unblock of ours, whether or not somebody approves another one."""
    earlier = (write(since=START - DAY, at=START - DAY / 2), write(since=START - 9 * DAY, at=START - 8 * DAY))
    when = replace(moment(), history=History(known=True, writes=earlier))
    result = scoped(KIND, section, LIST, when)
    (finding,) = [one for one in result.findings if one.rule == "blocked-again"]

    assert ("warning", f"contoso/restricted-sender/{ALICE}") == (finding.severity, finding.address)
    assert (
        "blocked again since 2026-11-19T12:00:00Z: the block of 2026-11-10T12:00:00Z was lifted by us at "
        "2026-11-11T12:00:00Z; the block of 2026-11-18T12:00:00Z was lifted by us at 2026-11-19T00:00:00Z."
    ) in finding.message
    assert ["2026-11-11T12:00:00Z", "2026-11-19T00:00:00Z"] == [
        below(result.listed[0], "unblocked", place, "unblocked") for place in (0, 1)
    ]


@pytest.mark.parametrize("one", [write(), write("refused", since=START - DAY), write("denied", since=START - DAY)])
def test_the_same_block_and_a_refused_unblock_are_no_story(one):
    """Only an unblock that was, or may have been, done makes a new block a relapse."""
    when = replace(moment(), history=History(known=True, writes=(one,)))

    assert "blocked-again" not in rules(scoped(KIND, {"unblock": [ENTRY]}, LIST, when))


def test_harmless_answers_are_what_is_asked():
    """The answers that these tests start from are those of the questions."""
    assert [] == asked(answers(), *ALL)
    assert {name for name in HARMLESS if name != "blocked-senders"} == {
        one.name
        for one in KIND.follow_up(wanted(KIND, {"unblock": [ENTRY]}), answers(), moment(evidence={"require": ALL}))
    }
