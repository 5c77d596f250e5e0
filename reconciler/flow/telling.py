"""Decides what there is to tell in the forge, and where: a plan in its merge request, drift in issues; or why not."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from reconciler.core.change import Severity
from reconciler.core.forge import Commit, Forge, MergeRequest, Noted, Reported, Review, Tracker
from reconciler.core.outcome import Drift, TenantDrift, ended
from reconciler.core.pipeline import Pipeline
from reconciler.core.plan import Plan
from reconciler.flow.drift_issues import Board, report
from reconciler.flow.note import Compose, tell
from reconciler.flow.reviewed import reviewed, told

_FORK: Final = "The merge request comes from a fork, which gets no token that could write a note: nothing was written."
_NOWHERE: Final = (
    "This is no pipeline of a merge request or a branch, so there is no merge request to write to: nothing was written."
)
_READ_ONLY: Final = (
    "RECONCILER_GITLAB_TOKEN is not set, and a job's own token can't write: nothing was written (docs/note.md)."
)
_ASIDE: Final = "Issues speak of the default branch's policies, and this pipeline runs for others: nothing was written."
_NO_PROJECT: Final = "No project is known here (CI_PROJECT_ID, or --project): nothing was written."
_NO_ISSUES: Final = "The project has its issues switched off: nothing was written."


@dataclass(frozen=True, slots=True)
class Telling:
    """Where to tell: the pipeline, which names the merge request too, and the scope of our note or issues."""

    pipeline: Pipeline
    scope: str


def tell_plan(
    forge: Forge | str, where: Telling, plan: Plan, compose: Compose, say: Callable[[Review, str], str]
) -> Noted:
    """Write the plan's note, or compare the plan with the one that was reviewed; a sentence where neither is possible.

    `forge` is a sentence where there is none. `compose` makes the body of the note, `say` its line after the merge.
    """
    at = where.pipeline
    if at.of_fork:
        return _skipped(_FORK)
    if not at.project or not (at.merge_request or (at.commit and at.branch)):
        return _skipped(_NOWHERE)
    if isinstance(forge, str):
        return _skipped(f"{forge} Nothing was written.")
    if at.merge_request:
        if forge.me() is None:
            return _skipped(_READ_ONLY)
        request = MergeRequest(project=at.project, number=at.merge_request)
        step, message = tell(forge, request, where.scope, at.number, compose)
        return Noted(step=step, message=message, exit=ended(0))
    commit = Commit(project=at.project, sha=at.commit, branch=at.branch)
    found = reviewed(forge, commit, where.scope, plan, say)
    if isinstance(found, str):
        return _skipped(found)
    return Noted(step="compared", message=told(found), review=found, exit=ended(0))


def tell_drift(
    tracker: Tracker | str,
    where: Telling,
    drift: Drift,
    fail_on: Severity,
    compose: Callable[[TenantDrift], tuple[str, str]],
    foot: str,
) -> Noted:
    """Bring the issues of all tenants up to date; a sentence where that is not possible."""
    at = where.pipeline
    if at.of_fork or at.aside:
        return _skipped(_ASIDE)
    if not at.project:
        return _skipped(_NO_PROJECT)
    if isinstance(tracker, str):
        return _skipped(f"{tracker} Nothing was written.")
    if tracker.me() is None:
        return _skipped(_READ_ONLY)
    if not tracker.enabled(at.project):
        return _skipped(_NO_ISSUES)
    told_of = report(Board(tracker, at.project, where.scope, at.number, fail_on, compose, foot), drift)
    step = "unchanged" if all(one.step in {"unchanged", "none", "left", "older"} for one in told_of) else "updated"
    return Noted.model_validate({"step": step, "message": _summed(told_of), "issues": told_of, "exit": ended(0)})


def _summed(reported: tuple[Reported, ...]) -> str:
    counts: dict[str, int] = {}
    for one in reported:
        counts[one.step] = counts.get(one.step, 0) + 1
    said = ", ".join(f"{number} {step}" for step, number in counts.items() if step != "none")
    return f"Issues about drift: {said}." if said else "Issues about drift: none is needed."


def _skipped(why: str) -> Noted:
    return Noted(step="skipped", message=why, exit=ended(0))
