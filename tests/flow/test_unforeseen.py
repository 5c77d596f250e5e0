"""A defect that shows in one tenant is said there, and keeps no other tenant from being planned or applied."""

from datetime import timedelta

from reconciler.flow.apply_plan import apply_plan
from reconciler.flow.make_plan import make_plan
from tests.flow.fakes import Service, ports
from tests.flow.wishes import alarm, desire


class Broken(Service):
    """A connection that fails as no connection of ours should."""

    def tell(self, command):
        super().tell(command)
        raise ZeroDivisionError


def both():
    """The wishes for two tenants."""
    names = enumerate(["contoso", "fabrikam"])
    return tuple(desire(name, number=number, alert_policies={"Alarm": alarm()}) for number, name in names)


def test_a_defect_while_writing_stays_in_its_tenant():
    """It counts as partly applied, because what was sent stands in the ledger only; the other tenant is applied."""
    at = ports(contoso=Broken(), fabrikam=Service())
    applied = apply_plan(make_plan(both(), at), both(), at, wait=timedelta())

    assert [[one.state for one in tenant.outcomes] for tenant in applied.tenants] == [["failed"], ["applied"]]
    assert ([tenant.exit.code for tenant in applied.tenants], applied.exit.code) == ([7, 0], 7)


def test_a_defect_while_looking_stays_in_its_tenant():
    """A tenant to which there is no door at all is unreadable; the other is planned."""
    plan = make_plan(both(), ports(fabrikam=Service()))

    assert [one.complete for one in plan.tenants] == [False, True]
    assert [len(one.changes) for one in plan.tenants] == [0, 1]
