"""Apply writes what the plan says and the tenant still gives, reads it back, and says honestly how it ended."""

from datetime import date, timedelta

import pytest

from reconciler.core.errors import LedgerError, PlanError
from reconciler.core.resource import Acceptance
from reconciler.flow.apply_plan import apply_plan
from reconciler.flow.make_plan import make_plan
from tests.flow.fakes import Clock, Ledger, Service, block, default, ports, row
from tests.flow.wishes import alarm, approval, desire

WAIT = timedelta(seconds=30)
MUTED = {
    "User restricted from sending email": {"enabled": "on", "notifications": {"recipients": ["secops@contoso.com"]}}
}


def carried_out(desired, at, *, wait=WAIT):
    """Plan, then apply what was planned: the outcomes of the one tenant by address, and the exit."""
    applied = apply_plan(make_plan((desired,), at), (desired,), at, wait=wait)
    return [(one.address.split("/")[-1], one.via, one.state) for one in applied.tenants[0].outcomes], applied.exit.code


def test_a_new_policy_is_created_and_the_next_plan_is_empty():
    """Law 4 in its smallest form."""
    service, desired = Service(), desire(alert_policies={"Alarm": alarm()}, audit_log={"enabled": "on"})
    at = ports(contoso=service)

    assert carried_out(desired, at) == ([("Alarm", "api", "applied")], 0)
    assert make_plan((desired,), at).tenants[0].changes == ()


def test_a_plan_applied_twice_changes_nothing_the_second_time():
    """The second time everything is unchanged and the exit is 0."""
    service, desired = Service(), desire(alert_policies={"Alarm": alarm()})
    at = ports(contoso=service)
    plan = make_plan((desired,), at)
    apply_plan(plan, (desired,), at, wait=WAIT)
    again = apply_plan(plan, (desired,), at, wait=WAIT)

    assert ([one.state for one in again.tenants[0].outcomes], again.exit.code) == (["unchanged"], 0)
    assert len(service.told) == 1


def test_auditing_is_switched_on_after_customising():
    """A tenant that was never customised gets both commands in order."""
    service, desired = Service(audit=False, dehydrated=True), desire(audit_log={"enabled": "on"})

    assert carried_out(desired, ports(contoso=service))[1] == 0
    assert [one.cmdlet for one in service.told] == ["Enable-OrganizationCustomization", "Set-AdminAuditLogConfig"]


def test_a_write_that_shows_late_is_awaited():
    """Readings that still show the old value are repeated until the new one shows, on the clock of the run."""
    service, desired, clock = Service(blocked=[block()]), desire(restricted_senders={"unblock": [approval()]}), Clock()
    at = ports(contoso=service, clock=clock)
    plan = make_plan((desired,), at)
    service.lag = 3
    applied = apply_plan(plan, (desired,), at, wait=WAIT)

    assert ([one.state for one in applied.tenants[0].outcomes], applied.exit.code) == (["applied"], 0)
    assert 0 < clock.waited <= 30


def test_a_write_that_does_not_show_in_time_is_converging():
    """It waits without being repeated: exit 8, then an empty plan with the finding, then overdue."""
    service, desired, clock = Service(alerts=[row()]), desire(alert_policies={"Alarm": alarm()}), Clock()
    at = ports(contoso=service, clock=clock)
    plan = make_plan((desired,), at)
    service.silent = True
    applied = apply_plan(plan, (desired,), at, wait=WAIT)
    waiting = make_plan((desired,), at).tenants[0]
    clock.time += timedelta(hours=1)
    overdue = make_plan((desired,), at).tenants[0]

    assert ([one.state for one in applied.tenants[0].outcomes], applied.exit.code) == (["converging"], 8)
    assert (waiting.changes, [one.rule for one in waiting.findings], waiting.exit.code) == ((), ["converging"], 0)
    assert ([one.rule for one in overdue.findings], len(overdue.changes), overdue.exit.code) == (["overdue"], 1, 2)


def test_a_third_hand_is_seen_at_once():
    """Inside the clock a third value is a change again."""
    service, desired = Service(alerts=[row()]), desire(alert_policies={"Alarm": alarm()})
    at = ports(contoso=service)
    plan = make_plan((desired,), at)
    service.silent = True
    apply_plan(plan, (desired,), at, wait=WAIT)
    service.rows["alerts"] = [row(NotifyUser=["someone@contoso.com"])]

    assert len(make_plan((desired,), at).tenants[0].changes) == 1


def test_a_silent_refusal_is_a_failure():
    """Default policies can't be written by a cmdlet, and the refusal may look like a yes: only reading back counts."""
    policy = {
        "User restricted from sending email": {"via": "api", "notifications": {"recipients": ["secops@contoso.com"]}}
    }
    service, desired = Service(alerts=[default()]), desire(alert_policies=policy)
    at = ports(contoso=service)
    plan = make_plan((desired,), at)
    service.silent = True
    applied = apply_plan(plan, (desired,), at, wait=WAIT)

    assert ([one.state for one in applied.tenants[0].outcomes], applied.exit.code) == (["failed"], 1)
    assert len(make_plan((desired,), at).tenants[0].changes) == 1


def test_a_portal_step_waits_for_a_person():
    """Nothing is sent, the outcome is manual with exit 8, and it closes when the tenant reads as wanted."""
    service, desired = Service(alerts=[default()]), desire(alert_policies=MUTED)
    at = ports(contoso=service)

    assert carried_out(desired, at) == ([("User restricted from sending email", "portal", "manual")], 8)
    assert service.told == []
    service.rows["alerts"] = [default(NotifyUser=["secops@contoso.com"])]
    assert make_plan((desired,), at).tenants[0].changes == ()


@pytest.mark.parametrize("done", [True, False])
def test_an_unblock_without_an_answer_is_read_back_and_never_repeated(done):
    """Gone is applied; still there is converging, and for 24 hours no second unblock is sent."""
    service, desired, ledger = (
        Service(blocked=[block()]),
        desire(restricted_senders={"unblock": [approval()]}),
        Ledger(),
    )
    at = ports(contoso=service, ledger=ledger)
    plan = make_plan((desired,), at)
    service.lost, service.silent = {"Remove-BlockedSenderAddress"}, not done
    applied = apply_plan(plan, (desired,), at, wait=timedelta(0))
    again = make_plan((desired,), at)
    apply_plan(plan, (desired,), at, wait=timedelta(0))

    assert [one.state for one in applied.tenants[0].outcomes] == ["applied" if done else "converging"]
    assert again.tenants[0].changes == ()
    assert len(service.told) == 1


def test_a_lost_answer_of_another_write_is_planned_again():
    """If it was done it is applied; if not, it failed and the next plan shows it."""
    service, desired = Service(alerts=[row()]), desire(alert_policies={"Alarm": alarm()})
    at = ports(contoso=service)
    service.lost, service.silent = {"Set-ProtectionAlert"}, True

    assert carried_out(desired, at, wait=timedelta(0)) == ([("Alarm", "api", "failed")], 1)
    service.lost, service.silent = set(), False
    assert carried_out(desired, at) == ([("Alarm", "api", "applied")], 0)


def test_a_refused_unblock_is_shown_and_held():
    """An unknown refusal is passed on word for word, and this block is not tried again."""
    service, desired = Service(blocked=[block()]), desire(restricted_senders={"unblock": [approval()]})
    at = ports(contoso=service)
    service.refused = {"Remove-BlockedSenderAddress": ("Too many unblocks.", "other")}
    applied = apply_plan(make_plan((desired,), at), (desired,), at, wait=WAIT)
    again = make_plan((desired,), at).tenants[0]

    assert (
        applied.tenants[0].outcomes[0].message.startswith("Too many unblocks. The limit of unblocks for this account")
    )
    assert (again.changes, [(one.rule, one.severity) for one in again.findings]) == ((), [("budget", "held")])
    assert "Too many unblocks." in again.findings[0].message


def test_a_sender_blocked_anew_is_held_at_apply():
    """Between plan and apply the block was lifted and set again: the approval was for the older one."""
    service, desired = Service(blocked=[block()]), desire(restricted_senders={"unblock": [approval()]})
    at = ports(contoso=service)
    plan = make_plan((desired,), at)
    service.rows["blocked"] = [block(since="2026-11-22T01:00:00Z")]
    applied = apply_plan(plan, (desired,), at, wait=WAIT)

    assert ([one.state for one in applied.tenants[0].outcomes], applied.exit.code, service.told) == (["held"], 0, [])


def test_a_stale_object_stops_its_tenant_and_no_other():
    """One hand in one tenant: nothing is written there, the other goes on, and the run is partly applied."""
    wishes = [
        desire(name, number=number, alert_policies={"Alarm": alarm(), "Bell": alarm()})
        for number, name in enumerate(["contoso", "fabrikam"])
    ]
    services = {name: Service(alerts=[row()]) for name in ("contoso", "fabrikam")}
    at = ports(**services)
    plan = make_plan(tuple(wishes), at)
    services["contoso"].rows["alerts"] = [row(NotifyUser=["else@contoso.com"])]
    applied = apply_plan(plan, tuple(wishes), at, wait=WAIT)

    assert [[one.state for one in tenant.outcomes] for tenant in applied.tenants] == [
        ["failed", "skipped"],
        ["applied", "applied"],
    ]
    assert ([tenant.exit.code for tenant in applied.tenants], applied.exit.code) == ([5, 0], 7)
    assert services["contoso"].told == []


def test_policies_that_moved_make_a_plan_stale():
    """The plan was made from other policies: 5, and nothing is sent."""
    service = Service()
    at = ports(contoso=service)
    plan = make_plan((desire(alert_policies={"Alarm": alarm()}),), at)
    other = desire(alert_policies={"Alarm": alarm(enabled="off")})

    assert apply_plan(plan, (other,), at, wait=WAIT).exit.code == 5
    assert service.told == []


def test_an_expired_plan_is_refused_whole():
    """At its end a plan is worth nothing."""
    desired, clock = desire(alert_policies={"Alarm": alarm()}), Clock()
    at = ports(contoso=Service(), clock=clock)
    plan = make_plan((desired,), at)
    clock.time += timedelta(hours=24)

    with pytest.raises(PlanError, match="expired"):
        apply_plan(plan, (desired,), at, wait=WAIT)


def test_a_frozen_tenant_is_planned_and_never_written():
    """`mode: plan-only` holds every change."""
    service, desired = Service(), desire(mode="plan-only", alert_policies={"Alarm": alarm()})

    assert carried_out(desired, ports(contoso=service)) == ([("Alarm", "api", "held")], 0)
    assert service.told == []


def test_what_can_not_be_recorded_is_not_sent():
    """A ledger that fails after the first write stops the rest of the tenant."""

    class Failing(Ledger):
        def start(self, *given):
            if self.writes:
                raise LedgerError("The disk is full.")
            return super().start(*given)

    service, desired = Service(), desire(alert_policies={"Alarm": alarm(), "Bell": alarm(), "Call": alarm()})
    outcomes, code = carried_out(desired, ports(contoso=service, ledger=Failing()))

    assert ([state for _, _, state in outcomes], code) == (["applied", "failed", "skipped"], 7)
    assert len(service.told) == 1


def test_a_signal_between_two_commands_skips_the_rest():
    """What is in flight is recorded, the rest is skipped, and the exit is 130."""
    clock = Clock()

    class Interrupting(Service):
        def tell(self, command):
            clock.stopped = True
            return super().tell(command)

    service, desired = Interrupting(), desire(alert_policies={"Alarm": alarm(), "Bell": alarm()})
    outcomes, code = carried_out(desired, ports(contoso=service, clock=clock))

    assert ([state for _, _, state in outcomes], code) == (["applied", "skipped"], 130)
    assert len(service.told) == 1


def test_what_was_written_beside_an_accepted_field_is_waited_for():
    """The clock knows the write again, although the accepted field still differs."""
    pinned = Acceptance(
        tenant="contoso", address="contoso/alert-policy/Alarm", field="enabled", value="off", owner="secops",
        reason="moving", until=date(2026, 12, 1),
    )  # fmt: skip
    desired = desire(alert_policies={"Alarm": {"enabled": "on", "notifications": {"daily_limit": 5}}})
    desired = desired.model_copy(update={"acceptances": (pinned,)})
    service = Service(alerts=[row(Disabled=True)])
    at = ports(contoso=service)
    service.lag = 100

    assert carried_out(desired, at) == ([("Alarm", "api", "converging")], 8)
    again = make_plan((desired,), at).tenants[0]
    assert (again.changes, {one.rule for one in again.findings}) == ((), {"accepted", "converging"})
