"""`drift`: say where tenants are not as policies want them."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from reconciler.cli.notify import NotifyOption, channels_from, told
from reconciler.cli.reports import ReportOption, reports_from

if TYPE_CHECKING:
    from reconciler.cli.invocation import Invocation
    from reconciler.core.outcome import Exit


def drift(
    call: "Invocation",
    fail_on: Annotated[
        Literal["info", "warning", "critical"], typer.Option(help="Exit 2 from this severity on.")
    ] = "info",
    report: ReportOption = None,
    notify: NotifyOption = None,
) -> "Exit":
    """Compare the tenants with the policies. Exit 2 when something is not as it should be."""
    from reconciler.flow.drift import drift as find_drift

    files = reports_from(report, "drift")
    channels = channels_from(notify, call)
    desired = call.policies()
    with call.ports() as ports:
        found = told(find_drift(desired, ports, fail_on=fail_on), call, desired, channels, ports.clock)
    call.emit(found, files)
    return found.exit
