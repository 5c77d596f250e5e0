"""Differences that somebody accepted for a while: taken out of changes while their value stays the pinned one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pydantic import JsonValue

from reconciler.core.change import Change, Field, Finding, Level
from reconciler.core.resource import Acceptance, ends
from reconciler.core.values import Fields
from reconciler.core.words import truth

_SHOWN: Final = timedelta(days=7)
"""How long an acceptance that is over is shown as such (CONTRACT 1.5)."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """What is left to do, what is accepted, and what is to be said of it."""

    changes: tuple[Change, ...] = ()
    accepted: tuple[Change, ...] = ()
    findings: tuple[Finding, ...] = ()
    reopened: frozenset[tuple[str, str]] = frozenset()
    """Address and path of each difference that was accepted with another value: it counts one step higher."""


def accept(changes: Iterable[Change], acceptances: tuple[Acceptance, ...], times: Iterable[datetime]) -> Accepted:
    """Split changes into those to make and those to leave; an acceptance holds at all `times`, for its value only."""
    known, moments = tuple(changes), tuple(times)
    held = {(one.address, one.field): one for one in acceptances if all(time < ends(one.until) for time in moments)}
    met = [(one, field) for one in known for field in changed_fields(one) if (one.address, field.path) in held]
    covered = {
        (change.address, change.via, field.path)
        for change, field in met
        if is_pinned(held[change.address, field.path].value, field.before)
    }
    left: list[Change] = []
    kept: list[Change] = []
    for change in known:
        named = [(field, (change.address, change.via, field.path) in covered) for field in changed_fields(change)]
        left += _without(change, [field for field, is_covered in named if not is_covered])
        kept += _without(change, [field for field, is_covered in named if is_covered])
    holding = {(address, path) for address, _, path in covered}
    moved = frozenset((change.address, field.path) for change, field in met) - holding
    said = [_said(one, "accepted" if key in holding else "moved" if key in moved else "") for key, one in held.items()]
    return Accepted(tuple(left), tuple(kept), (*said, *_over(acceptances, moments)), moved)


def changed_fields(change: Change) -> tuple[Field, ...]:
    """The fields of an update, or the one field that stands for a create or a delete (CONTRACT 4, drift)."""
    if change.action == "update":
        return change.fields
    if change.kind == "restricted-sender":
        return (Field(path="blocked", before=True, after=False),)
    return (Field(path="present", before=change.action == "delete", after=change.action == "create"),)


def is_pinned(pinned: JsonValue, actual: JsonValue) -> bool:
    """Whether the actual value is the pinned one: lists count as sets without case, switches in any spelling.

    The loader has brought everything else into the form in which readings come.
    """
    match pinned, actual:
        case list(), list():
            return _members(pinned) == _members(actual)
        case _, bool():
            return truth(pinned) is actual
        case bool(), _:
            return False  # to Python 1 is True
        case _:
            return pinned == actual


def _members(values: list[JsonValue]) -> frozenset[str]:
    return frozenset(str(value).strip().casefold() for value in values)


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


def _said(one: Acceptance, state: str) -> Finding:
    """What became of an acceptance that has not ended."""
    match state:
        case "accepted":
            text = f"{one.field} is left as it is until {one.until.isoformat()}, by {one.owner}: {one.reason}"
            return _finding("accepted", "accepted", one, text)
        case "moved":
            text = f"{one.owner} accepted {one.field} with another value; it has moved and counts one step higher."
            return _finding("acceptance-moved", "warning", one, f"{text} Mend it, or accept the new value.")
        case _:
            text = f"nothing differs in {one.field}, so nothing is accepted. Remove the entry."
            return _finding("acceptance-unused", "info", one, text)


def _over(acceptances: Iterable[Acceptance], times: tuple[datetime, ...]) -> Iterator[Finding]:
    """Each acceptance that has ended within the week before the earlier of the times."""
    for one in acceptances:
        ended = ends(one.until)
        if any(time >= ended for time in times) and min(times) < ended + _SHOWN:
            text = f"the acceptance of {one.field} by {one.owner} ended with {one.until.isoformat()} and hides nothing."
            yield _finding("acceptance-expired", "warning", one, f"{text} Remove it, or accept the difference anew.")


def _finding(rule: str, severity: Level, one: Acceptance, text: str) -> Finding:
    return Finding(rule=rule, severity=severity, address=one.address, message=text, origin=one.origin)
