"""`show`: print a saved plan and check its digest."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.cli.reports import ReportOption, reports_from

if TYPE_CHECKING:
    from reconciler.cli.invocation import Invocation
    from reconciler.core.plan import Plan


def show(
    call: "Invocation",
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="A file that `plan --out` wrote.")],
    report: ReportOption = None,
) -> None:
    """Print a saved plan and check its digest. Needs no tenant and no policies.

    With --tenant it prints only those tenants' parts; the digests stay those of the whole plan.
    """
    from reconciler.wiring import open_plan

    files = reports_from(report)
    call.emit(_part(open_plan(plan, call.settings), call), files)


def _part(plan: "Plan", call: "Invocation") -> "Plan":
    """The plan with only the tenants that `--tenant` names. Raises UsageError where one names none."""
    from fnmatch import fnmatchcase

    from reconciler.core.errors import UsageError

    if call.labels:
        raise UsageError("--selector: a plan holds no labels. Choose its tenants with --tenant.")
    names = [one.name for one in plan.tenants]
    for glob in call.options.tenant:
        if not any(fnmatchcase(name, glob) for name in names):
            raise UsageError(f"--tenant: the plan has no tenant {glob!r}. It has {', '.join(names)}.")
    if not call.options.tenant:
        return plan
    kept = tuple(one for one in plan.tenants if any(fnmatchcase(one.name, glob) for glob in call.options.tenant))
    return plan.model_copy(update={"tenants": kept})
