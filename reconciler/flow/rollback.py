"""Makes the plan that undoes a run, and lets apply derive the same again from the ledger instead of from policies."""

from dataclasses import replace
from datetime import timedelta

from reconciler.core.errors import PlanError, UsageError
from reconciler.core.outcome import Unreadable, of_run
from reconciler.core.plan import Plan, TenantPlan, plan_exit, sealed
from reconciler.core.ports import Archive
from reconciler.core.records import RunRecord
from reconciler.core.resource import Desired
from reconciler.core.undo import PLANNING, undone_by
from reconciler.core.undoing import undoing
from reconciler.flow.make_plan import make_plan
from reconciler.flow.ports import Ports
from reconciler.flow.remember import begin, end
from reconciler.flow.undo_parts import Part, parts_of


def rollback(
    record: RunRecord,
    desired: tuple[Desired, ...],
    ports: Ports,
    *,
    valid_for: timedelta,
    acks: frozenset[str] = frozenset(),
    fleet: int = 0,
) -> Plan:
    """The plan that undoes what can be undone of a run, judged by the guardrails like any other, and recorded.

    `fleet` is how many tenants the policies have where `desired` is only a selection of them; then nothing is said of
    the others. Raises UsageError where the run did nothing here, LedgerError where the plan can't be recorded.
    """
    selected = fleet > len(desired)
    parts = [one for one in parts_of(record, desired, ports.kinds, acks) if one.desired is not None or not selected]
    if not parts:
        raise UsageError(f"Run {record.run} changed nothing in these tenants. `reconciler history` shows what it did.")
    asked = tuple(one.desired for one in parts if one.desired is not None and one.desired.wanted)
    targets = frozenset(item.address for one in asked for item in one.wanted)
    made = make_plan(asked, _able(parts, ports), targets=targets, valid_for=valid_for, acks=acks, fleet=fleet)
    whole = _completed(made, parts)
    end(begin(f"{PLANNING} {record.run}", whole.digest, ports, acks), whole.exit, ports)
    return whole


def as_asked(
    plan: Plan, desired: tuple[Desired, ...], ports: Ports, archive: Archive
) -> tuple[tuple[Desired, ...], Ports]:
    """What apply holds a plan against: the policies as they are, or for a rollback what undoes the ledger's run.

    Raises PlanError for a rollback that this ledger did not see being planned: a file alone may not undo anything.
    """
    run = undone_by(plan)
    if run is None:
        return desired, ports
    record = archive.run(run)
    if record is None or record.run != run or not archive.planned(f"{PLANNING} {run}", plan.digest):
        raise PlanError(
            f"The ledger knows no rollback of {run} with this digest: the plan was altered, or another ledger was used."
            " Make a new one with `reconciler rollback RUN --out FILE`."
        )
    parts = parts_of(record, desired, ports.kinds, None)
    undone = {one.desired.tenant.name: one.desired for one in parts if one.desired is not None}
    return tuple(undone.get(one.tenant.name, one) for one in desired), _able(parts, ports)


def _able(parts: list[Part], ports: Ports) -> Ports:
    """The ports with the kinds of which something is undone, each knowing how."""
    deeds = {key: write for part in parts for key, write in part.deeds.items()}
    touched = {write.kind for write in deeds.values()}
    return replace(ports, kinds=tuple(undoing(kind, deeds) for kind in ports.kinds if kind.name in touched))


def _completed(made: Plan, parts: list[Part]) -> Plan:
    """The plan with what is to be said of each tenant, also of those in which nothing can be undone."""
    planned = {one.tenant_id: one for one in made.tenants}
    tenants = tuple(_tenant(part, planned.get(part.record.tenant_id)) for part in parts)
    return sealed(
        made.model_copy(
            update={
                "tenants": tenants,
                "complete": all(one.complete for one in tenants),
                "exit": of_run((one.name, one.exit, False) for one in tenants),
            }
        )
    )


def _tenant(part: Part, planned: TenantPlan | None) -> TenantPlan:
    if planned is not None:
        return planned.model_copy(update={"findings": (*planned.findings, *part.findings)})
    lost = () if part.desired else (Unreadable(kind="tenant", reason="the policies no longer have this tenant."),)
    return TenantPlan(
        name=part.desired.tenant.name if part.desired else part.record.name,
        tenant_id=part.record.tenant_id,
        policies_digest=part.desired.digest if part.desired else "",
        complete=not lost,
        unreadable=lost,
        findings=part.findings,
        foreign={},
        exit=plan_exit((), (), lost, denied=False),
    )
