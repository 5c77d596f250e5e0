"""Each safety rule refuses or holds what it is there for, lists every offender, and leaves everything else alone."""

from dataclasses import replace

import pytest

from reconciler.core.guard import ACKNOWLEDGEABLE, Draft, guard, too_many_tenants
from reconciler.core.history import History
from reconciler.core.resource import Count, RecipientRules, Unblocks
from tests.core.things import TENANT, alert, change, moment, unblock, wanted

ME = "secops@contoso.com"


def said(changes=(), wants=(), acks=frozenset(), at=None):
    """The rules that speak, as (rule, severity, address)."""
    guarded = guard(Draft(TENANT, tuple(wants), tuple(changes), at or moment()), acks)
    return [(one.rule, one.severity, one.address) for one in guarded.findings]


def test_a_harmless_change_is_left_alone():
    """No rule speaks of one more recipient."""
    assert said([change(alert(), alert(recipients=[ME, "more@contoso.com"]))], [wanted()]) == []


@pytest.mark.parametrize(
    ("count", "limit", "refused"),
    [
        (2, Count(count=2), False),
        (3, Count(count=2), True),
        (9, Count(percent=25), False),
        (3, Count(percent=25), False),
    ],
)
def test_too_many_changes_are_refused(count, limit, refused):
    """Above the ceiling, and for a share only where policies name ten objects or more."""
    changes = [change(alert(), alert(enabled=False), name=str(number)) for number in range(count)]
    wants = [wanted(str(number)) for number in range(12 if count == 3 and limit.percent else 9)]

    assert ("max-changes", "refusal", "contoso") in said(changes, wants, at=moment(max_changes=limit)) or not refused


def test_a_share_counts_from_ten_objects():
    """Three of nine pass any share; three of ten exceed a quarter."""
    changes = [change(alert(), alert(enabled=False), name=str(number)) for number in range(3)]
    at = moment(max_changes=Count(percent=25))

    assert said(changes, [wanted(str(number)) for number in range(9)], at=at) == []
    assert said(changes, [wanted(str(number)) for number in range(10)], at=at) == [
        ("max-changes", "refusal", "contoso")
    ]


@pytest.mark.parametrize(
    ("before", "after", "refused"),
    [
        (alert(), alert(enabled=False), True),
        (alert(), alert(notify=False), True),
        (alert(), None, True),
        (alert(recipients=[ME, "b@x.example"]), alert(), True),
        (alert(recipients=["TenantAdmins"]), alert(), False),
        (alert(), alert(recipients=[ME, "b@x.example"]), False),
        (alert(enabled=False), alert(enabled=False, recipients=[ME, "b@x.example"]), False),
        (alert(enabled=False), alert(), False),
    ],
)
def test_a_protected_policy_is_never_made_quieter(before, after, refused):
    """Disabling, muting, fewer recipients and removal are refused; what is quiet already may get better."""
    findings = said([change(before, after)], at=moment(protected=("ALARM",)))

    assert bool(findings) == refused


def test_a_required_recipient_replaces_the_count():
    """With `require_one_of` a protected policy may lose recipients as long as one of those stays."""
    rules = RecipientRules(require_one_of=(ME,))
    fewer, gone = (
        change(alert(recipients=[ME, "b@x.example"]), alert()),
        change(alert(), alert(recipients=["b@x.example"])),
    )

    assert said([fewer], at=moment(protected=("Alarm",), recipients=rules)) == []
    assert {rule for rule, _, _ in said([gone], at=moment(protected=("Alarm",), recipients=rules))} == {
        "protected",
        "recipients-required",
    }


def test_recipients_outside_the_allowed_domains_are_refused():
    """The token TenantAdmins is no address and passes."""
    rules = RecipientRules(allowed_domains=("contoso.com",))
    good = wanted("good", notifications={"recipients": [ME, "TenantAdmins"]})
    bad = wanted("bad", notifications={"recipients": {"at_least": ["x@fabrikam.com"]}})

    assert said(wants=[good, bad], at=moment(recipients=rules)) == [("recipients-domain", "refusal", bad.address)]


def test_switching_auditing_off_and_lowering_a_severity_are_refused():
    """Both can be acknowledged, and nothing is quieter than before without somebody having said so."""
    off = wanted("log", kind="audit-log", enabled=False)
    lower = change(alert(severity="high"), alert(severity="low"))

    assert said([lower], [off]) == [
        ("audit-log-off", "refusal", off.address),
        ("severity-lowered", "refusal", lower.address),
    ]


@pytest.mark.parametrize("rule", sorted(ACKNOWLEDGEABLE - {"max-tenants"}))
def test_what_may_be_acknowledged_becomes_a_warning(rule):
    """The acknowledged rule stays visible, named in the message."""
    off = wanted("log", kind="audit-log", enabled=False)
    changes = [change(alert(severity="high"), alert(severity="low"), name=str(number)) for number in range(2)]
    at = moment(max_changes=Count(count=1))
    before, after = said(changes, [off], at=at), said(changes, [off], frozenset({rule}), at)

    assert rule in {name for name, _, _ in before}
    assert rule not in {name for name, _, _ in after}
    assert ("acknowledged", "warning") in {(name, severity) for name, severity, _ in after}


def test_an_acknowledgement_names_who():
    """The warning says which refusal it was and who takes it upon themselves, with nothing that moves a cursor."""
    off = wanted("log", kind="audit-log", enabled=False)
    at = replace(moment(), who="j\x1bdoe")
    (one,) = guard(Draft(TENANT, (off,), (), at), frozenset({"audit-log-off"})).findings

    assert one.message.startswith("audit-log-off, acknowledged by j\\x1bdoe: without auditing")


def test_written_values_are_refused_without_any_change():
    """What is written breaks a guardrail also where the tenant is so already, and is told once beside its change."""
    off = wanted("Alarm", enabled=False)
    at = moment(protected=("Alarm",))

    assert [("protected", "refusal", off.address)] == said(wants=[off], at=at)
    assert [("protected", "refusal", off.address)] == said([change(alert(), alert(enabled=False))], [off], at=at)


def test_a_protection_can_not_be_acknowledged():
    """There is no blanket force."""
    at = moment(protected=("Alarm",))
    change_ = change(alert(), None)

    assert said([change_], acks=frozenset({"protected"}), at=at) == said([change_], at=at)


def test_unblocks_are_held_beyond_the_budget():
    """The first ones by address go on, the rest wait for another run."""
    at = moment(max_unblocks=Unblocks(per_run=2))
    draft = Draft(TENANT, (), tuple(unblock(f"{name}@contoso.com") for name in "abc"), at)
    guarded = guard(draft)

    assert [one.address[-13:] for one in guarded.changes] == ["a@contoso.com", "b@contoso.com"]
    assert [(one.rule, one.severity) for one in guarded.findings] == [("budget", "held")]


def test_a_sender_has_a_budget_of_its_own():
    """Two unblocks in thirty days are enough to ask why."""
    at = moment(History(known=True, unblocks={"alice@contoso.com": 2}))

    assert said([unblock("Alice@contoso.com")], at=at) == [
        ("budget", "held", "contoso/restricted-sender/Alice@contoso.com")
    ]


def test_a_ledger_that_knows_nothing_allows_one_unblock():
    """Lost memory makes the tool more careful."""
    at = moment(History())
    findings = said([unblock("a@contoso.com"), unblock("b@contoso.com")], at=at)

    assert [(rule, severity) for rule, severity, _ in findings] == [("budget", "held"), ("no-history", "warning")]


def test_one_run_changes_a_share_of_many_tenants_only():
    """Below ten tenants the share is ignored; above, each that would change is refused by name."""
    limit = Count(percent=25)

    assert too_many_tenants(["a", "b", "c"], 9, limit) == ()
    assert [one.address for one in too_many_tenants(["a", "b", "c"], 10, limit)] == ["a", "b", "c"]
