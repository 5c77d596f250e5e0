"""A rollback plans what undoes a run, as far as that can be done; nothing else, and nothing on the word of a file."""

from datetime import timedelta

import pytest

from reconciler.core.errors import PlanError, UsageError
from reconciler.core.plan import sealed
from reconciler.core.resource import Guardrails, RecipientRules
from reconciler.flow.make_plan import make_plan
from tests.flow.fakes import Service, block, default, row
from tests.flow.undoing import COMMIT, changes, past, rules, states
from tests.flow.wishes import alarm, approval, desire

AUDIT = frozenset({"audit-log-off"})


def told(*who):
    """Policies in which the alarm tells these."""
    return desire(alert_policies={"Alarm": {"notifications": {"recipients": [*who]}}})


def test_an_update_goes_back_to_what_was_recorded(tmp_path):
    """Only the fields that the run changed are written, to the values that the ledger holds."""
    at, desired = past(tmp_path, Service(alerts=[row()])), told("secops@contoso.com")
    run = at.apply(desired).run
    plan = at.rollback(run, desired)
    (change,) = plan.tenants[0].changes

    assert [("notifications.recipients", ["secops@contoso.com"], ["TenantAdmins"])] == [
        (one.path, one.before, one.after) for one in change.fields
    ]
    assert (["applied"], 0) == states(at.carry_out(plan, desired))
    assert ["TenantAdmins"] == at.service.rows["alerts"][0]["NotifyUser"]


def test_a_new_policy_is_removed_and_a_removed_one_made_again(tmp_path):
    """A create becomes a delete; a delete a create of the whole recorded object, under a new GUID."""
    at = past(tmp_path, Service(alerts=[row("Old", "00000000-0000-4000-8000-000000000007", Comment="Kept")]))
    desired = desire(alert_policies={"Alarm": alarm(), "Old": {"present": False}})
    run = at.apply(desired).run
    plan = at.rollback(run, desired)

    assert [("alert-policy/Alarm", "api", "delete"), ("alert-policy/Old", "api", "create")] == changes(plan)
    assert (["applied", "applied"], 0) == states(at.carry_out(plan, desired))
    assert [("Old", "Kept")] == [(one["Name"], one["Comment"]) for one in at.service.rows["alerts"]]


def test_a_companion_goes_with_the_run_that_made_it(tmp_path):
    """The default policy beside it is not touched, whatever its companion was made for."""
    at = past(tmp_path, Service(alerts=[default()]))
    policy = {"notifications": {"recipients": ["secops@contoso.com"]}, "via": "companion"}
    desired = desire(alert_policies={"User restricted from sending email": policy})
    plan = at.rollback(at.apply(desired).run, desired)

    assert [("alert-policy/User restricted from sending email", "companion", "delete")] == changes(plan)
    assert (["applied"], 0) == states(at.carry_out(plan, desired))
    assert [default()] == at.service.rows["alerts"]


def test_an_unblock_stays(tmp_path):
    """Nobody but the service restricts a sender: that is said, and nothing is planned or sent."""
    at = past(tmp_path, Service(blocked=[block()]))
    desired = desire(restricted_senders={"unblock": [approval()]})
    plan = at.rollback(at.apply(desired).run, desired)
    sent = len(at.service.told)

    assert ([], ["undoes", "not-undone"]) == (changes(plan), rules(plan))
    assert ([], 0) == states(at.carry_out(plan, desired))
    assert sent == len(at.service.told)


def test_auditing_is_not_switched_off_unless_that_is_acknowledged(tmp_path):
    """Without the word it is a finding; with it a change, for which apply asks the same word again."""
    at, desired = past(tmp_path, Service(audit=False)), desire(audit_log={"enabled": "on"})
    run = at.apply(desired).run
    careful, plan = at.rollback(run, desired), at.rollback(run, desired, AUDIT)

    assert ([], ["undoes", "not-undone"]) == (changes(careful), rules(careful))
    assert ([("audit-log", "api", "update")], True) == (changes(plan), "acknowledged" in rules(plan))
    assert (["skipped"], 4) == states(at.carry_out(plan, desired))
    assert (["applied"], 0) == states(at.carry_out(plan, desired, AUDIT))
    assert at.service.rows["audit"] is False


def test_what_somebody_changed_since_stays(tmp_path):
    """Of the fields that a run changed only those go back that still are as it left them."""
    at = past(tmp_path, Service(alerts=[row()]))
    desired = desire(
        alert_policies={"Alarm": alarm(enabled="off", notifications={"recipients": ["secops@contoso.com"]})}
    )
    run = at.apply(desired).run
    at.service.rows["alerts"][0]["NotifyUser"] = ["someone@contoso.com"]
    plan = at.rollback(run, desired)

    assert [["enabled"]] == [[field.path for field in one.fields] for one in plan.tenants[0].changes]
    assert "notifications.recipients: changed since" in " ".join(one.message for one in plan.tenants[0].findings)


@pytest.mark.parametrize(
    ("hand", "said"),
    [
        (lambda rows: rows.clear(), "already as it was"),
        (lambda rows: rows[0].update(Severity="High"), "changed since"),
    ],
)
def test_a_new_policy_that_somebody_changed_or_removed_stays_so(hand, said, tmp_path):
    """Removing is for what still is as the run made it."""
    at, desired = past(tmp_path, Service()), desire(alert_policies={"Alarm": alarm()})
    run = at.apply(desired).run
    hand(at.service.rows["alerts"])
    plan = at.rollback(run, desired)

    assert [] == changes(plan)
    assert said in " ".join(one.message for one in plan.tenants[0].findings)


def test_a_rollback_can_be_rolled_back(tmp_path):
    """It is a run like any other."""
    at, desired = past(tmp_path, Service(alerts=[row()])), told("secops@contoso.com")
    undone = at.undo(at.apply(desired).run, desired).run

    assert (["applied"], 0) == states(at.undo(undone, desired))
    assert ["secops@contoso.com"] == at.service.rows["alerts"][0]["NotifyUser"]
    assert "rolled-back" not in rules(make_plan((desired,), at.ports))


def test_guardrails_judge_it_like_any_plan(tmp_path):
    """A rollback that would mute a protected policy, or tell somebody outside, is refused and sends nothing."""
    rules_now = Guardrails(
        written=True, protected=("Alarm",), recipients=RecipientRules(allowed_domains=("contoso.com",))
    )
    at = past(tmp_path, Service(alerts=[row(NotifyUser=["someone@fabrikam.com"], Disabled=True)]))
    policy = {"enabled": "on", "notifications": {"recipients": ["secops@contoso.com"]}}
    desired = desire(alert_policies={"Alarm": policy}, guardrails=rules_now)
    run = at.apply(desired).run
    sent = len(at.service.told)
    plan = at.rollback(run, desired)

    assert (4, {"protected", "recipients-domain"}) == (
        plan.exit.code,
        {one.rule for one in plan.tenants[0].findings if one.severity == "refusal"},
    )
    assert (["skipped"], 4) == states(at.carry_out(plan, desired))
    assert sent == len(at.service.told)


def test_it_names_the_commit_to_revert(tmp_path):
    """As long as the commit stands, policies ask for it again."""
    at, desired = past(tmp_path, Service(alerts=[row()])), told("secops@contoso.com")
    plan = at.rollback(at.apply(desired).run, desired)

    assert [True] == [
        f"Revert commit {COMMIT}" in one.message for one in plan.tenants[0].findings if one.rule == "undoes"
    ]


def test_a_plan_warns_while_policies_ask_for_what_was_undone(tmp_path):
    """At once, also before the undoing is visible; and no longer once the policies ask for something else."""
    at, desired = past(tmp_path, Service(alerts=[row()])), told("secops@contoso.com")
    plan = at.rollback(at.apply(desired).run, desired)
    at.service.silent = True
    at.carry_out(plan, desired, wait=timedelta(0))
    unseen = make_plan((desired,), at.ports)
    at.service.silent = False
    at.service.rows["alerts"] = [row()]
    seen = make_plan((desired,), at.ports)

    assert ([], ["rolled-back"]) == (changes(unseen), rules(unseen))
    assert ([("alert-policy/Alarm", "api", "update")], ["rolled-back"]) == (changes(seen), rules(seen))
    assert "rolled-back" not in rules(make_plan((told("TenantAdmins"),), at.ports))


def test_a_write_that_is_not_visible_can_not_be_undone_yet(tmp_path):
    """It is said to be on its way, and the rollback has nothing to do."""
    at, desired = past(tmp_path, Service(alerts=[row()])), told("secops@contoso.com")
    at.service.silent = True
    plan = at.rollback(at.apply(desired, wait=timedelta(0)).run, desired)

    assert ([], True) == (changes(plan), "converging" in rules(plan))


def test_a_list_that_can_not_be_read_makes_the_rollback_incomplete(tmp_path):
    """Nothing is removed or made on a guess."""
    at, desired = past(tmp_path, Service()), desire(alert_policies={"Alarm": alarm()})
    run = at.apply(desired).run
    at.service.unreadable = {"Get-ProtectionAlert"}
    plan = at.rollback(run, desired)

    assert ([], False, 6) == (changes(plan), plan.complete, plan.exit.code)


def test_a_portal_step_is_said(tmp_path):
    """What a person did, a person takes back."""
    at = past(tmp_path, Service(alerts=[default()]))
    policy = {"notifications": {"recipients": ["secops@contoso.com"]}}
    desired = desire(alert_policies={"User restricted from sending email": policy})
    plan = at.rollback(at.apply(desired).run, desired)

    assert ([], ["undoes", "not-undone"]) == (changes(plan), rules(plan))
    assert [True] == [
        "add secops@contoso.com" in one.message for one in plan.tenants[0].findings if one.rule == "not-undone"
    ]


def test_a_tenant_that_policies_no_longer_have_is_said(tmp_path):
    """It makes the plan incomplete; where only some tenants were chosen, the others are not spoken of."""
    at, desired = past(tmp_path, Service(alerts=[row()])), told("secops@contoso.com")
    run = at.apply(desired).run
    plan = at.rollback(run, desire("fabrikam", number=2))

    assert (["contoso"], 6) == ([one.name for one in plan.tenants], plan.exit.code)
    with pytest.raises(UsageError, match="changed nothing in these tenants"):
        at.rollback(run, desire("fabrikam", number=2), fleet=2)


def test_a_run_is_named_by_its_first_letters_and_must_exist(tmp_path):
    """`history` shows the identifiers."""
    at, desired = past(tmp_path, Service(alerts=[row()])), told("secops@contoso.com")
    run = at.apply(desired).run

    assert changes(at.rollback(run[:-3], desired)) == changes(at.rollback(run, desired))
    with pytest.raises(UsageError, match="no run 'nothing'"):
        at.rollback("nothing", desired)


def test_a_rollback_that_the_ledger_did_not_plan_is_refused(tmp_path):
    """Whoever forges a plan with a right digest still can't undo anything."""
    at, desired = past(tmp_path, Service(alerts=[row()])), told("secops@contoso.com")
    plan = at.rollback(at.apply(desired).run, desired)
    forged = sealed(plan.model_copy(update={"targets": ()}))
    sent = len(at.service.told)

    with pytest.raises(PlanError, match="knows no rollback"):
        at.carry_out(forged, desired)
    assert sent == len(at.service.told)


def test_a_plan_can_not_be_half_a_rollback(tmp_path):
    """One that mixes a run with policies was made by nobody."""
    at, desired = past(tmp_path, Service(alerts=[row()])), told("secops@contoso.com")
    plan = at.rollback(at.apply(desired).run, desired)
    tenant = plan.tenants[0]
    mixed = tenant.model_copy(update={"changes": (tenant.changes[0].model_copy(update={"origin": None}),)})

    with pytest.raises(PlanError, match="does not undo one run"):
        at.carry_out(sealed(plan.model_copy(update={"tenants": (mixed,)})), desired)


def test_a_rollback_is_not_carried_out_as_what_policies_ask_for(tmp_path):
    """Held against the policies it is a plan for other ones, also where these would ask for the same."""
    at, desired = past(tmp_path, Service(alerts=[row()])), told("secops@contoso.com")
    plan = at.rollback(at.apply(desired).run, desired)
    tenant = plan.tenants[0]
    plain = tenant.model_copy(
        update={"findings": (), "changes": (tenant.changes[0].model_copy(update={"origin": None}),)}
    )

    assert (["skipped"], 5) == states(at.carry_out(sealed(plan.model_copy(update={"tenants": (plain,)})), desired))


def test_other_policies_make_the_plan_stale(tmp_path):
    """What changed in between has to be looked at; a revert may have made the rollback needless."""
    at, desired = past(tmp_path, Service(alerts=[row()])), told("secops@contoso.com")
    plan = at.rollback(at.apply(desired).run, desired)

    assert (["skipped"], 5) == states(at.carry_out(plan, told("TenantAdmins")))


def test_the_same_rollback_has_the_same_digest(tmp_path):
    """It holds nothing of the moment in which it was made."""
    at, desired = past(tmp_path, Service(alerts=[row()])), told("secops@contoso.com")
    run = at.apply(desired).run

    assert at.rollback(run, desired).digest == at.rollback(run, desired).digest
