"""An interrupted run can be gone on with: its plan is in the ledger, and is checked as any plan is."""

from datetime import timedelta

import pytest

from reconciler.core.errors import CommandUnanswered, PlanError, UsageError
from reconciler.core.plan import Plan
from reconciler.flow.apply_plan import apply_plan
from reconciler.flow.make_plan import make_plan
from reconciler.flow.resume import kept_plan, must_be_of
from tests.flow.fakes import Service, block
from tests.flow.undoing import past, states
from tests.flow.wishes import alarm, approval, desire

BOTH = desire(
    alert_policies={"Alarm": alarm()}, audit_log={"enabled": "on"}, restricted_senders={"unblock": [approval()]}
)


class Dying(Service):
    """A tenant at whose second command the process that sends it dies."""

    dies = True

    def tell(self, command):
        if self.dies and len(self.told) == 1:
            raise KeyboardInterrupt
        return super().tell(command)


def died(folder):
    """A run of which nothing came after its second command, the service with the first one done, and its plan."""
    service = Dying(audit=False, blocked=[block()])
    at = past(folder, service)
    plan = make_plan((BOTH,), at.ports)
    with pytest.raises(KeyboardInterrupt):
        apply_plan(plan, (BOTH,), at.ports, wait=timedelta(0))
    service.dies = False
    at.clock.time += timedelta(minutes=2)
    return at, plan, at.archive.runs(limit=1)[0]


def test_a_run_that_died_is_gone_on_with_from_the_ledger(tmp_path):
    """What it did is unchanged, the rest is done, and nothing is sent twice."""
    at, plan, run = died(tmp_path)
    kept = Plan.model_validate(kept_plan(at.archive, run.run), strict=False)

    assert (plan.document(), None) == (kept.document(), run.exit_code)
    assert 0 == states(apply_plan(kept, (BOTH,), at.ports, wait=timedelta(0)))[1]
    assert len({one.cmdlet for one in at.service.told}) == len(at.service.told)
    assert () == make_plan((BOTH,), at.ports).tenants[0].changes


def test_a_run_that_did_everything_keeps_no_plan(tmp_path):
    """The next run lets go of it."""
    at = past(tmp_path, Service())
    first = at.apply(BOTH)
    at.clock.time += timedelta(minutes=1)
    at.apply(BOTH)

    assert 0 == first.exit.code
    with pytest.raises(PlanError, match="does not keep the plan"):
        kept_plan(at.archive, first.run)


def test_a_file_must_be_the_plan_of_the_run(tmp_path):
    """Resuming is no way to carry out another plan."""
    at, plan, run = died(tmp_path)
    must_be_of(at.archive, run.run, plan)

    with pytest.raises(PlanError, match="carried out the plan"):
        must_be_of(at.archive, run.run, plan.model_copy(update={"digest": "sha256:00"}))


def test_only_an_apply_can_be_gone_on_with(tmp_path):
    """Not a run that only planned, and none that the ledger does not know."""
    at = past(tmp_path, Service())
    run = at.apply(BOTH).run
    at.clock.time += timedelta(minutes=1)
    at.rollback(run, BOTH)
    planning = at.archive.runs(limit=1)[0]

    with pytest.raises(UsageError, match="was no apply"):
        kept_plan(at.archive, planning.run)
    with pytest.raises(UsageError, match="no run"):
        kept_plan(at.archive, "20200101")


def test_an_unblock_of_unknown_outcome_is_not_sent_again(tmp_path):
    """It may have been done: within its clock it is read back, and nothing more."""

    class Lost(Service):
        """A tenant that does nothing and answers nothing."""

        def tell(self, command):
            self.told.append(command)
            raise CommandUnanswered("The connection broke.")

    desired = desire(restricted_senders={"unblock": [approval()]})
    at = past(tmp_path, Lost(blocked=[block()]))
    plan = make_plan((desired,), at.ports)
    first = apply_plan(plan, (desired,), at.ports, wait=timedelta(0))
    kept = Plan.model_validate(kept_plan(at.archive, first.run), strict=False)

    assert (["converging"], 8) == states(first)
    assert (["converging"], 8) == states(apply_plan(kept, (desired,), at.ports, wait=timedelta(0)))
    assert 1 == len(at.service.told)


def test_an_expired_plan_is_not_gone_on_with(tmp_path):
    """It is checked like any plan."""
    at, plan, _ = died(tmp_path)
    at.clock.time += timedelta(days=2)

    with pytest.raises(PlanError, match="expired"):
        apply_plan(plan, (BOTH,), at.ports, wait=timedelta(0))
