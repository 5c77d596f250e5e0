"""`plan`: say what would change in every tenant, and change nothing."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.cli.acks import AckOption, acks_from
from reconciler.cli.options import duration
from reconciler.cli.reports import ReportOption, reports_from

if TYPE_CHECKING:
    from reconciler.cli.invocation import Invocation
    from reconciler.core.outcome import Exit
    from reconciler.core.plan import Plan


def plan(
    call: "Invocation",
    *,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Save the plan to this file, for `apply`.")] = None,
    detailed_exitcode: Annotated[
        bool, typer.Option("--detailed-exitcode", help="Exit 2 when there are changes, as Terraform does.")
    ] = False,
    target: Annotated[
        list[str] | None, typer.Option(metavar="ADDRESS", help="Only this object, by its exact address. Repeatable.")
    ] = None,
    valid_for: Annotated[str, typer.Option(metavar="DURATION", help="How long apply may use the plan.")] = "24h",
    ack: AckOption = None,
    report: ReportOption = None,
) -> "Exit":
    """Read the tenants and say what would change. Changes nothing."""
    from reconciler.cli.files import ready
    from reconciler.cli.logs import step
    from reconciler.cli.next_step import say_next
    from reconciler.core.outcome import ended
    from reconciler.flow.make_plan import make_plan
    from reconciler.wiring import sign_plan

    lifetime, acks, files = duration("--valid-for", valid_for), acks_from(ack), reports_from(report, "plan")
    out = ready("--out", out) if out else None
    desired = call.policies()
    if call.settings.ledger_is_local:
        step("The ledger is a file: it keeps apart only runs of this machine. A database does so for all runners.")
    with call.ports() as ports:
        made = make_plan(
            desired, ports, targets=frozenset(target or ()), valid_for=lifetime, acks=acks, fleet=call.fleet
        )
    made = sign_plan(made, call.settings)
    if out:
        save(made, out, call)
    call.emit(made, files)
    say_next(made, out, call, acks)
    hidden = made.exit.name == "changes" and not detailed_exitcode
    return ended(0, *made.exit.reasons) if hidden else made.exit


def save(made: "Plan", out: Path, call: "Invocation") -> None:
    """Write the plan's file; one of which no part could be made is not saved, and that is said."""
    from reconciler.cli.logs import warn
    from reconciler.wiring import save_plan

    if any(one.complete or one.changes or one.foreign for one in made.tenants):
        save_plan(made, out, call.settings)
    else:
        warn(f"No tenant could be read, so {out} was not written.")
