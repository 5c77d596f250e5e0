"""`note`: tell a plan in its merge request, or drift in issues, and whether a plan is the reviewed one."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

_LONGEST: Final = 40

if TYPE_CHECKING:
    from reconciler.cli.invocation import Invocation
    from reconciler.core.forge import Noted
    from reconciler.core.outcome import Drift
    from reconciler.core.plan import Plan
    from reconciler.flow.telling import Telling


def note(
    call: "Invocation",
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A plan of `plan --out`, or the JSON of `drift --format json`.")
    ],
    project: Annotated[
        str | None, typer.Option(metavar="PROJECT", help="Number or path of the project [default: CI_PROJECT_ID].")
    ] = None,
    merge_request: Annotated[
        int | None, typer.Option(metavar="NUMBER", min=1, help="Its merge request [default: CI_MERGE_REQUEST_IID].")
    ] = None,
    scope: Annotated[
        str, typer.Option(metavar="NAME", help="Keeps notes of different plans in one merge request apart.")
    ] = "reconciler",
    fail_on: Annotated[
        Literal["info", "warning", "critical"], typer.Option(help="Drift from this severity on makes an issue.")
    ] = "warning",
) -> None:
    """Tell a plan in its merge request and drift in issues, in GitLab, through RECONCILER_GITLAB_TOKEN.

    In a pipeline of a merge request: keeps one note about the plan. In one of a branch: says whether the plan is the
    one that was reviewed. Of drift: keeps one confidential issue for each tenant.
    """
    from reconciler.cli.report import opened
    from reconciler.core.errors import UsageError
    from reconciler.core.outcome import Drift
    from reconciler.core.plan import Plan

    if call.labels or call.options.tenant:
        raise UsageError(
            "--tenant and --selector: a note tells of all tenants of its plan. Plan fewer tenants instead."
        )
    where = _where(call, project, merge_request, scope)
    match opened(file, call):
        case Plan() as plan:
            call.emit(_plan(call, where, plan))
        case Drift() as drift:
            call.emit(_drift(call, where, drift, fail_on))
        case _:
            raise UsageError(f"{file} is no plan and no drift. Name what `plan --out` or `drift --format json` wrote.")


def _where(call: "Invocation", project: str | None, merge_request: int | None, scope: str) -> "Telling":
    from reconciler.core.errors import UsageError
    from reconciler.core.note_mark import SCOPE
    from reconciler.core.pipeline import pipeline_of
    from reconciler.flow.telling import Telling

    if len(scope) > _LONGEST or not SCOPE.fullmatch(scope):
        raise UsageError("--scope: use up to 40 small letters and digits, with single dots, underscores and hyphens.")
    at = pipeline_of(call.settings.environment)
    if merge_request:
        # Whoever names a merge request has decided where to write: what the pipeline runs for does not matter then.
        at = at.model_copy(update={"merge_request": merge_request, "source_project": ""})
    if project:
        at = at.model_copy(update={"project": project, "source_project": ""})
    return Telling(at, scope)


def _plan(call: "Invocation", where: "Telling", plan: "Plan") -> "Noted":
    from reconciler.core.note_mark import mark_of
    from reconciler.flow.telling import tell_plan
    from reconciler.report.note import note_body
    from reconciler.report.note_told import review_line
    from reconciler.wiring import open_forge

    at, found = where.pipeline, open_forge(call.settings)
    return tell_plan(
        found if isinstance(found, str) else found[0],
        where,
        plan,
        lambda earlier: note_body(plan, mark_of(plan, where.scope, at.number, earlier), at),
        lambda review, said: review_line(review, said, at),
    )


def _drift(
    call: "Invocation", where: "Telling", drift: "Drift", fail_on: Literal["info", "warning", "critical"]
) -> "Noted":
    from reconciler.flow.telling import tell_drift
    from reconciler.report.note_drift import drift_foot, drift_issue
    from reconciler.wiring import open_forge

    found = open_forge(call.settings)
    tracker = found if isinstance(found, str) else found[1]
    return tell_drift(tracker, where, drift, fail_on, drift_issue, drift_foot(where.pipeline))
