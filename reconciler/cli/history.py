"""`history`: what earlier runs did, and what shall be kept of it."""

from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.cli.options import duration

if TYPE_CHECKING:
    from datetime import timedelta

    from reconciler.cli.invocation import Invocation
    from reconciler.core.ports import Archive
    from reconciler.core.records import Removal, Runs


def history(
    call: "Invocation",
    run: Annotated[str | None, typer.Option(metavar="RUN", help="Only this run; its first letters do.")] = None,
    limit: Annotated[int, typer.Option(metavar="N", min=1, max=10_000, help="At most so many runs.")] = 20,
    forget: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Take this person's address out of the whole ledger.")
    ] = None,
    prune: Annotated[bool, typer.Option("--prune", help="Delete the runs that are older than --keep.")] = False,
    keep: Annotated[str, typer.Option(metavar="DURATION", help="What --prune keeps; at least 31d.")] = "400d",
) -> None:
    """List the runs in the ledger with their changes. Needs no tenant and no policies."""
    from reconciler.core.errors import UsageError
    from reconciler.wiring import open_archive

    age = duration("--keep", keep)
    if call.labels:
        raise UsageError("--selector: the ledger holds no labels. Choose tenants with --tenant.")
    if sum((run is not None, forget is not None, prune)) > 1:
        raise UsageError("--run, --forget and --prune: one at a time.")
    if (run or forget or prune) and call.options.tenant:
        raise UsageError("--tenant chooses among runs that are listed; --run, --forget and --prune take all tenants.")
    with open_archive(call.settings) as archive:
        call.emit(_done(call, archive, run, limit, forget, age if prune else None))


def _done(
    call: "Invocation", archive: "Archive", run: str | None, limit: int, forget: str | None, keep: "timedelta | None"
) -> "Runs | Removal":
    from datetime import UTC, datetime

    from reconciler.flow import history as stage

    if forget is not None:
        return stage.forget(archive, forget, datetime.now(UTC))
    if keep is not None:
        return stage.prune(archive, keep)
    if run is not None:
        return stage.past_run(archive, run)
    return stage.past_runs(archive, limit=limit, globs=call.options.tenant)
