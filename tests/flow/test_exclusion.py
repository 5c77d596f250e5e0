"""Apply has a tenant to itself, records what it did, and sends nothing that it can't record."""

from datetime import timedelta

import pytest

from reconciler.core.errors import LedgerError
from reconciler.core.resource import Count, Guardrails
from reconciler.flow.apply_plan import apply_plan
from reconciler.flow.make_plan import make_plan
from tests.flow.fakes import Clock, Ledger, Service, block, ports, row
from tests.flow.wishes import alarm, approval, desire

WAIT = timedelta(seconds=30)
TENANT = "6f0c1d3e-0000-4000-8000-000000000001"
THREE = {"Alarm": alarm(), "Bell": alarm(), "Call": alarm()}


class Failing(Ledger):
    """A ledger whose one method fails from its `after`th call on."""

    def __init__(self, method, after=0):
        super().__init__()
        self.method, self.left = method, after

    def __getattribute__(self, name):
        if name == object.__getattribute__(self, "__dict__").get("method"):
            self.left -= 1
            if self.left < 0:
                return self.fail
        return super().__getattribute__(name)

    def fail(self, *_given, **_named):
        raise LedgerError("The disk is full.")


def applied(desired, at):
    """Plan and apply: the tenant's outcomes and the whole result."""
    result = apply_plan(make_plan((desired,), at), (desired,), at, wait=WAIT)
    return [one.state for one in result.tenants[0].outcomes], result.exit


def test_a_tenant_that_another_run_keeps_is_left_with_a_sentence():
    """After a minute of waiting nothing was sent, the exit is 1, and it says who is at work there."""
    service, clock, ledger = Service(), Clock(), Ledger()
    ledger.held[TENANT] = "theirs"
    states, ending = applied(
        desire(alert_policies={"Alarm": alarm()}), ports(contoso=service, clock=clock, ledger=ledger)
    )

    assert (["skipped"], 1, [], 60.0) == (states, ending.code, service.told, clock.waited)
    assert (
        "run theirs by somebody (process 1 on elsewhere, since 2026-11-23T12:00:00Z) works on contoso"
        in ending.reasons[0]
    )


def test_a_tenant_that_becomes_free_is_worked_on():
    """Waiting is enough where the other run ends in time, and what it did is seen before anything is sent."""
    service, ledger = Service(), Ledger()
    ledger.held[TENANT] = "theirs"
    desired = desire(alert_policies={"Alarm": alarm()})

    class Freeing(Clock):
        def wait(self, seconds):
            super().wait(seconds)
            if self.waited >= 5:
                ledger.held.pop(TENANT, None)

    states, ending = applied(desired, ports(contoso=service, clock=Freeing(), ledger=ledger))

    assert (["applied"], 0, {}) == (states, ending.code, ledger.held)


def test_a_signal_ends_the_waiting():
    """Whoever waits for another run can be stopped."""
    ledger, clock = Ledger(), Clock()
    ledger.held[TENANT] = "theirs"
    desired = desire(alert_policies={"Alarm": alarm()})
    at = ports(contoso=Service(), clock=clock, ledger=ledger)
    plan = make_plan((desired,), at)

    class Stopping(Clock):
        def wait(self, seconds):
            self.stopped = True
            super().wait(seconds)

    result = apply_plan(plan, (desired,), ports(contoso=Service(), clock=Stopping(), ledger=ledger), wait=WAIT)

    assert (130, ["skipped"]) == (result.exit.code, [one.state for one in result.tenants[0].outcomes])


@pytest.mark.parametrize("method", ["open_run", "lock", "judged", "start"])
def test_a_ledger_that_fails_before_the_first_write_lets_nothing_be_sent(method):
    """Whatever can't be recorded first, nothing is sent, and the exit is 1."""
    service, desired = Service(), desire(alert_policies=THREE)
    at = ports(contoso=service, ledger=Failing(method))
    plan = make_plan((desired,), at)
    try:
        code = apply_plan(plan, (desired,), at, wait=WAIT).exit.code
    except LedgerError as error:
        code = error.exit_code

    assert ([], 1) == (service.told, code)


def test_a_ledger_that_fails_after_a_command_stops_the_rest_and_says_what_was_done():
    """The change that was sent is read back and stands as applied; the others were not sent; the exit is 7."""
    service = Service()
    states, ending = applied(desire(alert_policies=THREE), ports(contoso=service, ledger=Failing("start", after=1)))

    assert (["applied", "failed", "skipped"], 7, 1) == (states, ending.code, len(service.told))
    assert "the ledger can't be written: The disk is full." in ending.reasons[0]


def test_a_ledger_that_fails_after_the_last_command_is_not_called_success():
    """Everything was sent and reads back, but no record says so: the outcomes are true, and the exit is 7."""
    states, ending = applied(desire(alert_policies=THREE), ports(contoso=Service(), ledger=Failing("finish")))

    assert (["applied"] * 3, 7) == (states, ending.code)


def test_a_ledger_that_fails_between_two_commands_sends_no_second():
    """Customising was sent and is read back; switching auditing on was not sent."""
    service = Service(audit=False, dehydrated=True)
    states, ending = applied(desire(audit_log={"enabled": "on"}), ports(contoso=service, ledger=Failing("sent")))

    assert (["failed"], 1, ["Enable-OrganizationCustomization"]) == (
        states,
        ending.code,
        [one.cmdlet for one in service.told],
    )


@pytest.mark.parametrize("method", ["unlock", "concluded", "close_run"])
def test_a_ledger_that_fails_after_the_last_write_changes_no_outcome(method):
    """Everything was recorded as it was sent; the result is still told."""
    states, ending = applied(desire(alert_policies=THREE), ports(contoso=Service(), ledger=Failing(method)))

    assert (["applied"] * 3, 0) == (states, ending.code)


def test_plan_and_drift_go_on_without_a_ledger():
    """What they don't know they say; the plan is more careful, and a drift has no age."""
    from reconciler.flow.drift import drift

    desired = desire(
        alert_policies={"Alarm": alarm()}, restricted_senders={"unblock": [approval(), approval("bob@contoso.com")]}
    )
    service = Service(blocked=[block(), block("bob@contoso.com")])
    plan = make_plan((desired,), ports(contoso=service, ledger=Failing("history")))
    found = drift((desired,), ports(contoso=service, ledger=Failing("drifted")))

    assert {"ledger-unreachable", "no-history", "budget"} <= {one.rule for one in plan.tenants[0].findings}
    assert 1 == sum(one.kind == "restricted-sender" for one in plan.tenants[0].changes)
    assert (["ledger-unreachable"], 2) == (
        [one.rule for one in found.tenants[0].findings if one.rule == "ledger-unreachable"], found.exit.code,
    )  # fmt: skip


def test_acknowledgements_are_recorded_with_who():
    """By the plan that was acknowledged, and again by the apply."""
    from dataclasses import replace

    ledger, rules = Ledger(), Guardrails(written=True, max_changes=Count(count=2))
    desired = desire(alert_policies=THREE, guardrails=rules)
    at = replace(ports(contoso=Service(), ledger=ledger), who="lead")
    acks = frozenset({"max-changes"})
    apply_plan(make_plan((desired,), at, acks=acks), (desired,), at, wait=WAIT, acks=acks)

    assert [("plan", "lead", "max-changes"), ("apply", "lead", "max-changes")] == ledger.acks


def test_how_a_run_ended_in_each_tenant_is_recorded():
    """Also where nothing was written."""
    ledger, desired = Ledger(), desire(alert_policies={"Alarm": alarm()}, mode="plan-only")
    applied(desired, ports(contoso=Service(), ledger=ledger))

    assert [("1", "contoso", ["held"])] == [
        (run, one.name, [outcome.state for outcome in one.outcomes]) for run, one in ledger.results
    ]


def test_a_write_by_a_clock_that_ran_ahead_is_not_waited_for():
    """A policy that was written a year from now and does not show is planned again, not called converging for a year."""
    service, clock = Service(alerts=[row()]), Clock()
    desired, at = desire(alert_policies={"Alarm": alarm()}), ports(contoso=service, clock=clock)
    plan = make_plan((desired,), at)
    service.silent = True
    apply_plan(plan, (desired,), at, wait=timedelta(0))
    clock.time -= timedelta(days=365)

    assert (1, ["overdue"]) == (
        len(make_plan((desired,), at).tenants[0].changes),
        [one.rule for one in make_plan((desired,), at).tenants[0].findings],
    )


def test_an_unblock_by_a_clock_that_ran_ahead_is_not_sent_twice():
    """For an action the careful answer is the other one."""
    service, clock = Service(blocked=[block()]), Clock()
    desired, at = desire(restricted_senders={"unblock": [approval()]}), ports(contoso=service, clock=clock)
    plan = make_plan((desired,), at)
    service.lost = {"Remove-BlockedSenderAddress"}
    service.silent = True
    apply_plan(plan, (desired,), at, wait=timedelta(0))
    clock.time -= timedelta(days=2)

    assert () == make_plan((desired,), at).tenants[0].changes
