"""The option `--report KIND=FILE`, which plan, apply, drift and validate share."""

from pathlib import Path
from typing import Annotated

import typer

from reconciler.cli.options import pair

ReportOption = Annotated[
    list[str] | None,
    typer.Option(metavar="KIND=FILE", help="Write a report of this kind too: json, markdown or html. Repeatable."),
]


def reports_from(given: list[str] | None) -> dict[str, Path]:
    """The file of each report kind, checked before any work. Raises UsageError."""
    from reconciler.cli.files import ready
    from reconciler.core.errors import UsageError
    from reconciler.report.formats import REPORTS

    found: dict[str, Path] = {}
    for one in given or ():
        kind, path = pair("--report", one)
        if kind not in REPORTS:
            raise UsageError(f"--report: there is no report called {kind!r}. There are {', '.join(sorted(REPORTS))}.")
        if kind in found:
            raise UsageError(f"--report: {kind} is asked for twice.")
        found[kind] = ready("--report", Path(path))
    return found
