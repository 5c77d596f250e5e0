"""`apply`: carry out a reviewed plan, or plan and ask."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.cli.acks import AckOption, acks_from
from reconciler.cli.chosen_plan import compare, made, resumed, saved
from reconciler.cli.options import duration
from reconciler.cli.reports import ReportOption, reports_from

if TYPE_CHECKING:
    from datetime import timedelta

    from reconciler.cli.invocation import Invocation
    from reconciler.core.outcome import Applied, Exit
    from reconciler.core.plan import Plan
    from reconciler.core.resource import Desired


def apply(
    call: "Invocation",
    *,
    plan: Annotated[
        Path | None, typer.Argument(metavar="PLAN", help="A file that `plan --out` wrote; without it: plan and ask.")
    ] = None,
    auto_approve: Annotated[bool, typer.Option("--auto-approve", help="Don't ask.")] = False,
    digest: Annotated[
        str | None, typer.Option(metavar="SHA", help="Carry out only the plan with this digest, or changes digest.")
    ] = None,
    ack: AckOption = None,
    wait: Annotated[str, typer.Option(metavar="DURATION", help="How long to wait for changes to be visible.")] = "30s",
    resume: Annotated[
        str | None, typer.Option(metavar="RUN", help="Go on with the plan of this run, which was interrupted.")
    ] = None,
    report: ReportOption = None,
) -> "Exit":
    """Carry out a reviewed plan. Without one: plan, show it, and ask."""
    patience, acks, files = duration("--wait", wait, zero=True), acks_from(ack), reports_from(report, "apply")
    call.refuse_past()
    asks = plan is None and resume is None and not auto_approve and digest is None
    if asks:
        _must_have_terminal(call)
    desired = call.policies()
    if resume is not None:
        chosen = resumed(resume, plan, call, desired)
    else:
        chosen = saved(plan, call, desired) if plan else made(call, desired, acks)
    compare(chosen, digest)
    if asks and any(one.commands for tenant in chosen.tenants for one in tenant.changes) and not _approved():
        return _declined()
    applied = _carried_out(chosen, call, desired, patience, acks)
    call.emit(applied, files)
    return applied.exit


def _must_have_terminal(call: "Invocation") -> None:
    from reconciler.core.errors import UsageError

    if call.settings.in_ci or not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(
            "apply without a plan asks, and nobody can answer here. Give it a plan that was reviewed (`plan --out FILE`"
            ", then `apply FILE`), or --digest, or --auto-approve."
        )


def _carried_out(
    plan: "Plan", call: "Invocation", desired: "tuple[Desired, ...]", wait: "timedelta", acks: frozenset[str]
) -> "Applied":
    """Apply the plan to what asks for it: the policies, or for a rollback the ledger's run."""
    from reconciler.core.undo import undone_by
    from reconciler.flow.apply_plan import apply_plan
    from reconciler.flow.rollback import as_asked
    from reconciler.wiring import open_archive

    with call.ports() as ports:
        asked, able = desired, ports
        if undone_by(plan) is not None:
            with open_archive(call.settings) as archive:
                asked, able = as_asked(plan, desired, ports, archive)
        return apply_plan(plan, asked, able, wait=wait, acks=acks, fleet=call.fleet)


def _approved() -> bool:
    sys.stderr.write("\nCarry out this plan? Only `yes` is taken for an answer: ")
    sys.stderr.flush()
    return sys.stdin.readline().strip() == "yes"


def _declined() -> "Exit":
    from reconciler.core.outcome import ended

    return ended(1, "not approved, nothing was done")
