"""Evidence on an account: what passes, what fails, and that whatever is not known never passes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.values import stamp
from reconciler.kinds.restricted_sender import KIND
from reconciler.kinds.restricted_sender.evidence import CHECKS
from tests.kinds.evidence_given import (
    ACCEPTED,
    ALICE,
    ALL,
    BEFORE,
    ENTRY,
    HARMLESS,
    ID,
    ROW,
    SINCE,
    START,
    USER,
    answers,
    judged,
    reason,
)
from tests.kinds.given import DAY, moment, rules, scoped

RESTS_ON = {
    f"mailbox:{ALICE}": set(ALL),
    f"user:{ID}": {"password_changed_since_block", "sessions_revoked_since_block", "account_enabled"},
    f"registration:{ID}": {"mfa_registered"},
    f"risk:{ID}": {"not_at_risk"},
    f"rules:{ALICE}": {"no_suspicious_inbox_rules"},
}
"""The answers that each check rests on."""


def test_every_check_that_guardrails_can_require_is_made():
    """The words of policies and the checks are the same, and a harmless account passes all."""
    assert (set(ALL), dict.fromkeys(ALL, "pass")) == (set(CHECKS), judged(answers()))


@given(st.sets(st.sampled_from(sorted(RESTS_ON))), st.booleans())
def test_what_was_not_answered_never_passes(lost, explained):
    """Whichever answers are lost, exactly the checks that rest on them are unknown, with a reason."""
    given_ = answers(dict.fromkeys(lost, "Grant the permission.") if explained else None)
    for name in lost:
        del given_[name]
    unknown = {check for name in lost for check in RESTS_ON[name]}

    assert {check: "unknown" if check in unknown else "pass" for check in ALL} == judged(given_)
    assert all(reason(given_, check) for check in unknown)


@pytest.mark.parametrize(
    ("check", "changed", "verdict"),
    [
        ("password_changed_since_block", {"user": {"lastPasswordChangeDateTime": BEFORE}}, "fail"),
        ("password_changed_since_block", {"user": {"lastPasswordChangeDateTime": stamp(START)}}, "fail"),
        ("password_changed_since_block", {"user": {"lastPasswordChangeDateTime": None}}, "unknown"),
        ("password_changed_since_block", {"user": {"lastPasswordChangeDateTime": "soon"}}, "unknown"),
        ("sessions_revoked_since_block", {"user": {"signInSessionsValidFromDateTime": BEFORE}}, "fail"),
        ("sessions_revoked_since_block", {"user": {"signInSessionsValidFromDateTime": None}}, "unknown"),
        ("account_enabled", {"user": {"accountEnabled": False}}, "fail"),
        ("account_enabled", {"user": {"accountEnabled": None}}, "unknown"),
        ("account_enabled", {"user": ()}, "unknown"),
        ("mfa_registered", {"registration": ({"isMfaRegistered": False},)}, "fail"),
        ("mfa_registered", {"registration": ()}, "unknown"),
        ("mfa_registered", {"registration": ({"isMfaCapable": True},)}, "unknown"),
        ("not_at_risk", {"risk": ({"riskState": "none"},)}, "pass"),
        ("not_at_risk", {"risk": ({"riskState": "confirmedSafe"},)}, "pass"),
        ("not_at_risk", {"risk": ({"riskState": "remediated"},)}, "pass"),
        ("not_at_risk", {"risk": ({"riskState": "dismissed"},)}, "pass"),
        ("not_at_risk", {"risk": ({"riskState": "atRisk"},)}, "fail"),
        ("not_at_risk", {"risk": ({"riskState": "confirmedCompromised"},)}, "fail"),
        ("not_at_risk", {"risk": ({"riskState": "unknownFutureValue"},)}, "unknown"),
        ("not_at_risk", {"risk": ({"riskState": None},)}, "unknown"),
        ("not_at_risk", {"risk": ({},)}, "unknown"),
    ],
)
def test_the_table_of_checks(check, changed, verdict):
    """One changed value changes one verdict; what is no value is unknown, and says why."""
    found = answers(**changed)

    assert verdict == judged(found)[check]
    assert (verdict == "pass") == (not reason(found, check))


@pytest.mark.parametrize(
    ("mailboxes", "told"),
    [
        ((), "no mailbox of the tenant has this address"),
        (({"PrimarySmtpAddress": "ALICE@contoso.com"},) * 2, "2 mailboxes have this address"),
        (({"PrimarySmtpAddress": "alice@fabrikam.com"},), "no mailbox of the tenant has this address"),
        (({"PrimarySmtpAddress": ALICE},), "names no account"),
        (
            ({"PrimarySmtpAddress": ALICE, "ExternalDirectoryObjectId": "../me", "UserPrincipalName": "x"},),
            "no account",
        ),
    ],
)
def test_nobody_is_guessed(mailboxes, told):
    """Without the one mailbox that bears the address every check is unknown."""
    found = answers(mailbox=mailboxes)

    assert dict.fromkeys(ALL, "unknown") == judged(found)
    assert told in reason(found, "account_enabled")


def test_a_mailbox_without_an_object_id_is_known_by_its_user_name():
    """The directory then gives the id that risk and registration are asked by."""
    found = answers(mailbox={"ExternalDirectoryObjectId": ""}, **{"user:a.smith@contoso.com": (USER,)})

    assert dict.fromkeys(ALL, "pass") == judged(found)
    found["user:a.smith@contoso.com"] = ({**USER, "id": None},)
    assert "unknown" == judged(found)["not_at_risk"]


MANAGED = {"domain:contoso.com": ({"authenticationType": "Managed"},)}
FEDERATED = {"domain:contoso.com": ({"authenticationType": "Federated"},)}
WRITES_BACK = {"synchronisation": ({"features": {"passwordWritebackEnabled": True}},)}


@pytest.mark.parametrize(
    ("user", "more", "verdict"),
    [
        ({"onPremisesSyncEnabled": True}, MANAGED | WRITES_BACK, "pass"),
        ({"onPremisesSyncEnabled": True}, MANAGED, "unknown"),
        ({"onPremisesSyncEnabled": True}, MANAGED | {"synchronisation": ({"features": {}},)}, "unknown"),
        ({"onPremisesSyncEnabled": True}, FEDERATED | WRITES_BACK, "unknown"),
        ({"onPremisesSyncEnabled": True}, WRITES_BACK, "unknown"),
        ({"onPremisesImmutableId": "abc=="}, MANAGED, "pass"),
        ({"onPremisesImmutableId": "abc=="}, FEDERATED, "unknown"),
        ({"onPremisesImmutableId": "abc=="}, {"domain:contoso.com": ()}, "unknown"),
        ({"onPremisesImmutableId": "abc=="}, {}, "unknown"),
        ({"onPremisesSyncEnabled": False}, {}, "pass"),
    ],
)
def test_a_password_that_is_kept_elsewhere_is_unknown(user, more, verdict):
    """The date in the directory says nothing of a federated account, nor of a synchronised one without write-back."""
    assert verdict == judged(answers(user=user, **more))["password_changed_since_block"]


def held(entry=ENTRY, given_=None, **guardrails):
    """What becomes of an approved sender."""
    when = moment(evidence={"require": ALL, **guardrails})
    return scoped(KIND, {"unblock": [entry]}, given_ or answers(), when)


def test_a_sender_whose_evidence_is_complete_is_lifted():
    """Each verdict stands in the plan, at the time at which it was given."""
    result = held()

    assert ({}, [None]) == (rules(result), [pair.after for pair in result.pairs])
    assert [(check, "pass", "2026-11-21T12:00:00Z") for check in ALL] == [
        (one.check, one.verdict, one.at) for one in result.evidence
    ]


def test_a_sender_without_evidence_is_held_with_what_to_do():
    """Each gap is named with its way out, and what the entry may waive."""
    given_ = answers({f"risk:{ID}": "Grant IdentityRiskyUser.Read.All."}, user={"lastPasswordChangeDateTime": BEFORE})
    del given_[f"risk:{ID}"]
    result = held(given_=given_, waivable=("not_at_risk",))
    (finding,) = result.findings

    assert ("missing-evidence", "held", [pair.before for pair in result.pairs]) == (
        finding.rule, finding.severity, [pair.after for pair in result.pairs],
    )  # fmt: skip
    assert finding.message == (
        "password_changed_since_block failed: the password was not changed since the block began: reset it. "
        "not_at_risk unknown: Grant IdentityRiskyUser.Read.All. "
        "The guardrails let the entry waive not_at_risk, with a reason."
    )
    assert ["fail", "unknown"] == [one.verdict for one in result.evidence if one.verdict != "pass"]


@pytest.mark.parametrize(
    ("waivable", "verdict", "said"), [(ALL, "waived", {}), ((), "fail", {"missing-evidence": "held"})]
)
def test_only_what_guardrails_allow_is_waived(waivable, verdict, said):
    """A waiver without leave is none."""
    entry = {**ENTRY, "waive": {"mfa_registered": "a shared mailbox"}}
    result = held(entry, answers(registration=({"isMfaRegistered": False},)), waivable=waivable)

    assert (said, [verdict]) == (
        rules(result),
        [one.verdict for one in result.evidence if one.check == "mfa_registered"],
    )


def test_one_entry_that_needs_less_is_enough():
    """Of two approvals the one with the fewer gaps decides."""
    waiving = {**ENTRY, "blocked_before": SINCE, "waive": {"mfa_registered": "a shared mailbox"}}
    when = moment(evidence={"require": ALL, "waivable": ALL})
    result = scoped(KIND, {"unblock": [ENTRY, waiving]}, answers(registration=({"isMfaRegistered": False},)), when)

    assert {} == rules(result)


FRESH = {"id": "2", "createdDateTime": stamp(START - DAY / 2)}


@pytest.mark.parametrize(
    ("methods", "said"),
    [
        ((FRESH,), {"new-mfa-method": "warning"}),
        (({**FRESH, "createdDateTime": stamp(START - DAY)},), {"new-mfa-method": "warning"}),
        (({**FRESH, "createdDateTime": stamp(START - 2 * DAY)},), {}),
        (({**FRESH, "createdDateTime": None},), {}),
        (({**FRESH, "id": "28c10230-6103-485e-b985-444c60001490"},), {}),
    ],
)
def test_a_sign_in_method_as_new_as_the_block_is_told(methods, said):
    """It may be the attacker's; the password counts as a method too, and is looked at by its own check."""
    assert said == rules(held(given_=answers(methods=methods)))


def test_methods_that_cannot_be_read_are_told():
    """The registration report alone can't tell whose method it counts."""
    given_ = answers({f"methods:{ID}": "Grant UserAuthenticationMethod.Read.All."})
    del given_[f"methods:{ID}"]
    (finding,) = held(given_=given_).findings

    assert ("new-mfa-method", "warning") == (finding.rule, finding.severity)
    assert finding.message.endswith("is not known: Grant UserAuthenticationMethod.Read.All.")


def test_the_list_of_senders_has_the_whole_table():
    """Seven checks of everybody who is blocked, with an entry or without, and whether guardrails ask for each."""
    when = moment(evidence={"require": ("account_enabled",)})
    everything = type(when)(when.now, when.machine, when.guardrails, depth="everything")
    (listed,) = scoped(KIND, {}, answers(user={"accountEnabled": False}), everything).listed
    table = listed["evidence"]

    assert isinstance(table, list)
    assert list(ALL) == [one["check"] for one in table if isinstance(one, dict)]
    assert [("fail", True)] == [
        (one["verdict"], one["required"]) for one in table if isinstance(one, dict) and one["verdict"] != "pass"
    ]


def test_a_block_without_a_start_has_nothing_later():
    """Dates can't be compared with a start that nobody knows."""
    when = moment()
    everything = type(when)(when.now, when.machine, when.guardrails, depth="everything")
    unknown = answers(**{"blocked-senders": ({**ROW, "CreatedDatetime": None},)})
    table = scoped(KIND, {}, unknown, everything).listed[0]["evidence"]

    assert isinstance(table, list)
    assert ["password_changed_since_block", "sessions_revoked_since_block"] == [
        one["check"] for one in table if isinstance(one, dict) and one["verdict"] == "unknown"
    ]


def test_no_value_of_the_account_is_in_what_a_plan_says():
    """A plan may be read by many: it holds verdicts, and neither dates of the account nor where mail goes."""
    given_ = answers(
        mailbox={"ForwardingSmtpAddress": "smtp:box@fabrikam.example"},
        user={"lastPasswordChangeDateTime": BEFORE},
        rules=({"Name": "Hidden words", "ForwardTo": ["box@fabrikam.example"]},),
        **ACCEPTED,
    )
    result = held(given_=given_)
    said = " ".join([*(one.message for one in result.findings), *(one.model_dump_json() for one in result.evidence)])

    assert [] == [word for word in (BEFORE, "fabrikam.example", "Hidden words", ID) if word in said]
    assert HARMLESS.keys() <= given_.keys()
