"""Status says what waits, for whom and until when; a write is waited for only while nothing else was seen."""

from datetime import timedelta

import pytest

from reconciler.core.errors import Interrupted
from reconciler.flow.drift import drift
from reconciler.flow.make_plan import make_plan
from reconciler.flow.status import status
from tests.flow.fakes import Clock, Service, block, default, ports, row
from tests.flow.undoing import past
from tests.flow.wishes import alarm, approval, desire

HOUR = timedelta(hours=1)
TOLD = desire(alert_policies={"Alarm": {"notifications": {"recipients": ["secops@contoso.com"]}}})
UNBLOCK = desire(restricted_senders={"unblock": [approval()]})


def waiting(desired, at, wait=timedelta(0)):
    """The state of everything that waits in the one tenant, and the exit."""
    found = status((desired,), at, wait=wait)
    return [one.state for one in found.tenants[0].waiting], found.exit.code


def written(folder, service, desired):
    """A tenant in which a write was accepted and shows nowhere."""
    at = past(folder, service)
    service.silent = True
    at.apply(desired, wait=timedelta(0))
    service.silent = False
    return at


def test_nothing_waits_where_all_is_as_wanted():
    """Exit 0."""
    assert ([], 0) == waiting(TOLD, ports(contoso=Service(alerts=[row(NotifyUser=["secops@contoso.com"])])))


def test_a_change_that_nobody_made_yet_does_not_wait():
    """That is for plan to show."""
    assert ([], 0) == waiting(TOLD, ports(contoso=Service(alerts=[row()])))


def test_a_held_sender_waits_for_a_person():
    """With the word of what holds it; that alone never changes an exit code."""
    late = desire(restricted_senders={"unblock": [approval(before="2026-11-19T09:00:00Z")]})
    found = status((late,), ports(contoso=Service(blocked=[block()])))
    (one,) = found.tenants[0].waiting

    assert ("held", "newer-block", 0) == (one.state, one.rule, found.exit.code)


def test_a_portal_step_waits_for_a_person():
    """With its steps and link, exit 8."""
    policy = {"User restricted from sending email": {"notifications": {"recipients": ["secops@contoso.com"]}}}
    found = status((desire(alert_policies=policy),), ports(contoso=Service(alerts=[default()])))
    (one,) = found.tenants[0].waiting

    assert ("manual", True, True, 8) == (one.state, bool(one.steps), bool(one.url), found.exit.code)


def test_a_write_waits_from_its_time_to_the_end_of_its_clock(tmp_path):
    """Then it is overdue, and once it shows it waits no more."""
    at = written(tmp_path, Service(alerts=[row()]), TOLD)
    (one,) = status((TOLD,), at.ports).tenants[0].waiting

    assert ("converging", "2026-11-23T12:00:00Z", "2026-11-23T13:00:00Z") == (one.state, one.since, one.until)
    assert (["converging"], 8) == waiting(TOLD, at.ports)
    at.clock.time += HOUR
    assert (["overdue"], 8) == waiting(TOLD, at.ports)
    at.service.rows["alerts"] = [row(NotifyUser=["secops@contoso.com"])]
    assert ([], 0) == waiting(TOLD, at.ports)


@pytest.mark.parametrize(
    ("kind", "service", "desired", "hours"),
    [
        ("alert policy", lambda: Service(alerts=[row()]), TOLD, 1),
        ("new policy", Service, desire(alert_policies={"Alarm": alarm()}), 1),
        ("audit log", lambda: Service(audit=False), desire(audit_log={"enabled": "on"}), 2),
        ("sender list", lambda: Service(blocked=[block()]), UNBLOCK, 24),
    ],
)
def test_each_kind_has_its_clock_and_status_plan_and_drift_agree(kind, service, desired, hours, tmp_path):
    """A second before the end all three call it converging, and at the end overdue, and plan shows it again."""
    at = written(tmp_path, service(), desired)

    def said():
        plan, found = make_plan((desired,), at.ports).tenants[0], drift((desired,), at.ports).tenants[0]
        levels = {one.severity for one in plan.findings} & {"converging", "overdue"}
        return waiting(desired, at.ports)[0], levels, len(plan.changes), {one.state for one in found.drift}

    at.clock.time += hours * HOUR - timedelta(seconds=1)
    assert (["converging"], {"converging"}, 0, {"converging"}) == said(), kind
    at.clock.time += timedelta(seconds=1)
    assert (["overdue"], {"overdue"}, 1, {"open"}) == said(), kind


@pytest.mark.parametrize("seen", [["someone@contoso.com"], ["secops@contoso.com"]])
def test_a_third_hand_is_not_hidden_for_a_minute(seen, tmp_path):
    """Once anything else than the old value was read, the old value is no write on its way: it is drift at once."""
    at = written(tmp_path, Service(alerts=[row()]), TOLD)
    at.service.rows["alerts"] = [row(NotifyUser=seen)]
    make_plan((TOLD,), at.ports)
    at.service.rows["alerts"] = [row()]
    plan = make_plan((TOLD,), at.ports).tenants[0]

    assert (1, []) == (len(plan.changes), [one.rule for one in plan.findings if one.rule == "converging"])
    assert ([], 0) == waiting(TOLD, at.ports)
    assert {"open"} == {one.state for one in drift((TOLD,), at.ports).tenants[0].drift}


def test_a_rollback_that_is_not_visible_waits_too(tmp_path):
    """Policies and tenant agree, and still something is on its way."""
    at = past(tmp_path, Service(alerts=[row()]))
    plan = at.rollback(at.apply(TOLD).run, TOLD)
    at.service.silent = True
    at.carry_out(plan, TOLD, wait=timedelta(0))

    assert (["converging"], 8) == waiting(TOLD, at.ports)


def test_waiting_ends_when_the_write_shows(tmp_path):
    """Only tenants in which something is on its way are read again, ever more seldom."""
    at = past(tmp_path, Service(alerts=[row()]))
    at.service.lag = 3
    at.apply(TOLD, wait=timedelta(0))

    assert ([], 0) == waiting(TOLD, at.ports, HOUR)
    assert 0 < at.clock.waited < 60


def test_waiting_ends_when_nothing_can_come_any_more(tmp_path):
    """A write at the end of its clock is overdue, and no reason to wait; what waits for a person neither."""
    at = written(tmp_path, Service(alerts=[row()]), TOLD)

    assert (["overdue"], 8) == waiting(TOLD, at.ports, timedelta(days=1))
    assert 3600 <= at.clock.waited < 3700


def test_waiting_lasts_no_longer_than_it_may(tmp_path):
    """The wait is counted in itself: a time that `--now` holds still does not make it endless."""

    class Still(Clock):
        """A clock of which the run sees only one time."""

        def now(self):
            return self.machine() - timedelta(seconds=self.waited)

    at = written(tmp_path, Service(alerts=[row()]), TOLD)
    clock = Still()
    found = status((TOLD,), type(at.ports)(at.ports.tenants, at.ports.ledger, clock, at.ports.progress, at.ports.kinds,
                                           at.ports.tool), wait=2 * HOUR)  # fmt: skip

    assert ("converging", 7200) == (found.tenants[0].waiting[0].state, clock.waited)


def test_a_signal_ends_the_waiting(tmp_path):
    """The command leaves as interrupted."""
    at = written(tmp_path, Service(alerts=[row()]), TOLD)
    at.clock.stopped = True

    with pytest.raises(Interrupted):
        waiting(TOLD, at.ports, HOUR)


def test_what_can_not_be_read_is_said():
    """Exit 6, never an empty list."""
    service = Service(alerts=[row()])
    service.unreadable = {"Get-ProtectionAlert"}
    found = status((TOLD,), ports(contoso=service))

    assert (False, 6) == (found.tenants[0].complete, found.exit.code)
