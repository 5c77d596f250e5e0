"""Differences that somebody accepted for a while: taken out of changes while their value stays the pinned one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue

from reconciler.core.change import Change, Field, Finding
from reconciler.core.resource import Acceptance, ends
from reconciler.core.values import Fields
from reconciler.core.words import truth


@dataclass(frozen=True, slots=True)
class Accepted:
    """What is left to do, what is accepted, and what is to be said of it."""

    changes: tuple[Change, ...] = ()
    accepted: tuple[Change, ...] = ()
    findings: tuple[Finding, ...] = ()


def accept(changes: Iterable[Change], acceptances: tuple[Acceptance, ...], times: Iterable[datetime]) -> Accepted:
    """Split changes into those to make and those to leave; an acceptance holds at all `times`, for its value only."""
    valid = [one for one in acceptances if all(time < ends(one.until) for time in times)]
    left: list[Change] = []
    kept: list[Change] = []
    findings: list[Finding] = []
    for change in changes:
        fields = changed_fields(change)
        covered = {field.path: one for field in fields for one in valid if _covers(one, change, field)}
        findings += [_finding(change, path, one) for path, one in sorted(covered.items())]
        left += _without(change, [field for field in fields if field.path not in covered])
        kept += _without(change, [field for field in fields if field.path in covered])
    return Accepted(tuple(left), tuple(kept), tuple(findings))


def changed_fields(change: Change) -> tuple[Field, ...]:
    """The fields of an update, or the one field that stands for a create or a delete (CONTRACT 4, drift)."""
    if change.action == "update":
        return change.fields
    if change.kind == "restricted-sender":
        return (Field(path="blocked", before=True, after=False),)
    return (Field(path="present", before=change.action == "delete", after=change.action == "create"),)


def _covers(one: Acceptance, change: Change, field: Field) -> bool:
    return one.address == change.address and one.field == field.path and plain(one.value) == plain(field.before)


def plain(value: JsonValue) -> object:
    """A value as a policy may spell it, in the form in which two spellings of one value are equal."""
    match value:
        case str():
            switch = truth(value)
            return value.strip().casefold() if switch is None else switch
        case list():
            return frozenset(plain(item) for item in value)
        case dict():
            return frozenset((key, plain(item)) for key, item in value.items())
        case _:
            return value


def _without(change: Change, fields: list[Field]) -> list[Change]:
    """The change reduced to some of its fields: none left, no change."""
    if not fields:
        return []
    if change.action != "update" or len(fields) == len(change.fields) or change.before is None:
        return [change]
    after = dict(change.before)
    for field in fields:
        after = _put(after, field.path.split("."), field.after)
    return [change.model_copy(update={"after": after, "fields": tuple(fields)})]


def _put(fields: Fields, path: list[str], value: JsonValue) -> Fields:
    head, *rest = path
    below = fields.get(head)
    inner = _put(below if isinstance(below, dict) else {}, rest, value) if rest else value
    return {**fields, head: inner}


def _finding(change: Change, path: str, one: Acceptance) -> Finding:
    return Finding(
        rule="accepted",
        severity="accepted",
        address=change.address,
        message=f"{path} is left as it is until {one.until.isoformat()}, by {one.owner}: {one.reason}",
        origin=one.origin,
    )
