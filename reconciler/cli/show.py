"""`show`: print a saved plan and check its digest."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.cli.part import part
from reconciler.cli.reports import ReportOption, reports_from

if TYPE_CHECKING:
    from reconciler.cli.invocation import Invocation


def show(
    call: "Invocation",
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="A file that `plan --out` wrote.")],
    report: ReportOption = None,
) -> None:
    """Print a saved plan and check its digest. Needs no tenant and no policies.

    With --tenant it prints only those tenants' parts; the digests stay those of the whole plan.
    """
    from reconciler.wiring import open_plan

    files = reports_from(report, "plan")
    call.stored = True
    call.emit(part(open_plan(plan, call.settings), call, "plan"), files)
