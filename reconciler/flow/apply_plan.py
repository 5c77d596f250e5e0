"""Carries out a reviewed plan: trusts nothing in it, writes only what policies and tenant still give, reads back."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from reconciler.core.errors import Interrupted, PlanError, ReconcilerError
from reconciler.core.guard import acknowledged, too_many_tenants
from reconciler.core.outcome import Applied, TenantOutcomes, ended, first, of_run
from reconciler.core.plan import Plan, TenantPlan, malformed
from reconciler.core.resource import Desired
from reconciler.core.undo import command_of
from reconciler.core.values import utc
from reconciler.flow.admit import admit
from reconciler.flow.carry_out import Run, carry_out
from reconciler.flow.endings import changed, incomplete, nothing, of_outcomes
from reconciler.flow.hold import held
from reconciler.flow.look import look
from reconciler.flow.pool import side_by_side
from reconciler.flow.ports import Ports
from reconciler.flow.remember import begin, conclude, end

log = logging.getLogger(__name__)

_FINE: Final = frozenset({0, 6, 8})
"""Exits of a tenant in which all was done that could be."""
_GRACE: Final = 10.0
"""Seconds that a command in flight is awaited after the first signal (CONTRACT 2, Signals)."""


@dataclass(frozen=True, slots=True)
class _Job:
    """One tenant's part of a plan, with what policies say of it now."""

    planned: TenantPlan
    desired: Desired | None
    targets: frozenset[str]
    acks: frozenset[str]
    refused: str


def apply_plan(
    plan: Plan,
    desired: tuple[Desired, ...],
    ports: Ports,
    *,
    wait: timedelta,
    acks: frozenset[str] = frozenset(),
    fleet: int = 0,
) -> Applied:
    """Carry out a plan and say how each change ended; a written change is awaited for up to `wait`.

    `fleet` is how many tenants the policies have where `desired` is only a selection of them.

    Raises PlanError for an expired plan, or one that is none of ours, and LedgerError if the ledger can't be written:
    both before any write.
    """
    if wrong := malformed(plan):
        raise PlanError(f"{wrong} It was altered after it was made. Make a new one with `reconciler plan --out FILE`.")
    expires = utc(plan.expires_at)
    if any(time >= expires for time in (ports.clock.now(), ports.clock.machine())):
        raise PlanError(f"The plan expired at {plan.expires_at}. Make a new one with `reconciler plan --out FILE`.")
    run = Run(begin(command_of(plan), plan.digest, ports, acks), wait)
    ports.ledger.keep(run.id, ports.commit, (plan.document(), expires), ports.clock.machine())
    for planned in plan.tenants:
        ports.progress.say(planned.name, "waiting")
    tenants = side_by_side(
        lambda job: _apply(job, run, ports),
        _jobs(plan, desired, acks, max(fleet, len(desired))),
        ports.clock,
        width=ports.parallelism,
        grace=_GRACE,
        skipped=lambda job: nothing(job.planned, ended(130, "stopped by a signal before it was begun")),
    )
    result = of_run((one.name, one.exit, changed(one.outcomes)) for one in tenants)
    end(run.id, result, ports)
    return Applied(run=run.id, tenants=tuple(tenants), exit=result)


def _jobs(plan: Plan, desired: tuple[Desired, ...], acks: frozenset[str], fleet: int) -> list[_Job]:
    known = {one.tenant.name: one for one in desired}
    names = [one.name for one in plan.tenants if one.changes]
    limit = desired[0].guardrails.max_tenants if desired else None
    findings = acknowledged(too_many_tenants(names, fleet, limit), acks) if limit else ()
    refused = {one.address: f"{one.rule}: {one.message}" for one in findings if one.severity == "refusal"}
    targets = frozenset(plan.targets)
    return [_Job(one, known.get(one.name), targets, acks, refused.get(one.name, "")) for one in plan.tenants]


def _apply(job: _Job, run: Run, ports: Ports) -> TenantOutcomes:
    """One tenant from first look to last, recorded; whatever goes wrong stays in this tenant."""
    result = _attempt(job, run, ports)
    conclude(run.id, job.planned.tenant_id, result, ports)
    ports.progress.say(job.planned.name, "done" if result.exit.code in _FINE else "failed")
    return result


def _attempt(job: _Job, run: Run, ports: Ports) -> TenantOutcomes:
    planned, desired = job.planned, job.desired
    if desired is None:
        return nothing(planned, ended(5, "the policies have no such tenant. Make a new plan."))
    if barred := _barred(job, desired):
        return barred
    try:
        return _write(job, desired, run, ports)
    except Interrupted:
        return nothing(planned, ended(130, "stopped by a signal before the first write"))
    except ReconcilerError as error:
        return nothing(planned, ended(error.exit_code, str(error)))
    except Exception as error:
        log.exception("%s: apply failed", planned.name)
        text = f"internal error ({type(error).__name__}); what was sent stands in the ledger, run {run.id}."
        return nothing(planned, ended(7, text), "failed")


def _barred(job: _Job, desired: Desired) -> TenantOutcomes | None:
    """The result of a tenant in which nothing needs to be looked at, because nothing may or need be written."""
    planned = job.planned
    if (planned.tenant_id, planned.policies_digest) != (desired.tenant.tenant_id, desired.digest):
        return nothing(planned, ended(5, "the policies changed since the plan was made. Make a new plan."))
    if job.refused:
        return nothing(planned, ended(4, job.refused))
    if not planned.changes:
        return TenantOutcomes(name=planned.name, exit=incomplete(planned))
    if desired.tenant.mode == "plan-only":
        return nothing(planned, incomplete(planned), "held", "its document says `mode: plan-only`")
    return None


def _write(job: _Job, desired: Desired, run: Run, ports: Ports) -> TenantOutcomes:
    """Look, admit, write, read back."""
    only = frozenset(change.kind for change in job.planned.changes)
    with held(desired.tenant, run.id, ports), ports.tenants.writer(desired.tenant) as writer:
        seen = look(desired, ports, writer, targets=job.targets, only=only)
        admitted = admit(job.planned, seen, ports, job.acks)
        if isinstance(admitted, TenantOutcomes):
            return admitted
        ports.ledger.judged(run.id, desired.tenant.tenant_id, seen.judged.evidence)
        written = carry_out(admitted.changes, seen, run, ports, writer)
    outcomes = tuple(sorted((*admitted.outcomes, *written.outcomes), key=lambda one: (one.address, one.via)))
    ending = of_outcomes(outcomes, denied=written.denied, stopping=written.stopped, broken=written.broken)
    return TenantOutcomes(name=job.planned.name, outcomes=outcomes, exit=first((ending, incomplete(job.planned))))
