"""The option `--report KIND=FILE`, which plan, apply, drift, validate and others share."""

from pathlib import Path
from typing import Annotated

import typer

from reconciler.cli.options import pair

ReportOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="KIND=FILE",
        help="Write a report too, such as html=plan.html; a wrong KIND lists all. Repeatable.",
    ),
]


def reports_from(given: list[str] | None, command: str) -> dict[str, Path]:
    """The file of each report kind, checked before any work. Raises UsageError."""
    from reconciler.cli.files import ready
    from reconciler.core.errors import UsageError
    from reconciler.report.formats import REPORTS

    able = sorted(kind for kind, report in REPORTS.items() if command in report.of)
    found: dict[str, Path] = {}
    for one in given or ():
        kind, path = pair("--report", one)
        if kind not in able:
            what = f"of `{command}` called" if kind in REPORTS else "called"
            raise UsageError(f"--report: there is no report {what} {kind!r}. There are {', '.join(able)}.")
        if kind in found:
            raise UsageError(f"--report: {kind} is asked for twice.")
        if (file := Path(path)) in found.values():
            raise UsageError(f"--report: {path!r} is asked for twice, and the second report would replace the first.")
        found[kind] = ready("--report", file)
    return found
