"""`apply`: carry out a reviewed plan, or plan and ask."""

import sys
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
    report: ReportOption = None,
) -> "Exit":
    """Carry out a reviewed plan. Without one: plan, show it, and ask."""
    from reconciler.flow.apply_plan import apply_plan

    patience, acks, files = duration("--wait", wait, zero=True), acks_from(ack), reports_from(report)
    call.refuse_past()
    asks = plan is None and not auto_approve and digest is None
    if asks:
        _must_have_terminal(call)
    desired = call.policies()
    chosen = _saved(plan, call, desired) if plan else _made(call, desired, acks)
    _compare(chosen, digest)
    if asks and any(one.commands for tenant in chosen.tenants for one in tenant.changes) and not _approved():
        return _declined()
    with call.ports() as ports:
        applied = apply_plan(chosen, desired, ports, wait=patience, acks=acks, fleet=call.fleet)
    call.emit(applied, files)
    return applied.exit


def _must_have_terminal(call: "Invocation") -> None:
    from reconciler.core.errors import UsageError

    if call.settings.in_ci or not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(
            "apply without a plan asks, and nobody can answer here. Give it a plan that was reviewed (`plan --out FILE`"
            ", then `apply FILE`), or --digest, or --auto-approve."
        )


def _saved(path: Path, call: "Invocation", desired: "tuple[Desired, ...]") -> "Plan":
    """The saved plan, with only those of its tenants that the options ask for."""
    from reconciler.core.errors import UsageError
    from reconciler.wiring import open_plan

    saved = open_plan(path, call.settings)
    if not (call.options.tenant or call.options.selector):
        return saved
    names = {one.tenant.name for one in desired}
    kept = tuple(one for one in saved.tenants if one.name in names)
    if not kept:
        known = ", ".join(one.name for one in saved.tenants)
        raise UsageError(f"{path} plans none of the tenants that --tenant and --selector ask for. It plans {known}.")
    return saved.model_copy(update={"tenants": kept})


def _made(call: "Invocation", desired: "tuple[Desired, ...]", acks: frozenset[str]) -> "Plan":
    from reconciler.flow.make_plan import make_plan

    with call.ports() as ports:
        made = make_plan(desired, ports, acks=acks, fleet=call.fleet)
    # The plan is a part of the question, so it goes where questions go; stdout is for the result.
    if not call.options.quiet or sys.stderr.isatty():
        call.show(made, to="stderr")
    return made


def _compare(plan: "Plan", digest: str | None) -> None:
    from reconciler.core.errors import PlanError

    if digest is not None and digest not in {plan.digest, plan.changes_digest}:
        raise PlanError(
            f"This plan is not the one that was approved: its digest is {plan.digest}, that of its changes"
            f" {plan.changes_digest}. Review it, then give one of them to --digest."
        )


def _approved() -> bool:
    sys.stderr.write("\nCarry out this plan? Only `yes` is taken for an answer: ")
    sys.stderr.flush()
    return sys.stdin.readline().strip() == "yes"


def _declined() -> "Exit":
    from reconciler.core.outcome import ended

    return ended(1, "not approved, nothing was done")
