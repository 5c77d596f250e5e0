"""Finds an earlier run, and the plan that it was carrying out when it was interrupted."""

from reconciler.core.errors import PlanError, UsageError
from reconciler.core.plan import Plan
from reconciler.core.ports import Archive
from reconciler.core.records import RunRecord
from reconciler.core.shown import shown
from reconciler.core.undo import UNDOING
from reconciler.core.values import Fields


def run_named(archive: Archive, name: str) -> RunRecord:
    """The run with this identifier, or the one that begins so. Raises UsageError where there is none."""
    found = archive.run(name)
    if found is None:
        raise UsageError(f"The ledger has no run {shown(name)!r}. `reconciler history` lists them.")
    return found


def kept_plan(archive: Archive, name: str) -> Fields:
    """The document of the plan that a run of apply was carrying out.

    Raises UsageError where there is no such run, PlanError where the ledger does not keep its plan any more.
    """
    run = _applied(archive, name)
    document = archive.plan_of(run.run)
    if document is None:
        raise PlanError(
            f"The ledger does not keep the plan of run {run.run} any more: the run has ended, or the plan expired."
            " Make a new plan; what is done already will not be in it."
        )
    return document


def must_be_of(archive: Archive, name: str, plan: Plan) -> None:
    """Raise PlanError where a run of apply was carrying out another plan than this one."""
    run = _applied(archive, name)
    if plan.digest != run.plan_digest:
        raise PlanError(f"Run {run.run} carried out the plan {run.plan_digest}; this file is the plan {plan.digest}.")


def _applied(archive: Archive, name: str) -> RunRecord:
    run = run_named(archive, name)
    if run.command != "apply" and not run.command.startswith(f"{UNDOING} "):
        raise UsageError(f"Run {run.run} was no apply but `{run.command}`, so there is nothing to go on with.")
    return run
