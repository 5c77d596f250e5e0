"""`report`: print a stored result in any form."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.cli.part import part
from reconciler.cli.reports import ReportOption, reports_from
from reconciler.cli.site import SiteOption, emit_site

if TYPE_CHECKING:
    from reconciler.cli.invocation import Invocation
    from reconciler.core.plan import Plan
    from reconciler.report.stored import Stored


def report(
    call: "Invocation",
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="What `plan --out` or a command with `--format json` wrote.")
    ],
    report: ReportOption = None,
    site: SiteOption = None,
) -> None:
    """Print a stored plan or the stored JSON of apply, drift, validate or status. Needs no tenant and no policies.

    It ends with 0 when that is printed: how the run itself ended is in the result, and the run has said so.
    With --tenant it prints only those tenants' parts.
    """
    from reconciler.report.formats import command_of

    result = part(opened(file, call), call, "result")
    files = reports_from(report, command_of(result))
    call.stored = True
    call.emit(result, files)
    if site:
        emit_site(call, result, site)


def opened(path: Path, call: "Invocation") -> "Plan | Stored":
    """The result in a file; a plan only if its digests, and where there is a key its signature, are right."""
    from reconciler.core.errors import ReconcilerError
    from reconciler.report.stored import document_of, is_plan, result_of
    from reconciler.wiring import open_plan, read_stored

    raw = read_stored(path)
    try:
        document = document_of(raw)
        found = None if is_plan(document) else result_of(raw, document)
    except ReconcilerError as error:
        raise ReconcilerError(
            f"{path} {error} Name a file that a command wrote with --out or --format json."
        ) from error
    return open_plan(path, call.settings) if found is None else found
