"""Acceptances: differences that somebody answers for until a date, checked against tenants and guardrails."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from pydantic import JsonValue, ValidationError

from reconciler.core.document import Document, Path
from reconciler.core.errors import Diagnostic
from reconciler.core.kind import Kind, Moment
from reconciler.core.resource import Acceptance, Desired, Wanted
from reconciler.core.shown import nearest, shown
from reconciler.core.values import fold_name
from reconciler.flow.load_documents import Checked
from reconciler.flow.load_faults import error, place, warning
from reconciler.flow.load_models import AcceptanceFile, AcceptancesFile

_GUARDED = frozenset({"enabled", "present", "notifications"})
"""What an acceptance may not cover in a protected policy (CONTRACT 1.5)."""
_WHOLE = frozenset({"present", "blocked"})
"""The fields that stand for an object being there at all (CONTRACT 4, drift)."""

Accepted = dict[str, tuple[Acceptance, ...]]


def accepted(
    checked: list[Checked], desired: Mapping[str, Desired], kinds: tuple[Kind, ...], moment: Moment
) -> tuple[Accepted, list[Diagnostic]]:
    """The acceptances of each tenant, with addresses spelled as plans spell them, and everything wrong with them."""
    names = {kind.name: kind for kind in kinds}
    found: dict[tuple[str, str], Acceptance] = {}
    faults: list[Diagnostic] = []
    for document, path, entry in _entries(checked):
        faults += _date_faults(document, path, entry, moment)
        own = desired.get(entry.tenant)
        if own is None:
            detail = nearest(entry.tenant, desired)
            faults.append(error(document.range((*path, "tenant")), f"There is no tenant `{entry.tenant}`.", detail))
            continue
        parts = _parts(entry, names)
        if parts is None:
            form = f"Write {entry.tenant}/ and the rest of the address as plans and drift show it."
            faults.append(error(document.range((*path, "address")), "This is no address in that tenant.", form))
            continue
        wanted = next((one for one in own.wanted if _parts_of(one.address, names) == parts), None)
        faults += _target_faults(document, path, entry, wanted)
        faults += _protected_faults(document, path, entry, parts, own, names)
        address = wanted.address if wanted else entry.address
        first = found.get((address, entry.field))
        if first is not None:
            where = f"{first.origin.file}, line {first.origin.line}" if first.origin else "another entry"
            summary = f"This field is accepted already, in {where}."
            faults.append(error(place(document, path), summary, "Keep one of the two."))
            continue
        value = _canonical(names[parts[1]], wanted, entry)
        faults += _value_faults(document, path, value)
        found[address, entry.field] = _acceptance(entry, value, address, document, path)
    return _by_tenant(found.values()), faults


def _entries(checked: Iterable[Checked]) -> Iterator[tuple[Document, Path, AcceptanceFile]]:
    for one in checked:
        if isinstance(one.frame, AcceptancesFile):
            for index, entry in enumerate(one.frame.acceptances):
                if entry is not None:
                    yield one.document, ("acceptances", index), entry


def _date_faults(document: Document, path: Path, entry: AcceptanceFile, moment: Moment) -> Iterator[Diagnostic]:
    """A date must be near enough at the run's time and at the machine's."""
    at, until = document.range((*path, "until")), date.fromisoformat(entry.until)
    days = moment.guardrails.acceptances.max_days
    today = min(time.date() for time in moment.both)
    if days is not None and (until - today).days > days:
        summary = f"An acceptance may last {days} days, and this one would last {(until - today).days}."
        yield error(at, summary, f"Write {today + timedelta(days=days)} or an earlier day.")
    if until < today:
        yield warning(at, "This acceptance is over and hides nothing.", "Remove it, or accept the difference anew.")


def _parts(entry: AcceptanceFile, kinds: Mapping[str, Kind]) -> tuple[str, ...] | None:
    """The tenant, kind and canonical name in an entry's address, or None where that is no address in its tenant."""
    parts = _parts_of(entry.address, kinds)
    return parts if parts and parts[0] == entry.tenant and parts[1] in kinds else None


def _parts_of(address: str, kinds: Mapping[str, Kind]) -> tuple[str, ...] | None:
    tenant, _, rest = address.partition("/")
    kind, _, name = rest.partition("/")
    known = kinds.get(kind)
    return (tenant, kind, (known.key or fold_name)(name) if name else "") if known else None


def _target_faults(
    document: Document, path: Path, entry: AcceptanceFile, wanted: Wanted | None
) -> Iterator[Diagnostic]:
    if wanted is None:
        summary = f"No policy names {shown(entry.address)}, so nothing is accepted."
        yield warning(document.range((*path, "address")), summary, "Correct the address, or remove the entry.")
    elif entry.field not in _WHOLE and not _writes(wanted.body, entry.field):
        summary = f"No policy writes `{shown(entry.field)}` here, so nothing is accepted."
        yield warning(document.range((*path, "field")), summary, "Correct the path, or remove the entry.")


def _writes(body: JsonValue, field: str) -> bool:
    for step in field.split("."):
        if not isinstance(body, dict) or step not in body:
            return False
        body = body[step]
    return True


def _protected_faults(
    document: Document,
    path: Path,
    entry: AcceptanceFile,
    parts: tuple[str, ...],
    own: Desired,
    kinds: Mapping[str, Kind],
) -> Iterator[Diagnostic]:
    key = kinds[parts[1]].key
    if parts[1] != "alert-policy" or key is None or entry.field.partition(".")[0] not in _GUARDED:
        return
    if parts[2] in {key(name) for name in own.guardrails.protected}:
        summary = f"The guardrails protect this policy, so its `{shown(entry.field)}` can't be accepted."
        yield error(document.range((*path, "field")), summary, "Mend the difference, or change the guardrails.")


def _canonical(kind: Kind, wanted: Wanted | None, entry: AcceptanceFile) -> JsonValue:
    """The pinned value as readings show it, if it is one that a policy could write; else as it stands."""
    value: JsonValue = entry.value
    steps = (*((wanted.name,) if kind.key and wanted else ()), *entry.field.split("."))
    for step in reversed(steps):
        value = {step: value}
    try:
        checked: JsonValue = kind.check(value)
    except ValidationError:
        return entry.value  # such as an empty list of recipients, which a tenant may hold and no policy may ask for
    for step in steps:
        checked = checked[step] if isinstance(checked, dict) else None
    return checked


def _value_faults(document: Document, path: Path, value: JsonValue) -> Iterator[Diagnostic]:
    if isinstance(value, dict) and "at_least" in value:
        summary = "A tenant holds recipients, not a wish for some: `at_least` can't be what is accepted."
        yield error(document.range((*path, "value")), summary, "Write the recipients that are there now, as a list.")


def _acceptance(entry: AcceptanceFile, value: JsonValue, address: str, document: Document, path: Path) -> Acceptance:
    return Acceptance(
        tenant=entry.tenant,
        address=address,
        field=entry.field,
        value=value,
        owner=entry.owner,
        reason=entry.reason,
        until=date.fromisoformat(entry.until),
        origin=document.origin((*path, "address")),
    )


def _by_tenant(found: Iterable[Acceptance]) -> Accepted:
    result: Accepted = {}
    for one in found:
        result[one.tenant] = (*result.get(one.tenant, ()), one)
    return result
