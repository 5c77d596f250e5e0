"""Which plan `apply` carries out: a file, that of an interrupted run, or one that it makes itself."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.cli.invocation import Invocation
    from reconciler.core.plan import Plan
    from reconciler.core.resource import Desired


def saved(path: Path, call: "Invocation", desired: "tuple[Desired, ...]") -> "Plan":
    """The plan of a file, with only those of its tenants that the options ask for."""
    from reconciler.wiring import open_plan

    return _part(open_plan(path, call.settings), call, desired)


def resumed(run: str, path: Path | None, call: "Invocation", desired: "tuple[Desired, ...]") -> "Plan":
    """The plan that a run was carrying out: the ledger's copy of it, or the file, which must be the same plan."""
    from reconciler.flow import resume
    from reconciler.wiring import open_archive, open_plan, plan_from

    with open_archive(call.settings) as archive:
        if path is None:
            return _part(plan_from(resume.kept_plan(archive, run), call.settings), call, desired)
        given = open_plan(path, call.settings)
        resume.must_be_of(archive, run, given)
        return _part(given, call, desired)


def made(call: "Invocation", desired: "tuple[Desired, ...]", acks: frozenset[str]) -> "Plan":
    """A new plan, shown before anybody is asked about it."""
    from reconciler.flow.make_plan import make_plan
    from reconciler.wiring import sign_plan

    with call.ports() as ports:
        plan = make_plan(desired, ports, acks=acks, fleet=call.fleet)
    # The plan is a part of the question, so it goes where questions go; stdout is for the result.
    if not call.options.quiet or sys.stderr.isatty():
        call.show(plan, to="stderr")
    return sign_plan(plan, call.settings)


def compare(plan: "Plan", digest: str | None) -> None:
    """Raise PlanError where a plan has neither digest that was approved."""
    from reconciler.core.errors import PlanError

    if digest is not None and digest not in {plan.digest, plan.changes_digest}:
        raise PlanError(
            f"This plan is not the one that was approved: its digest is {plan.digest}, that of its changes"
            f" {plan.changes_digest}. Review it, then give one of them to --digest."
        )


def _part(plan: "Plan", call: "Invocation", desired: "tuple[Desired, ...]") -> "Plan":
    from reconciler.core.errors import UsageError

    if not (call.options.tenant or call.options.selector):
        return plan
    names = {one.tenant.name for one in desired}
    kept = tuple(one for one in plan.tenants if one.name in names)
    if not kept:
        known = ", ".join(one.name for one in plan.tenants)
        raise UsageError(f"The plan has none of the tenants that --tenant and --selector ask for. It has {known}.")
    return plan.model_copy(update={"tenants": kept})
