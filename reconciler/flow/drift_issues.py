"""Keeps one confidential issue for each tenant that drifts: opened, brought up to date, closed when it is over."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from reconciler.core.change import Severity
from reconciler.core.drift_mark import DriftMark, drift_mark_in
from reconciler.core.errors import AccessError, MissingRead
from reconciler.core.forge import Issue, Reported, Tracker
from reconciler.core.outcome import Drift, TenantDrift

Known = dict[str, list[tuple[Issue, DriftMark]]]
"""By tenant: its issues of ours, the oldest first."""

LABELS: Final = ("reconciler", "drift")
END: Final = "<!-- reconciler:end -->"
"""After what a tenant's drift reads like; what follows differs from run to run and is no reason to edit."""
_RANKS: Final[tuple[Severity, ...]] = ("info", "warning", "critical")
_OVER: Final = "The tenant was read completely and no such difference is left, so this issue is closed."


@dataclass(frozen=True, slots=True)
class Board:
    """Where issues go, and who writes them."""

    tracker: Tracker
    project: str
    scope: str
    pipeline: int
    """0 for a person, who is always the newest."""
    fail_on: Severity
    compose: Callable[[TenantDrift], tuple[str, str]]
    """The title of a tenant's issue, and what its drift reads like."""
    foot: str
    """What follows that: where the run can be seen."""


def drifts(tenant: TenantDrift, fail_on: Severity) -> bool:
    """Whether something in a tenant waits for somebody: an entry open or manual, at or above a severity."""
    least = _RANKS.index(fail_on)
    return any(one.state in {"open", "manual"} and _RANKS.index(one.severity) >= least for one in tenant.drift)


def report(board: Board, drift: Drift) -> tuple[Reported, ...]:
    """Bring the issue of each tenant up to date; a tenant that could not be read keeps its issue as it is."""
    known = _known(board)
    told = tuple(_tenant(board, one, known.get(one.name, [])) for one in drift.tenants)
    if any(one.step == "opened" for one in told):
        _close_doubles(board)
    return told


def _tenant(board: Board, tenant: TenantDrift, known: list[tuple[Issue, DriftMark]]) -> Reported:
    issue, mark = known[0] if known else (None, None)
    if not tenant.complete:
        return _told("left", tenant, issue, "could not be read completely, so its issue stays as it is")
    if mark and 0 < board.pipeline < mark.pipeline:
        return _told("older", tenant, issue, f"pipeline {mark.pipeline} is newer than this one: left as it is")
    if drifts(tenant, board.fail_on):
        return _present(board, tenant, issue)
    if issue is None or not issue.open:
        return _told("none", tenant, None, "nothing to report")
    board.tracker.rewrite(board.project, issue, _body(board, tenant), LABELS)
    board.tracker.close(board.project, issue.number, _OVER)
    return _told("closed", tenant, issue, "the drift is over, issue closed")


def _present(board: Board, tenant: TenantDrift, issue: Issue | None) -> Reported:
    title, said = board.compose(tenant)
    body = _body(board, tenant)
    if issue is None:
        opened = board.tracker.open(board.project, title, body, LABELS)
        return _told("opened", tenant, opened, "issue opened")
    up_to_date = issue.open and issue.confidential and set(LABELS) <= set(issue.labels)
    if up_to_date and issue.body.replace("\r\n", "\n").partition(END)[0].rstrip() == said.rstrip():
        return _told("unchanged", tenant, issue, "nothing new")
    board.tracker.rewrite(board.project, issue, body, LABELS)
    if issue.open:
        return _told("updated", tenant, issue, "issue brought up to date")
    return _told("reopened", tenant, issue, "the drift is back, issue opened again")


def _body(board: Board, tenant: TenantDrift) -> str:
    mark = DriftMark(scope=board.scope, pipeline=board.pipeline, tenant=tenant.name)
    return "\n\n".join(part for part in (board.compose(tenant)[1].rstrip(), END, board.foot, mark.line()) if part)


def _known(board: Board) -> Known:
    me = board.tracker.me()
    found: Known = {}
    for issue in _issues(board, me or 0):
        mark = drift_mark_in(issue.body)
        if mark and mark.scope == board.scope and issue.author == me:
            found.setdefault(mark.tenant, []).append((issue, mark))
    return found


def _issues(board: Board, author: int) -> tuple[Issue, ...]:
    try:
        return board.tracker.issues(board.project, author)
    except MissingRead as error:
        raise AccessError(
            f"The token sees no project {board.project}. Check its number or path, and that the token is a member with "
            "at least the role Reporter (docs/note.md)."
        ) from error


def _close_doubles(board: Board) -> None:
    """Two jobs may have opened an issue side by side: the older one goes on."""
    for (first, _), *others in _known(board).values():
        for issue, _ in others:
            if issue.open:
                why = f"Two jobs opened this issue at the same time. #{first.number} goes on."
                board.tracker.close(board.project, issue.number, why)


def _told(step: str, tenant: TenantDrift, issue: Issue | None, why: str) -> Reported:
    number, url = (issue.number, issue.url) if issue else (None, "")
    return Reported.model_validate(
        {"tenant": tenant.name, "step": step, "message": f"{tenant.name}: {why}.", "issue": number, "url": url}
    )
