"""The option `--site DIR`: a result as a folder of web pages."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from reconciler.cli.invocation import Invocation
    from reconciler.report.formats import Result

SiteOption = Annotated[
    Path | None,
    typer.Option("--site", metavar="DIR", help="Write web pages too: an index, and a page for each tenant."),
]


def emit_site(call: "Invocation", result: "Result", folder: Path) -> None:
    """Write the pages of a result; pages of tenants that are gone go too. Raises ReconcilerError."""
    from reconciler.report.formats import page_of
    from reconciler.report.site import site
    from reconciler.wiring import write_site

    write_site(folder, site(page_of(result, verbose=True), call.context(result, drawn=True)))
