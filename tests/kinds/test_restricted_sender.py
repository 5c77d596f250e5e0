"""Approvals and blocks: which block is lifted, which sender is held, and what is said of the rest."""

from datetime import timedelta

import pytest

from reconciler.core.errors import ReadError
from reconciler.core.request import Answers
from reconciler.core.values import Fields, Row, stamp
from reconciler.kinds.restricted_sender import KIND
from reconciler.kinds.restricted_sender.reason import decoded, sentence
from tests.kinds.given import DAY, NOW, below, changes, faults_of, moment, parsed, rules, scoped

ALICE = "alice@contoso.com"
START = NOW - 2 * DAY
REASON = "ExceedingLimitType=External;InternalRecipientCountToday=3;ExternalRecipientCountToday=2001;EmailSendingLimitExceeded"


def entry(**values):
    """An approval of the block that began two days ago."""
    return {
        "address": ALICE,
        "blocked_before": stamp(NOW - DAY),
        "expires": "2026-11-27",
        "approved_by": "lead@contoso.com",
        "reason": "Password reset",
        **values,
    }


def section(*entries):
    """A section with these approvals."""
    return {"unblock": list(entries)}


def block(**values) -> Row:
    """A row of Get-BlockedSenderAddress."""
    return {
        "SenderAddress": "Alice@Contoso.com",
        "Reason": REASON,
        "CreatedDatetime": stamp(START),
        "ChangedDatetime": stamp(START),
        "TemporaryBlock": False,
        **values,
    }


def answers(*rows):
    """The list of blocked senders."""
    return Answers({"blocked-senders": rows})


OLD = entry(blocked_before=stamp(START - DAY))
EXPIRED = entry(expires="2026-11-20")


@pytest.mark.parametrize(
    ("rows", "entries", "action", "said"),
    [
        ([], [entry()], None, {"already-unblocked": "info"}),
        ([], [EXPIRED], None, {"entry-to-remove": "info"}),
        ([], [EXPIRED, entry()], None, {"already-unblocked": "info"}),
        ([block()], [entry()], "delete", {}),
        ([block()], [entry(blocked_before=stamp(START))], "delete", {}),
        ([block()], [OLD], None, {"newer-block": "held"}),
        ([block()], [OLD, EXPIRED], None, {"approval-expired": "held"}),
        ([block()], [OLD, entry()], "delete", {}),
        ([block()], [EXPIRED, entry()], "delete", {}),
        ([block()], [EXPIRED], None, {"approval-expired": "held"}),
        ([block()], [], None, {"restricted": "info"}),
        ([block(CreatedDatetime=None)], [entry()], None, {"unknown-start": "held"}),
        ([block(CreatedDatetime="yesterday")], [entry()], None, {"unknown-start": "held"}),
        ([block(ChangedDatetime=stamp(NOW))], [entry()], "delete", {"block-changed": "warning"}),
        ([block(), block(CreatedDatetime=stamp(NOW))], [entry()], None, {"newer-block": "held"}),
    ],
)
def test_the_table_of_unblocking(rows, entries, action, said):
    """Only a block that was reviewed, by an entry that holds, is lifted (docs/policies.md)."""
    found = changes(KIND, section(*entries), answers(*rows))

    assert ([action] if action else [], said) == (
        [one.action for one in found],
        rules(scoped(KIND, section(*entries), answers(*rows))),
    )


def test_a_held_sender_is_shown_as_still_blocked():
    """A sender who is held is not taken for absent, or a clock would end."""
    (pair,) = scoped(KIND, section(OLD), answers(block())).pairs

    assert pair.before == pair.after
    assert pair.before is not None


def test_an_unblock_is_one_cmdlet_with_the_address_alone():
    """Nothing but the address goes along, spelled as the tenant spells it (CIPP)."""
    (change,) = changes(KIND, section(entry()), answers(block()))

    assert ("exo", "Remove-BlockedSenderAddress", {"SenderAddress": "Alice@Contoso.com"}) == tuple(
        getattr(KIND.encode(change, Answers())[0], name) for name in ("service", "cmdlet", "parameters")
    )
    assert {"address": ALICE, "blocked_since": stamp(START), "reason": REASON, "temporary": False} == change.before


@pytest.mark.parametrize(
    ("now", "machine", "rule"),
    [
        (NOW, NOW, None),
        (NOW, NOW + 10 * DAY, "approval-expired"),
        (NOW + 10 * DAY, NOW, "approval-expired"),
    ],
)
def test_an_approval_must_hold_at_both_times(now, machine, rule):
    """A shifted run revives no approval, and outlives none."""
    found = rules(scoped(KIND, section(entry()), answers(block()), moment(now, machine)))

    assert ({rule: "held"} if rule else {}) == found


def test_an_approval_holds_through_its_last_day():
    """A date ends with that day, UTC."""
    last = NOW.replace(day=27, hour=23, minute=59)

    assert ["delete"] == [one.action for one in changes(KIND, section(entry()), answers(block()), moment(last))]


@pytest.mark.parametrize(("days", "held"), [(1, False), (0, True)])
def test_an_approval_ages_from_the_review(days, held):
    """max_age_days counts from blocked_before."""
    found = rules(scoped(KIND, section(entry()), answers(block()), moment(NOW, approvals={"max_age_days": days})))

    assert ({"approval-expired": "held"} if held else {}) == found


def test_approvals_that_must_be_proven_are_held():
    """A name in a file proves nothing."""
    when = moment(NOW, approvals={"verify": "gitlab"})

    assert {"approval-unproven": "held"} == rules(scoped(KIND, section(entry()), answers(block()), when))


@pytest.mark.parametrize(
    ("waive", "waivable", "held", "verdicts"),
    [
        ({}, (), True, ["unknown", "unknown"]),
        ({"mfa_registered": "shared mailbox"}, ("mfa_registered",), True, ["waived", "unknown"]),
        ({"mfa_registered": "x", "not_at_risk": "y"}, ("mfa_registered", "not_at_risk"), False, ["waived", "waived"]),
        ({"mfa_registered": "x", "not_at_risk": "y"}, (), True, ["unknown", "unknown"]),
    ],
)
def test_required_evidence_is_unknown_until_it_is_waived(waive, waivable, held, verdicts):
    """Unknown never passes; only what guardrails allow can be waived."""
    when = moment(NOW, evidence={"require": ("mfa_registered", "not_at_risk"), "waivable": waivable})
    result = scoped(KIND, section(entry(waive=waive)), answers(block()), when)

    assert ({"missing-evidence": "held"} if held else {}) == rules(result)
    assert verdicts == [one.verdict for one in result.evidence]


def test_a_sender_without_an_entry_is_foreign_and_shown():
    """The finding tells address, start and decoded reason."""
    result = scoped(KIND, {}, answers(block()))

    assert (1, ()) == (result.foreign, result.pairs)
    assert (
        "Alice@Contoso.com can't send since 2026-11-19T12:00:00Z: the external sending limit was exceeded "
        "(3 internal, 2001 external recipients today)."
    ) == "".join(finding.message for finding in result.findings)


@pytest.mark.parametrize(
    ("entries", "approval"), [([], "none"), ([entry()], "valid"), ([EXPIRED], "expired"), ([OLD], "newer-block")]
)
def test_the_list_of_senders_tells_what_approvals_are_worth(entries, approval):
    """Every blocked sender is listed, named or not."""
    (listed,) = scoped(KIND, section(*entries), answers(block())).listed

    assert (ALICE, stamp(START), approval, "sending-limit") == (
        listed["address"],
        listed["blocked_since"],
        listed["approval"],
        below(listed, "reason", "kind"),
    )


def test_a_row_without_an_address_is_never_guessed():
    """A list with a nameless row proves nobody free."""
    with pytest.raises(ReadError, match="no readable address"):
        scoped(KIND, section(entry()), answers(block(SenderAddress=None)))


def test_entries_of_one_sender_become_one_wanted_object():
    """Its address is folded, and each entry keeps its own words."""
    (one,) = parsed(KIND, section(entry(address="ALICE@contoso.com", ticket="INC-1"), entry())).wanted

    assert (f"contoso/restricted-sender/{ALICE}", ALICE) == (one.address, one.name)
    assert ["INC-1", None] == [below(one.body, "entries", 0, "ticket"), below(one.body, "entries", 1).get("ticket")]


@pytest.mark.parametrize("when", [moment(NOW - 3 * DAY, NOW), moment(NOW, NOW - 3 * DAY)])
def test_a_review_in_the_future_would_be_a_standing_right(when):
    """blocked_before must be past at the run's time and at the machine's."""
    assert [("unblock", 0, "blocked_before")] == [fault.path for fault in parsed(KIND, section(entry()), when).faults]


def test_nobody_approves_the_end_of_his_own_block():
    """Whoever is blocked may not be who approves."""
    found = parsed(KIND, section(entry(approved_by="Alice@contoso.com"))).faults

    assert [("unblock", 0, "approved_by")] == [fault.path for fault in found]


@pytest.mark.parametrize(
    ("values", "path", "start"),
    [
        ({"address": "alice"}, ("address",), "`alice` is not a mailbox."),
        ({"blocked_before": "12am"}, ("blocked_before",), "`12am` is no time. Write a date and a time in UTC"),
        ({"blocked_before": "2026-11-20"}, ("blocked_before",), "`2026-11-20` is no time."),
        ({"blocked_before": "2026-11-31T09:00:00Z"}, ("blocked_before",), "`2026-11-31T09:00:00Z` is no time."),
        ({"expires": "tomorrow"}, ("expires",), "`tomorrow` is no date."),
        ({"expires": "2026-02-30"}, ("expires",), "`2026-02-30` is no date."),
        ({"expires": None}, ("expires",), "null is no date."),
        ({"reason": " "}, ("reason",), "` ` is no text."),
        ({"ticket": 4711}, ("ticket",), "`4711` is no text."),
        ({"waive": {"mfa": "x"}}, ("waive", "mfa", "[key]"), "`mfa` is no check of evidence."),
        ({"waive": {"mfa_registered": ""}}, ("waive", "mfa_registered"), "`` is no text."),
    ],
)
def test_a_wrong_value_gets_a_sentence_at_its_place(values, path, start):
    """Every refusal says what is wrong and what to write instead."""
    found = faults_of(KIND, section(entry(**values)))

    assert [("unblock", 0, *path)] == list(found)
    assert next(iter(found.values())).startswith(start)


def test_a_bare_address_is_answered_with_the_entry_to_paste():
    """An allowlist would lift every future block unseen."""
    (message,) = faults_of(KIND, section(ALICE)).values()

    assert all(f"{key}: " in message for key in ("- address", "blocked_before", "expires", "approved_by", "reason"))
    assert f"address: {ALICE}" in message


def test_missing_and_unknown_keys_are_refused():
    """Only the ticket and the waivers are optional."""
    assert {
        ("unblock", 0, "blocked_before"), ("unblock", 0, "expires"), ("unblock", 0, "approved_by"),
        ("unblock", 0, "reason"), ("unblock", 0, "until"),
    } == set(faults_of(KIND, section({"address": ALICE, "until": "x"})))  # fmt: skip


def test_times_are_canonical():
    """Other zones become UTC; no zone means UTC."""
    checked = KIND.check(
        section(entry(blocked_before="2026-11-20T10:00:00+01:00"), entry(blocked_before="2026-11-20 09:00"))
    )

    assert ["2026-11-20T09:00:00Z"] * 2 == [below(checked, "unblock", place, "blocked_before") for place in (0, 1)]


@pytest.mark.parametrize(
    ("raw", "kind", "words"),
    [
        (
            REASON,
            "sending-limit",
            "the external sending limit was exceeded (3 internal, 2001 external recipients today)",
        ),
        (
            "OutboundSpamLast24Hours=12;OutboundMailLast24Hours=20;OutboundSpamPercent=60;LastMessage:abc;AS:4",
            "spam",
            "too much of its mail was spam (12 spam, 20 mails, 60 % spam in 24 hours)",
        ),
        ("Something new", "unknown", "the service says: Something new"),
        ("", "unknown", "the service gives no reason"),
    ],
)
def test_reasons_are_read_leniently(raw, kind, words):
    """Unknown keys and flags are kept; the raw text is always there."""
    assert (raw, kind, words) == (decoded(raw)["raw"], decoded(raw)["kind"], sentence(raw))


def test_a_reason_keeps_what_it_does_not_know():
    """Colon and equals sign both end a key, whichever comes first."""
    assert {"raw": "A:b=c; Flag;N=7", "kind": "unknown", "facts": {"A": "b=c", "N": 7}, "flags": ["Flag"]} == decoded(
        "A:b=c; Flag;N=7"
    )


def test_a_block_is_known_again_by_address_and_start():
    """A changed reason is the same block; another start is another one."""
    one: Fields = {"address": ALICE, "blocked_since": stamp(START), "reason": "a", "temporary": False}

    assert KIND.is_same(one, {**one, "reason": "b"})
    assert not KIND.is_same(one, {**one, "blocked_since": stamp(START + timedelta(seconds=1))})
