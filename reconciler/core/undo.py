"""What a run did, turned round: what is to be written instead, and what of it can't be or need not be undone."""

import re
from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue

from reconciler.core.change import Origin
from reconciler.core.diff import leaves
from reconciler.core.errors import PlanError
from reconciler.core.plan import Plan
from reconciler.core.records import WriteRecord
from reconciler.core.values import Fields

PLANNING: Final = "rollback"
"""The command of a run that planned to undo another one; that one's identifier follows."""
UNDOING: Final = "apply-rollback"
"""The command of a run that carried such a plan out."""
_LEDGER: Final = "ledger:"
STANDS: Final = frozenset({"started", "answered", "unanswered", "applied"})
"""States of a write that changed something, or may have."""
_FORGOTTEN: Final = re.compile(r"forgotten-[0-9a-f]{24}")
"""What stands in the ledger for a person whose address was taken out of it."""


@dataclass(frozen=True, slots=True)
class Turned:
    """What an object should become, and what stays as it is."""

    after: Fields | None
    kept: tuple[str, ...] = ()
    """The fields that were changed by somebody else since; `present` stands for the object itself."""
    is_before: bool = False
    """Nothing is to be undone: the object is as it was before the run."""


def origin(run: str, line: int) -> Origin:
    """Where a change comes from that no policy asks for: the run that it undoes, and the place of the write in it."""
    return Origin(file=f"{_LEDGER}{run}", line=line)


def is_of_ledger(place: Origin | None) -> bool:
    """Whether it is a run, and no policy, that asks for something."""
    return place is not None and place.file.startswith(_LEDGER)


def undone_by(plan: Plan) -> str | None:
    """The run that a plan undoes; None where policies ask for it. Raises PlanError for a plan that mixes the two."""
    asked = [change.origin for tenant in plan.tenants for change in tenant.changes]
    said = [finding.origin for tenant in plan.tenants for finding in tenant.findings]
    runs = {one.file for one in (*asked, *said) if one and is_of_ledger(one)}
    if not runs:
        return None
    if len(runs) > 1 or not all(map(is_of_ledger, asked)):
        raise PlanError("This plan does not undo one run and nothing else, so `reconciler rollback` did not make it.")
    return runs.pop().removeprefix(_LEDGER)


def command_of(plan: Plan) -> str:
    """What the ledger calls the run that carries a plan out."""
    run = undone_by(plan)
    return "apply" if run is None else f"{UNDOING} {run}"


def may_stand(write: WriteRecord) -> bool:
    """Whether a write changed something, or may have."""
    return write.state in STANDS


def is_forgotten(write: WriteRecord) -> bool:
    """Whether the ledger no longer knows the whole object, because a person was taken out of it."""
    return any(_FORGOTTEN.search(str(part)) for part in (write.address, write.before, write.after))


def body(write: WriteRecord) -> Fields:
    """What undoing a write would write, as a policy would: the safety rules judge it before anything is read."""
    if write.before is None:
        # The default policy of a companion is not removed with it.
        return {} if write.via == "companion" else {"present": False}
    if write.after is None:
        return {name: value for name, value in write.before.items() if name != "name"}
    written: Fields = {}
    for field in leaves(write.before, write.after):
        written = _put(written, field.path.split("."), field.before)
    return written


def turned(write: WriteRecord, now: Fields | None) -> Turned:
    """What an object should become that is as `now`: only what still is as the run left it goes back."""
    if write.before is not None and write.after is not None and now is not None:
        return _turned_fields(write.before, write.after, now)
    if _shows(now, write.after):
        return Turned(write.before)
    return Turned(now, is_before=True) if _shows(now, write.before) else Turned(now, kept=("present",))


def _turned_fields(before: Fields, after: Fields, now: Fields) -> Turned:
    moved = [(field, at(now, field.path)) for field in leaves(before, after)]
    result = now
    for field, value in moved:
        if value == field.after:
            result = _put(result, field.path.split("."), field.before)
    kept = tuple(field.path for field, value in moved if value not in (field.before, field.after))
    return Turned(result, kept, is_before=not kept and result == now)


def _shows(now: Fields | None, recorded: Fields | None) -> bool:
    """Whether an object is as recorded; what was recorded without a value, the service may have filled in."""
    if now is None or recorded is None:
        return now is recorded
    return all(field.before in (None, "", []) for field in leaves(recorded, now))


def at(value: JsonValue, path: str) -> JsonValue:
    """What stands at a dotted path; None where nothing does."""
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _put(fields: Fields, path: list[str], value: JsonValue) -> Fields:
    head, *rest = path
    below = fields.get(head)
    return {**fields, head: _put(below if isinstance(below, dict) else {}, rest, value) if rest else value}
