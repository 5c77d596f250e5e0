"""`status`: say what waits, for a person, for a step in the portal, or for the service."""

from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.cli.options import duration
from reconciler.cli.reports import ReportOption, reports_from

if TYPE_CHECKING:
    from reconciler.cli.invocation import Invocation
    from reconciler.core.outcome import Exit


def status(
    call: "Invocation",
    wait: Annotated[bool, typer.Option("--wait", help="Read again until no write is on its way any more.")] = False,
    at_most: Annotated[str, typer.Option(metavar="DURATION", help="The longest that --wait waits.")] = "24h",
    report: ReportOption = None,
) -> "Exit":
    """Say what waits: held senders, portal steps, and writes that are not visible yet or never became so."""
    from datetime import timedelta

    from reconciler.flow.status import status as find_status

    longest, files = duration("--at-most", at_most), reports_from(report, "status")
    desired = call.policies()
    with call.ports() as ports:
        found = find_status(desired, ports, wait=longest if wait else timedelta(0))
    call.emit(found, files)
    return found.exit
