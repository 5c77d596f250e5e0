"""Says where tenants are not as policies want them, since when, and whether somebody knows."""

from collections.abc import Iterable
from typing import Final

from reconciler.core.accept import changed_fields
from reconciler.core.change import Change, Finding, Severity
from reconciler.core.errors import LedgerError
from reconciler.core.outcome import Drift, DriftEntry, EntryState, Exit, TenantDrift, ended, first, of_run, reasons_of
from reconciler.core.resource import Desired
from reconciler.core.values import stamp
from reconciler.flow.look import Look
from reconciler.flow.make_plan import looks_at, notes
from reconciler.flow.ports import Ports
from reconciler.flow.protected import with_protected

_RANKS: Final[tuple[Severity, ...]] = ("info", "warning", "critical")
_OF_PLANS: Final = frozenset({"max-changes", "max-tenants"})
"""Refusals of a plan's size: they say nothing about a tenant."""


def drift(desired: tuple[Desired, ...], ports: Ports, *, fail_on: Severity = "info") -> Drift:
    """The drift of all tenants; an open or manual entry at or above `fail_on` gives exit 2."""
    looks = looks_at(desired, ports)
    tenants = tuple(_tenant(one, ports, fail_on) for one in looks)
    return Drift(tenants=tenants, exit=of_run((one.name, one.exit, False) for one in tenants))


def _tenant(one: Look, ports: Ports, fail_on: Severity) -> TenantDrift:
    name = one.desired.tenant.name
    found = with_protected(tuple(_entries(one, ports)), one.judged)
    entries = tuple(sorted(found, key=lambda entry: (entry.address, entry.field, entry.state)))
    entries, said = _dated(one, entries, ports)
    findings = (*(item for item in one.findings if item.rule not in _OF_PLANS), *notes(one), *said)
    return TenantDrift(
        name=name,
        complete=one.complete,
        unreadable=one.observed.unreadable,
        drift=entries,
        findings=tuple(sorted(findings, key=lambda item: (item.address, item.rule, item.message))),
        foreign=one.judged.foreign,
        exit=_exit(one, entries, findings, fail_on),
    )


def _entries(one: Look, ports: Ports) -> Iterable[DriftEntry]:
    severities = {kind.name: kind.severity for kind in ports.kinds}
    judged, lines = one.judged, {wanted.address: wanted for wanted in one.desired.wanted}
    states: list[tuple[Change, EntryState]] = [
        *((change, "manual" if change.via == "portal" else "open") for change in judged.changes),
        *((change, "accepted") for change in judged.accepted),
        *((change, "converging") for change in judged.converging),
    ]
    for change, state in states:
        overdue = (change.address, change.via) in judged.overdue
        for field in changed_fields(change):
            higher = overdue or (change.address, field.path) in judged.reopened
            yield DriftEntry(
                address=change.address,
                field=field.path,
                desired=field.after,
                actual=field.before,
                severity=_raised(severities[change.kind](change, field), higher=higher),
                state=state,
                origin=lines[change.address].origin_of(field.path) if change.fields else change.origin,
            )


def _raised(severity: Severity, *, higher: bool) -> Severity:
    """One step higher for what should have been visible long ago, and for what was accepted with another value."""
    return _RANKS[min(_RANKS.index(severity) + higher, len(_RANKS) - 1)]


def _dated(
    one: Look, entries: tuple[DriftEntry, ...], ports: Ports
) -> tuple[tuple[DriftEntry, ...], tuple[Finding, ...]]:
    """The entries with the time at which each was first seen, as far as the ledger knows; only whole readings count."""
    keys = tuple(dict.fromkeys((entry.address, entry.field) for entry in entries))
    now = one.moment.now.replace(microsecond=0)
    try:
        seen = ports.ledger.drifted(one.desired.tenant.tenant_id, keys, now) if one.complete else {}
    except LedgerError as error:
        text = f"the ledger can't be written, so the age of drift is not known: {error}"
        warning = Finding(rule="ledger-unreachable", severity="warning", address=one.desired.tenant.name, message=text)
        return entries, () if any(item.rule == warning.rule for item in one.findings) else (warning,)
    first_seen = {key: seen.get(key, stamp(now)) for key in keys}
    return tuple(
        entry.model_copy(update={"first_seen": first_seen[entry.address, entry.field]}) for entry in entries
    ), ()


def _exit(one: Look, entries: tuple[DriftEntry, ...], findings: Iterable[Finding], fail_on: Severity) -> Exit:
    exits = [ended(0)]
    if refusals := [f"{item.rule}: {item.message}" for item in findings if item.severity == "refusal"]:
        exits.append(ended(4, *refusals))
    if one.observed.unreadable:
        exits.append(ended(9 if one.observed.denied else 6, *reasons_of(one.observed.unreadable)))
    loud = [
        entry
        for entry in entries
        if entry.state in {"open", "manual"} and _RANKS.index(entry.severity) >= _RANKS.index(fail_on)
    ]
    if loud:
        exits.append(ended(2, f"{len(loud)} difference{'' if len(loud) == 1 else 's'}"))
    return first(exits)
