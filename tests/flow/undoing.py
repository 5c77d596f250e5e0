"""A tenant in memory with a real ledger behind it, in which a run can be carried out and then undone."""

from dataclasses import dataclass, replace
from datetime import timedelta

from reconciler.adapters.ledger import open_archive, open_ledger
from reconciler.core.outcome import Applied
from reconciler.core.plan import Plan
from reconciler.core.ports import Archive
from reconciler.flow.apply_plan import apply_plan
from reconciler.flow.make_plan import make_plan
from reconciler.flow.ports import Ports
from reconciler.flow.resume import run_named
from reconciler.flow.rollback import as_asked, rollback
from tests.flow.fakes import Clock, Service, ports

DAY = timedelta(days=1)
COMMIT = "1f0c1d3e1f0c1d3e1f0c1d3e1f0c1d3e1f0c1d3e"


@dataclass
class Past:
    """What was done to contoso, and what can be made of it."""

    service: Service
    ports: Ports
    archive: Archive
    clock: Clock

    def apply(self, desired, acks=frozenset(), wait=timedelta(seconds=30)) -> Applied:
        """Plan and apply what policies ask for."""
        return apply_plan(make_plan((desired,), self.ports, acks=acks), (desired,), self.ports, wait=wait, acks=acks)

    def rollback(self, run: str, desired, acks=frozenset(), fleet=0) -> Plan:
        """The plan that undoes a run."""
        record = run_named(self.archive, run)
        return rollback(record, (desired,), self.ports, valid_for=DAY, acks=acks, fleet=fleet)

    def carry_out(self, plan: Plan, desired, acks=frozenset(), wait=timedelta(seconds=30)) -> Applied:
        """Apply a plan as the command line does: against what it says that it comes from."""
        asked, able = as_asked(plan, (desired,), self.ports, self.archive)
        return apply_plan(plan, asked, able, wait=wait, acks=acks)

    def undo(self, run: str, desired, acks=frozenset()) -> Applied:
        """Plan to undo a run, and do so."""
        return self.carry_out(self.rollback(run, desired, acks), desired, acks)


def past(folder, service) -> Past:
    """A tenant of which nothing is known yet, except that a run was there before."""
    url, clock = f"sqlite:///{folder / 'ledger.db'}", Clock()
    at = ports(contoso=service, clock=clock, ledger=open_ledger(url))
    return Past(service, replace(at, commit=COMMIT), open_archive(url), clock)


def states(applied: Applied):
    """The state of each outcome, and the exit."""
    return [one.state for tenant in applied.tenants for one in tenant.outcomes], applied.exit.code


def rules(plan: Plan):
    """The word of each finding."""
    return [one.rule for tenant in plan.tenants for one in tenant.findings]


def changes(plan: Plan):
    """Each change in short."""
    return [(one.address.split("/", 1)[1], one.via, one.action) for tenant in plan.tenants for one in tenant.changes]
