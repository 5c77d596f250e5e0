"""The note of a merge request: the verdict first, then what is in the way, a table of tenants, and the rest folded.

It never has more bytes than the budget: details are left out first, the largest tenants' before others, then rows of
the table; the verdict and the digest of the changes always stand there. Values of policies and tenants never stand
between backticks or in a fence, and are escaped like in every report.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from reconciler.core.note_mark import AFTER, SCOPE, Counts, Mark, Told
from reconciler.core.pipeline import Pipeline
from reconciler.core.plan import Plan
from reconciler.report.alike import fold
from reconciler.report.escape import code, markdown
from reconciler.report.note_details import details
from reconciler.report.note_discreet import discreet
from reconciler.report.note_fit import clipped, fitting, joined, size
from reconciler.report.page import Section
from reconciler.report.plan import plan_page, summary
from reconciler.report.tiles import entries
from reconciler.report.words import counted

BUDGET: Final = 60_000
"""Bytes of a note: far below what GitLab takes, and few enough for a person's browser and mail."""
AFTER_ROOM: Final = 2_500
"""Bytes that are kept free for what is said once the merge request is merged."""

_BLOCKERS: Final = 12_000
_NAMES: Final = 3
_LONGEST: Final = 300
_COLUMNS: Final = ("create", "update", "delete", "manual", "held")
_HEAD: Final = "| Tenant | Create | Change | Remove | By hand | Held | |\n|---|--:|--:|--:|--:|--:|---|"
_STATES: Final = {"refusal": "refused", "unread": "not read completely"}


def note_body(plan: Plan, mark: Mark, pipeline: Pipeline) -> str:
    """The whole note of a plan, with its mark at the end."""
    sections = fold(discreet(plan_page(plan))).sections
    head = joined([f"### {markdown(_verdict(plan, mark.scope))}", *AFTER, _about(plan), links(pipeline)])
    foot = joined((_earlier(mark.earlier), mark.line()))
    room = BUDGET - AFTER_ROOM - size(head, foot) - 8
    blockers = _blockers(sections, min(room, _BLOCKERS))
    room -= size(blockers) + 2
    table = _table(sections, room)
    room -= size(table) + 2
    return joined((head, blockers, table, details(sections, room), foot))


def _verdict(plan: Plan, scope: str) -> str:
    return summary(plan) if scope == "reconciler" or not SCOPE.fullmatch(scope) else f"{scope}: {summary(plan)}"


def _about(plan: Plan) -> str:
    refused = "**Refused: as it stands, this can't be applied.** " if plan.exit.name == "refused" else ""
    only = f" Only for {counted(len(plan.targets), 'target')}." if plan.targets else ""
    digest = f"Changes digest {code(plan.changes_digest)}, planned at {markdown(plan.made_at)}."
    return f"{refused}{digest}{only}"


def links(pipeline: Pipeline) -> str:
    """Links to where the run can be seen, and its commit."""
    named = (
        (f"Pipeline {pipeline.number}", pipeline.url),
        ("Job", pipeline.job_url),
        ("Artifacts", pipeline.artifacts_url),
    )
    shown = [f"[{name}]({url})" for name, url in named if url]
    commit = [f"Commit {code(pipeline.commit[:12])}"] if pipeline.commit else []
    return " · ".join((*shown, *commit))


def _blockers(sections: tuple[Section, ...], room: int) -> str:
    lines = [
        f"- **{_STATES[tag]}** {code(clipped(one.subject, _LONGEST))}{_of(section)}: "
        f"{markdown(clipped(one.note, _LONGEST))}"
        for section in sections
        for one in entries(section)
        for tag in one.tags
        if tag in _STATES
    ]
    title = "**In the way**"
    return joined((title, "\n".join(fitting(lines, room - size(title, ""), _more)))) if lines else ""


def _of(section: Section) -> str:
    return f" in {counted(len(section.members), 'tenant')}" if section.members else ""


def _more(left: int) -> str:
    return f"- and {left} more"


def _table(sections: tuple[Section, ...], room: int) -> str:
    rows = [_row(one) for one in sections]
    weights = [len(one.members) or 1 for one in sections]

    def left(number: int) -> str:
        return f"| and {counted(sum(weights[len(weights) - number :]), 'more tenant')} | | | | | | |"

    return "\n".join((_HEAD, *fitting(rows, room - size(_HEAD), left)))


def _row(section: Section) -> str:
    tags = Counter(tag for one in entries(section) for tag in one.tags)
    states = ", ".join(said for tag, said in _STATES.items() if tags[tag])
    numbers = " | ".join(str(tags[column] or "") for column in _COLUMNS)
    return f"| {_name(section)} | {numbers} | {states} |"


def _name(section: Section) -> str:
    if not section.members:
        return code(clipped(section.title, _LONGEST))
    shown = ", ".join(code(clipped(one, _LONGEST)) for one in section.members[:_NAMES])
    more = len(section.members) - _NAMES
    return f"each of {counted(len(section.members), 'tenant')}: {shown}" + (f" and {more} more" if more > 0 else "")


def _earlier(told: tuple[Told, ...]) -> str:
    """The plans before this one, a line each: numbers, times and digests, which were checked when they were read."""
    lines = "\n".join(f"- {_line(one)}" for one in told)
    return joined(("<details><summary>Earlier plans</summary>", lines, "</details>")) if lines else ""


def _line(told: Told) -> str:
    return f"{told.made_at}, pipeline {told.pipeline}: {', '.join(_counts(told.counts))}; {code(told.digest[:16])}"


def _counts(counts: Counts) -> Iterator[str]:
    yield f"{counts.create} to create, {counts.update} to change, {counts.delete} to remove"
    yield f"{counts.manual} by hand"
    yield from (f"{counts.held} held",) if counts.held else ()
