"""Which unblocks may be tried again, and that no shifted time makes a run forget one."""

from datetime import timedelta

import pytest

from reconciler.core.errors import AccessError
from reconciler.core.history import History
from reconciler.flow.apply_plan import apply_plan
from reconciler.flow.make_plan import make_plan
from tests.flow.fakes import NOW, Clock, Ledger, Service, block, ports
from tests.flow.wishes import approval, desire

CMDLET = "Remove-BlockedSenderAddress"
DESIRED = desire(restricted_senders={"unblock": [approval()]})


class Forbidden(Service):
    """A tenant to which nobody may sign in for writing."""

    def tell(self, command):
        self.told.append(command)
        raise AccessError("The secret has expired.")


class Shifted(Clock):
    """A clock whose run takes another time than the machine's for now."""

    def __init__(self, days, minutes=0):
        super().__init__(NOW + timedelta(days=days))
        self.minutes = minutes

    def machine(self):
        return NOW + timedelta(minutes=self.minutes)


class Remembering(Ledger):
    """A ledger that is asked for the unblocks since thirty days before a time."""

    def __init__(self):
        super().__init__()
        self.since = []

    def history(self, tenant_id, at, names=()):
        self.since.append(at)
        return super().history(tenant_id, at, names) if at <= NOW else History(known=True)


def applied(at):
    """The outcome of the one sender, and the exit."""
    result = apply_plan(make_plan((DESIRED,), at), (DESIRED,), at, wait=timedelta(0))
    return [one.state for one in result.tenants[0].outcomes], result.exit.code


@pytest.mark.parametrize(("reason", "code"), [("permission", 9), ("licence", 9), ("throttled", 1), ("unsent", 1)])
def test_a_refusal_that_passes_is_no_verdict_on_the_unblock(reason, code):
    """Once the reason is gone the next plan has the unblock again, and nothing speaks of a limit."""
    service = Service(blocked=[block()])
    at = ports(contoso=service)
    service.refused = {CMDLET: ("Not now.", reason)}
    first, service.refused = applied(at), {}
    again = make_plan((DESIRED,), at).tenants[0]

    assert (first, [one.action for one in again.changes], again.findings) == ((["failed"], code), ["delete"], ())
    assert applied(at) == (["applied"], 0)


def test_a_failed_sign_in_is_no_verdict_on_the_unblock():
    """Nothing was sent, so nothing is counted in the budget of the sender."""
    service, ledger = Forbidden(blocked=[block()]), Ledger()
    at = ports(contoso=service, ledger=ledger)

    assert [applied(at) for _ in range(3)] == [(["failed"], 9)] * 3
    assert ledger.history("", NOW).unblocks == {}


def test_a_refusal_is_shown_with_what_it_may_mean():
    """The service's own words come first, then the hint at the limit that it does not publish."""
    service = Service(blocked=[block()])
    at = ports(contoso=service)
    service.refused = {CMDLET: ("Contact support.", "other")}
    result = apply_plan(make_plan((DESIRED,), at), (DESIRED,), at, wait=timedelta(0))
    message = result.tenants[0].outcomes[0].message

    assert message.startswith("Contact support. The limit of unblocks for this account may be reached")
    assert message.partition(". ")[2] in make_plan((DESIRED,), at).tenants[0].findings[0].message


@pytest.mark.parametrize("days", [40, -40, 0])
def test_budgets_hold_at_the_earlier_of_both_times(days):
    """A run that takes next month for now still knows what was lifted this month."""
    ledger = Remembering()
    make_plan((DESIRED,), ports(contoso=Service(), ledger=ledger, clock=Shifted(days)))

    assert ledger.since == [NOW + timedelta(days=min(days, 0))]


def test_the_same_shifted_plan_has_the_same_digest():
    """What the machine's clock says is no part of a plan."""
    clocks = Shifted(1), Shifted(1, minutes=7)
    plans = [make_plan((DESIRED,), ports(contoso=Service(blocked=[block()]), clock=clock)) for clock in clocks]

    assert plans[0].digest == plans[1].digest
    assert "time-shifted" in [one.rule for one in plans[0].tenants[0].findings]
