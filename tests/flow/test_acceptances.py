"""Acceptances in plan and drift alike: pinned to a value, raised when it moves, shown when they end or serve nothing."""

from datetime import date, timedelta

import pytest

from reconciler.core.resource import Acceptance
from reconciler.flow.apply_plan import apply_plan
from reconciler.flow.drift import drift
from reconciler.flow.make_plan import make_plan
from tests.flow.fakes import NOW, Clock, Service, ports, row
from tests.flow.wishes import desire

WISH = {"Alarm": {"notifications": {"daily_limit": 25, "recipients": ["secops@contoso.com"]}}}
TOLD = {"NotifyUser": ["SecOps@contoso.com"]}


def pinned(field="notifications.daily_limit", value=5, until=date(2026, 11, 30)):
    """An acceptance in contoso."""
    return Acceptance(
        tenant="contoso", address="contoso/alert-policy/Alarm", field=field, value=value, owner="secops@contoso.com",
        reason="The auditors read along", until=until,
    )  # fmt: skip


def wanted(*acceptances, **sections):
    """The wish with acceptances."""
    desired = desire(**(sections or {"alert_policies": WISH}))
    return (desired.model_copy(update={"acceptances": acceptances}),)


def limited(threshold, window=1440, **fields):
    """A tenant whose policy has this daily limit."""
    fields = {**TOLD, "NotifyUserThrottleThreshold": threshold, "NotifyUserThrottleWindow": window, **fields}
    return Service(alerts=[row(**fields)])


def planned(desired, service, clock=None):
    """How many changes a plan has, and the rules that speak."""
    plan = make_plan(desired, ports(contoso=service, clock=clock or Clock())).tenants[0]
    return len(plan.changes), [one.rule for one in plan.findings]


def drifted(desired, service, clock=None):
    """Severity and state of each drift entry, and the exit."""
    found = drift(desired, ports(contoso=service, clock=clock or Clock())).tenants[0]
    return [(one.field, one.severity, one.state) for one in found.drift], found.exit.code


def test_the_pinned_value_is_left_alone_in_plan_and_drift():
    """Nobody changes it, it is no reason to fail, and it is shown."""
    desired = wanted(pinned())

    assert (0, ["accepted"]) == planned(desired, limited(5))
    assert ([("notifications.daily_limit", "warning", "accepted")], 0) == drifted(desired, limited(5))


def test_a_moved_value_counts_one_step_higher():
    """The same difference without an acceptance is a warning; a moved one is critical."""
    field = "notifications.daily_limit"

    assert ([(field, "warning", "open")], 2) == drifted(wanted(), limited(6))
    assert ([(field, "critical", "open")], 2) == drifted(wanted(pinned()), limited(6))
    assert (1, ["acceptance-moved"]) == planned(wanted(pinned()), limited(6))


@pytest.mark.parametrize(
    ("days", "expected"),
    [(7, (0, ["accepted"])), (8, (1, ["acceptance-expired"])), (14, (1, ["acceptance-expired"])), (15, (1, []))],
)
def test_an_end_is_shown_for_a_week_and_hides_nothing(days, expected):
    """From the day after its last the difference is a change again; for seven days it is said why."""
    assert expected == planned(wanted(pinned()), limited(5), Clock(NOW + timedelta(days=days)))


def test_an_entry_that_serves_nothing_is_reported():
    """The tenant is as policies want it, so the entry can go; while the list can't be read nothing is said of it."""
    unread = limited(25)
    unread.unreadable = {"Get-ProtectionAlert"}

    assert (0, ["acceptance-unused"]) == planned(wanted(pinned()), limited(25))
    assert (0, []) == planned(wanted(pinned()), unread)


def test_only_the_rest_is_applied():
    """Apply judges acceptances at its own time: the accepted field stays as it is while the other one is changed."""
    desired, service = wanted(pinned()), limited(5, NotifyUser=["else@contoso.com"])
    at = ports(contoso=service)
    apply_plan(make_plan(desired, at), desired, at, wait=timedelta(0))
    (after,) = service.rows["alerts"]

    assert (["secops@contoso.com"], 5) == (after["NotifyUser"], after["NotifyUserThrottleThreshold"])


def test_an_acceptance_that_ends_before_apply_makes_the_plan_stale():
    """The plan leaves a field alone that policies ask for again: nothing is written on its ground."""
    desired, service, clock = (
        wanted(pinned(until=date(2026, 11, 23))),
        limited(5, NotifyUser=["else@contoso.com"]),
        Clock(),
    )
    at = ports(contoso=service, clock=clock)
    plan = make_plan(desired, at)
    clock.time += timedelta(hours=13)

    assert (5, []) == (apply_plan(plan, desired, at, wait=timedelta(0)).exit.code, service.told)
