"""`rollback`: make the plan that undoes an earlier run, and change nothing."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.cli.acks import AckOption, acks_from
from reconciler.cli.options import duration
from reconciler.cli.plan import save
from reconciler.cli.reports import ReportOption, reports_from

if TYPE_CHECKING:
    from reconciler.cli.invocation import Invocation
    from reconciler.core.outcome import Exit


def rollback(
    call: "Invocation",
    *,
    run: Annotated[
        str, typer.Argument(metavar="RUN", help="The run to undo; its first letters do. `history` lists them.")
    ],
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Save the plan to this file, for `apply`.")] = None,
    detailed_exitcode: Annotated[
        bool, typer.Option("--detailed-exitcode", help="Exit 2 when there are changes, as Terraform does.")
    ] = False,
    valid_for: Annotated[str, typer.Option(metavar="DURATION", help="How long apply may use the plan.")] = "24h",
    ack: AckOption = None,
    report: ReportOption = None,
) -> "Exit":
    """Plan to undo what a run did. Changes nothing; review the plan, then apply it."""
    from reconciler.cli.files import ready
    from reconciler.cli.next_step import say_next
    from reconciler.core.outcome import ended
    from reconciler.flow.resume import run_named
    from reconciler.flow.rollback import rollback as plan_rollback
    from reconciler.wiring import open_archive, sign_plan

    lifetime, acks, files = duration("--valid-for", valid_for), acks_from(ack), reports_from(report, "plan")
    out = ready("--out", out) if out else None
    desired = call.policies()
    with open_archive(call.settings) as archive:
        record = run_named(archive, run)
    with call.ports() as ports:
        made = plan_rollback(record, desired, ports, valid_for=lifetime, acks=acks, fleet=call.fleet)
    made = sign_plan(made, call.settings)
    if out:
        save(made, out, call)
    call.emit(made, files)
    say_next(made, out, call, acks)
    hidden = made.exit.name == "changes" and not detailed_exitcode
    return ended(0, *made.exit.reasons) if hidden else made.exit
