"""What guardrails protect is always read; where it is disabled or muted, that is critical drift, managed or not."""

import pytest

from reconciler.core.resource import Guardrails, RecipientRules
from reconciler.flow.drift import drift
from reconciler.flow.make_plan import make_plan
from tests.flow.fakes import RESTRICTED, Ledger, Service, default, ports, row
from tests.flow.wishes import desire

USER = "User restricted from sending email"
ME = "secops@contoso.com"
RULES = Guardrails(written=True, protected=(USER,))
REQUIRED = RULES.model_copy(update={"recipients": RecipientRules(require_one_of=(ME,))})
LATER = "2026-11-25T00:00:00Z"
BESIDE = {"via": "companion", "notifications": {"recipients": [ME]}}


def companion(**fields):
    """The companion of that default policy, as the tool makes it."""
    of = {"Operation": ["CompromisedAccount"], "Severity": "High", "NotifyUser": [ME]}
    comment = f"Kept by reconciler. reconciler-companion:{RESTRICTED}"
    return row(f"{USER} (reconciler)", "00000000-0000-4000-8000-00000000000c", Comment=comment, **(of | fields))


def drifted(service, rules=RULES, **sections):
    """The drift entries of a tenant as (field, desired, actual, severity, state), and its exit."""
    found = drift((desire(guardrails=rules, **sections),), ports(contoso=service)).tenants[0]
    entries = [(one.field, one.desired, one.actual, one.severity, one.state) for one in found.drift]
    return entries, found.exit.code


def said(service, rules=RULES, **sections):
    """The findings of a plan that speak of protection, as (rule, severity)."""
    plan = make_plan((desire(guardrails=rules, **sections),), ports(contoso=service)).tenants[0]
    return [(one.rule, one.severity) for one in plan.findings if one.rule.startswith("protected")]


@pytest.mark.parametrize(
    ("rules", "fields", "entry"),
    [
        (RULES, {"Disabled": True}, ("enabled", True, False)),
        (RULES, {"NotificationEnabled": False}, ("notifications.enabled", True, False)),
        (RULES, {"NotifyUserSuppressionExpiryDate": LATER}, ("notifications.enabled", True, False)),
        (RULES, {"NotifyUser": []}, ("notifications.recipients", "at least one recipient", [])),
        (REQUIRED, {"NotifyUser": ["TenantAdmins"]}, ("notifications.recipients", [ME], ["TenantAdmins"])),
    ],
)
def test_a_quiet_protected_policy_is_critical_drift(rules, fields, entry):
    """No policy names it, and still: disabled, off, paused or telling nobody who counts is critical, and exit 2."""
    service = Service(alerts=[default(**fields)])

    assert ([(*entry, "critical", "open")], 2) == drifted(service, rules)
    assert [("protected-quiet", "warning")] == said(service, rules)


@pytest.mark.parametrize(("rules", "fields"), [(RULES, {}), (REQUIRED, {"NotifyUser": ["x@contoso.com", ME.upper()]})])
def test_a_protected_policy_that_warns_is_no_drift(rules, fields):
    """Somebody is told, or one of those who must be."""
    service = Service(alerts=[default(**fields)])

    assert (([], 0), []) == (drifted(service, rules), said(service, rules))


def test_a_pause_is_told_with_its_end():
    """The plan says until when nobody hears of it."""
    service = Service(alerts=[default(NotifyUserSuppressionExpiryDate=LATER, Disabled=True)])
    (finding,) = make_plan((desire(guardrails=RULES),), ports(contoso=service)).tenants[0].findings

    assert "it is disabled and its notifications are paused until 2026-11-25T00:00:00Z." in finding.message


def test_a_field_that_policies_manage_is_one_entry():
    """What would be a warning is critical, and what no policy writes is added beside it."""
    service = Service(alerts=[default(NotifyUser=["x@contoso.com"], NotificationEnabled=False)])
    policy = {USER: {"notifications": {"recipients": [ME]}}}
    entries, code = drifted(service, REQUIRED, alert_policies=policy)

    assert [
        ("notifications.enabled", True, False, "critical", "open"),
        ("notifications.recipients", [ME], ["x@contoso.com"], "critical", "manual"),
    ] == entries
    assert 2 == code


@pytest.mark.parametrize(
    ("beside", "policy", "quiet"),
    [
        (companion(), BESIDE, False),
        (companion(Disabled=True), BESIDE, True),
        (companion(Operation=["New-InboxRule"]), BESIDE, True),
        (companion(), {"notifications": {"recipients": [ME]}}, True),
    ],
)
def test_a_companion_tells_in_the_place_of_its_default_policy(beside, policy, quiet):
    """Only one that policies ask for, that is on, and that watches what it should: anybody can write a mark."""
    service = Service(alerts=[default(NotificationEnabled=False), beside])

    assert quiet == bool(said(service, REQUIRED, alert_policies={USER: policy}))


def test_a_protected_name_that_matches_nothing_is_said():
    """A warning for the guardrails' author; where policies name it too, they say already what is the matter."""
    rules = Guardrails(written=True, protected=("Ours",))
    policy = {"Ours": {"enabled": "on"}}

    assert [("protected-unknown", "warning")] == said(Service(), rules)
    assert [] == said(Service(), rules, alert_policies=policy)
    assert [] == said(Service(alerts=[row("OURS")]), rules)


def test_protection_makes_the_list_needed():
    """If it can't be read, the reading is incomplete, although policies write nothing of the kind."""
    service = Service()
    service.unreadable = {"Get-ProtectionAlert"}
    plan = make_plan((desire(guardrails=RULES),), ports(contoso=service)).tenants[0]
    quiet = make_plan((desire(),), ports(contoso=Service())).tenants[0]

    assert (6, False, ["alert-policy"]) == (plan.exit.code, plan.complete, [one.kind for one in plan.unreadable])
    assert "alert-policy" not in quiet.foreign


def test_a_target_elsewhere_leaves_it_unread():
    """With --target nothing is concluded about anything else."""
    service = Service(alerts=[default(Disabled=True)], audit=False)
    desired = desire(guardrails=RULES, audit_log={"enabled": "on"})
    plan = make_plan((desired,), ports(contoso=service), targets=frozenset({"contoso/audit-log"})).tenants[0]

    assert "Get-ProtectionAlert" not in service.asked
    assert ["targeted"] == [one.rule for one in plan.findings]


@pytest.mark.parametrize(
    ("policy", "rule"),
    [
        ({"enabled": "off"}, "protected"),
        ({"notifications": {"enabled": "off"}}, "protected"),
        ({"notifications": {"recipients": ["x@contoso.com"]}}, "recipients-required"),
    ],
)
def test_a_value_that_breaks_a_guardrail_is_refused_even_where_nothing_changes(policy, rule):
    """The tenant is as the policies say already; the plan refuses the value all the same, as validate does."""
    fields = {"Disabled": True, "NotificationEnabled": False, "NotifyUser": ["x@contoso.com"]}
    desired = desire(guardrails=REQUIRED, alert_policies={USER: policy})
    plan = make_plan((desired,), ports(contoso=Service(alerts=[default(**fields)]))).tenants[0]
    refused = [one.rule for one in plan.findings if one.severity == "refusal"]

    assert ((), 4, True) == (plan.changes, plan.exit.code, rule in refused)
    assert len(refused) == len(set(refused))


def test_drift_is_dated_for_unmanaged_policies_too():
    """The age of a mute counts from the first reading that showed it."""
    ledger, service = Ledger(), Service(alerts=[default(Disabled=True)])
    at = ports(contoso=service, ledger=ledger)
    first = drift((desire(guardrails=RULES),), at).tenants[0].drift[0].first_seen
    at.clock.wait(3600)

    assert first == drift((desire(guardrails=RULES),), at).tenants[0].drift[0].first_seen
