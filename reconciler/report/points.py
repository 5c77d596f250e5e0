"""Everything that a result has to say, as points, in the order of the result."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final, assert_never

from reconciler.core.change import Change, Finding, Level, Origin, Severity
from reconciler.core.errors import Diagnostic
from reconciler.core.outcome import Applied, Drift, DriftEntry, Exit, Outcome, State, Unreadable
from reconciler.core.plan import Plan
from reconciler.core.waiting import Status, Wait, Waiting
from reconciler.report.context import Context
from reconciler.report.drift import apart
from reconciler.report.escape import visible
from reconciler.report.page import Fact
from reconciler.report.point import Grade, Point
from reconciler.report.validation import Validation
from reconciler.report.words import change_of, exit_line

Told = Plan | Applied | Drift | Status | Validation
"""The results that points are made of."""

_LEVELS: Final[dict[Level, Grade]] = {
    "refusal": "blocker", "held": "major", "overdue": "major", "warning": "minor",
    "converging": "info", "accepted": "info", "info": "info",
}  # fmt: skip
_SEVERITIES: Final[dict[Severity, Grade]] = {"critical": "critical", "warning": "major", "info": "minor"}
_STATES: Final[dict[State, Grade]] = {
    "failed": "critical", "skipped": "major", "held": "major", "manual": "minor",
    "converging": "info", "applied": "info", "unchanged": "info",
}  # fmt: skip
_WAITS: Final[dict[Wait, Grade]] = {"overdue": "major", "held": "major", "manual": "minor", "converging": "info"}
_OPEN: Final = frozenset({"open", "manual"})
_ENDED: Final = frozenset({0, 2, 7, 8})
"""Exits of an apply that its outcomes explain; any other says something that no outcome may say."""
POLICIES: Final = "policies"
"""What a file is called that nobody can name: a folder of policies that is not below the current one."""
_BLANKS: Final = re.compile(r"[ \t\r\n]+")


def points(result: Told, context: Context) -> tuple[Point, ...]:
    """Every change, difference, outcome, finding, unreadable kind or fault of a result, each with a file and a line."""
    return tuple(_placed(tuple(_points(result)), context))


def _points(result: Told) -> Iterator[Point]:
    match result:
        case Plan():
            for plan in result.tenants:
                yield from (_change(plan.name, one) for one in plan.changes)
                yield from _around(plan.name, plan.unreadable, plan.findings)
        case Drift():
            for found in result.tenants:
                yield from (_difference(found.name, one) for one in found.drift)
                yield from _around(found.name, found.unreadable, found.findings)
        case Applied():
            for ended in result.tenants:
                yield from (_outcome(ended.name, one) for one in ended.outcomes)
                yield from _stopped(ended.name, ended.exit)
        case Status():
            for status in result.tenants:
                yield from (_waiting(status.name, one) for one in status.waiting)
                yield from _around(status.name, status.unreadable, ())
        case Validation():
            yield from map(_fault, result.diagnostics)
        case _:
            assert_never(result)


def _around(tenant: str, unreadable: tuple[Unreadable, ...], findings: tuple[Finding, ...]) -> Iterator[Point]:
    for one in unreadable:
        yield Point(
            "unreadable", tenant, f"{tenant}/{one.kind}", "unreadable", "unreadable", "critical", message=one.reason
        )
    for said in findings:
        grade = _LEVELS[said.severity]
        yield Point("finding", tenant, said.address, said.rule, said.severity, grade, said.message, said.origin)


def _change(tenant: str, one: Change) -> Point:
    words = {"create": "to create", "update": "to change", "delete": "to remove"}[one.action]
    way = {"api": "", "companion": " via companion", "portal": " by hand in the portal"}[one.via]
    parts = (*(_words(change_of(field)) for field in one.fields), *((one.why,) if one.why else ()))
    text = f"{words}{way}" + (f": {'; '.join(parts)}" if parts else "")
    grade: Grade = "minor" if one.action == "delete" or one.via == "portal" else "info"
    rule = f"change-{one.action}"
    return Point("change", tenant, one.address, rule, one.action, grade, text, one.origin, via=one.via)


def _difference(tenant: str, one: DriftEntry) -> Point:
    text = f"{one.state} drift, {one.severity}: {_words(Fact(one.field, apart(one)))}"
    grade = _SEVERITIES[one.severity] if one.state in _OPEN else "info"
    made = Point("drift", tenant, one.address, "drift", one.state, grade, text, one.origin, field=one.field)
    return replace(made, first_seen=one.first_seen)


def _outcome(tenant: str, one: Outcome) -> Point:
    text = f"{one.action}: {one.state}" + (f": {one.message}" if one.message else "")
    rule, grade = f"apply-{one.state}", _STATES[one.state]
    return Point("outcome", tenant, one.address, rule, one.state, grade, text, via=one.via)


def _stopped(tenant: str, ended: Exit) -> Iterator[Point]:
    if ended.code not in _ENDED:
        grade: Grade = "critical" if ended.name == "incomplete" else "blocker"
        yield Point("stopped", tenant, tenant, ended.name, ended.name, grade, exit_line(ended))


def _waiting(tenant: str, one: Waiting) -> Point:
    text = one.state + (f": {one.message}" if one.message else "")
    rule, grade = one.rule or one.state, _WAITS[one.state]
    return Point("waiting", tenant, one.address, rule, one.state, grade, text, one.origin, via=one.via or "")


def _fault(one: Diagnostic) -> Point:
    at = Origin(file=one.range.filename, line=one.range.start.line) if one.range else None
    grade: Grade = "blocker" if one.severity == "error" else "minor"
    text = f"{one.summary} {one.detail}"
    return Point("diagnostic", "", "", f"policy-{one.severity}", one.severity, grade, text, at)


def _words(fact: Fact) -> str:
    return f"{fact.name}: {' '.join(piece.text for piece in fact.pieces)}"


def _placed(found: tuple[Point, ...], context: Context) -> Iterator[Point]:
    """The points, each with one safe line and a file: that which asked, else one of its tenant, else the folder."""
    known = {tenant: path for tenant, file in context.files.items() if (path := context.place(file))}
    for one in found:
        if one.origin and one.tenant not in known and (path := context.place(one.origin.file)):
            known[one.tenant] = path
    folder = context.place(context.policies)
    anywhere = folder if folder and folder != "." else POLICIES
    for one in found:
        path = context.place(one.origin.file) if one.origin else None
        near = known.get(one.tenant) if one.tenant else None
        line = max(1, one.origin.line) if one.origin and path else 1
        message = visible(_BLANKS.sub(" ", one.message).strip()) or one.state
        yield replace(one, rule=visible(one.rule), message=message, path=path or near or anywhere, line=line)
