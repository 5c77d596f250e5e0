"""One tenant's readings become what a plan says: scope, diff, acceptances, clocks and guard, in this order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from reconciler.core.accept import accept
from reconciler.core.change import Change, Evidence, Field, Finding
from reconciler.core.converge import judge, over
from reconciler.core.diff import diff
from reconciler.core.guard import Draft, guard
from reconciler.core.history import Write
from reconciler.core.kind import Kind, Moment
from reconciler.core.protect import about, quiet
from reconciler.core.request import Answers
from reconciler.core.resource import Acceptance, Desired, Scoped, Wanted
from reconciler.core.rolled_back import rolled_back
from reconciler.core.values import Fields


@dataclass(frozen=True, slots=True)
class Judged:
    """What is to be done in one tenant, what is not to be done now, and everything to be said of it."""

    changes: tuple[Change, ...] = ()
    """To be made, with their commands or portal steps."""
    drafted: tuple[Change, ...] = ()
    """The same before the guard held any: apply guards just those that its plan holds."""
    accepted: tuple[Change, ...] = ()
    converging: tuple[Change, ...] = ()
    overdue: frozenset[tuple[str, str]] = frozenset()
    findings: tuple[Finding, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    foreign: dict[str, int] = field(default_factory=dict)
    actual: dict[tuple[str, str], Fields | None] = field(default_factory=dict)
    """Every object that was looked at, by address and way; None where it is proven absent."""
    differing: frozenset[tuple[str, str]] = frozenset()
    """Those of them that are not as policies want them, whatever is done about it."""
    reopened: frozenset[tuple[str, str]] = frozenset()
    """Address and path of each difference that was accepted with another value."""
    quiet: dict[str, tuple[Field, ...]] = field(default_factory=dict)
    """The fields in which protected objects are disabled or muted, by address."""
    listed: dict[str, tuple[Fields, ...]] = field(default_factory=dict)
    """Every object that the tenant holds, by kind."""
    settled: tuple[int, ...] = ()
    """Writes whose clocks are over, to be told to the ledger."""


def study(
    desired: Desired, kinds: Iterable[Kind], answers: Mapping[str, Answers], moment: Moment, acks: frozenset[str]
) -> Judged:
    """Judge one tenant by the kinds that could be read; `answers` has no entry for a kind that could not.

    Acceptances come before clocks: what is waited for is what was written, without what somebody accepted.
    """
    read = [kind for kind in kinds if kind.name in answers]
    scoped = {kind.name: _scope(kind, desired, answers[kind.name], moment) for kind in read}
    actual = {key: fields for kind in read for key, fields in _actual(kind, desired, scoped[kind.name], moment).items()}
    differing = diff(pair for one in scoped.values() for pair in one.pairs)
    left = accept(differing, _about_those(desired.acceptances, read), moment.both)
    lines = {one.address: one for one in desired.wanted}
    placed = tuple(_at_its_line(one, lines[one.address]) for one in left.changes)
    timed = _by_clocks(read, placed, moment)
    coded = tuple(encoded(one, read, desired, answers) for one in timed.changes)
    guarded = guard(Draft(desired.tenant, desired.wanted, coded, moment), acks)
    said = [finding for one in scoped.values() for finding in one.findings]
    watched = [item for one in scoped.values() for item in one.watched]
    again = rolled_back((pair for one in scoped.values() for pair in one.pairs), lines, moment.history.undone)
    required = frozenset(moment.guardrails.recipients.require_one_of or ())
    return Judged(
        changes=guarded.changes,
        drafted=coded,
        accepted=left.accepted,
        converging=timed.converging,
        overdue=timed.overdue,
        findings=(*said, *about(watched, required), *again, *left.findings, *timed.findings, *guarded.findings),
        evidence=tuple(item for one in scoped.values() for item in one.evidence),
        foreign={name: one.foreign for name, one in scoped.items()},
        actual=actual,
        differing=frozenset((one.address, one.via) for one in differing),
        reopened=left.reopened,
        quiet={one.address: fields for one in watched if (fields := quiet(one, required))},
        listed={name: one.listed for name, one in scoped.items()},
        settled=tuple(write for kind in read for write in over(kind, moment.history.writes, actual)),
    )


def _about_those(acceptances: tuple[Acceptance, ...], read: list[Kind]) -> tuple[Acceptance, ...]:
    """The acceptances of what was read: of anything else nothing is known, not even that they are unused."""
    names = {kind.name for kind in read}
    return tuple(one for one in acceptances if one.address.split("/", 2)[1] in names)


def _scope(kind: Kind, desired: Desired, answers: Answers, moment: Moment) -> Scoped:
    wanted = tuple(one for one in desired.wanted if one.kind == kind.name)
    return kind.match(desired.tenant, wanted, answers, moment)


def _actual(kind: Kind, desired: Desired, scoped: Scoped, moment: Moment) -> dict[tuple[str, str], Fields | None]:
    """What a complete reading shows of every object that policies name; what has no pair is absent."""
    named = {one.address for one in desired.wanted if one.kind == kind.name}
    absent: dict[tuple[str, str], Fields | None] = {
        (write.address, write.via): None for write in moment.history.writes if write.address in named
    }
    return absent | {(pair.address, pair.via): pair.before for pair in scoped.pairs}


def _at_its_line(change: Change, wanted: Wanted) -> Change:
    """An update at the line that wrote the first field which it still changes."""
    if not change.fields:
        return change
    return change.model_copy(update={"origin": wanted.origin_of(change.fields[0].path)})


def encoded(change: Change, kinds: Iterable[Kind], desired: Desired, answers: Mapping[str, Answers]) -> Change:
    """The change with the commands that carry it out, or the steps that only a person can take."""
    kind = next(one for one in kinds if one.name == change.kind)
    rows = answers[kind.name]
    if change.via == "portal":
        return change.model_copy(update={"manual": kind.manual(change, desired.tenant.cloud, rows)})
    return change.model_copy(update={"commands": kind.encode(change, rows)})


def fulfilled(judged: Judged, change: Change) -> bool:
    """Whether a complete reading shows the object as the change would make it, in every field that is managed."""
    key = change.address, change.via
    there = judged.actual.get(key)
    return there == change.after or (key not in judged.differing and (there is None) == (change.after is None))


@dataclass(frozen=True, slots=True)
class _Timed:
    changes: tuple[Change, ...]
    converging: tuple[Change, ...]
    overdue: frozenset[tuple[str, str]]
    findings: tuple[Finding, ...]


def _by_clocks(kinds: list[Kind], changes: tuple[Change, ...], moment: Moment) -> _Timed:
    """Take out what is only not visible yet, and what the service refused for good."""
    by_name = {kind.name: kind for kind in kinds}
    verdicts = [(one, *judge(by_name[one.kind], one, moment.history, moment.now)) for one in changes]
    return _Timed(
        changes=tuple(one for one, verdict, _ in verdicts if verdict in {"new", "overdue"}),
        converging=tuple(one for one, verdict, _ in verdicts if verdict == "converging"),
        overdue=frozenset((one.address, one.via) for one, verdict, _ in verdicts if verdict == "overdue"),
        findings=tuple(
            _finding(by_name[one.kind], one, verdict, write) for one, verdict, write in verdicts if write is not None
        ),
    )


def _finding(kind: Kind, change: Change, verdict: str, write: Write) -> Finding:
    hours = f"{kind.clock.total_seconds() / 3600:g} h"
    at = write.at.strftime("%Y-%m-%d %H:%M UTC")
    match verdict:
        case "converging":
            until = (write.at + kind.clock).strftime("%Y-%m-%d %H:%M UTC")
            text = (
                f"written at {at}, to be visible by {until}: a write may take up to {hours} to be seen. {kind.effect}"
            )
        case "overdue":
            text = f"written at {at} and still not visible after {hours}, so it is planned again."
        case _:
            text = f"the service refused this at {at} and it is not repeated: {write.message} {kind.refusal}"
            return Finding(rule="budget", severity="held", address=change.address, message=text, origin=change.origin)
    severity: Literal["converging", "overdue"] = "converging" if verdict == "converging" else "overdue"
    return Finding(rule=severity, severity=severity, address=change.address, message=text, origin=change.origin)
