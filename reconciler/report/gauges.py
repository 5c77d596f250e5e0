"""What can be counted of a result, a tenant at a time, without any name of a policy or a person."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final, NamedTuple

from reconciler.core.change import Finding, Level
from reconciler.core.outcome import Drift, DriftEntry, State, TenantDrift, TenantOutcomes
from reconciler.core.plan import Plan, TenantPlan
from reconciler.core.values import utc
from reconciler.core.waiting import TenantStatus, Wait

_ACTIONS: Final = ("create", "update", "delete")
_SEVERITIES: Final = ("critical", "warning", "info")
_STATES: Final[tuple[State, ...]] = ("applied", "unchanged", "failed", "skipped", "held", "manual", "converging")
_WAITS: Final[tuple[Wait, ...]] = ("held", "manual", "converging", "overdue")
_SENDER: Final = "restricted-sender"
_OPEN: Final = frozenset({"open", "manual"})
_LISTED: Final[frozenset[Level]] = frozenset({"held", "converging", "accepted"})
"""Findings of a sender who is on the list of blocks though no change speaks of him."""


class Sample(NamedTuple):
    """One number; `metric` is its name without the prefix. That it comes from one command is added to all alike."""

    metric: str
    labels: tuple[str, ...]
    value: float


def of_plan(plan: Plan) -> Iterator[Sample]:
    """Changes by kind and action with a zero for what was read and needs none, and what waits."""
    named = {address.split("/")[1] for address in plan.targets if "/" in address}
    known = {kind for tenant in plan.tenants for kind in _read(tenant)} | named
    for tenant in plan.tenants:
        counts = Counter((one.kind, one.action) for one in tenant.changes)
        for kind in sorted(known if tenant.complete and not plan.targets else _read(tenant) | (named & known)):
            for action in _ACTIONS:
                yield Sample("plan_changes", (tenant.name, kind, action), counts[kind, action])
        manual = {one.address for one in tenant.changes if one.via == "portal"}
        yield Sample("manual", (tenant.name,), len(manual))
        yield from _said(tenant)
        blocked = {one.address for one in tenant.changes if one.kind == _SENDER}
        yield from _senders(tenant, blocked)


def of_drift(drift: Drift, at: datetime) -> Iterator[Sample]:
    """Open differences by kind and severity with a zero for what was read and is as wanted, and the oldest's age."""
    known = {kind for tenant in drift.tenants for kind in _read(tenant)}
    for tenant in drift.tenants:
        loud = [one for one in tenant.drift if one.state in _OPEN]
        counts = Counter((_kind(one.address), one.severity) for one in loud)
        for kind in sorted(known if tenant.complete else _read(tenant)):
            for severity in _SEVERITIES:
                yield Sample("drift_open", (tenant.name, kind, severity), counts[kind, severity])
        if (age := _oldest(loud, at)) is not None:
            yield Sample("drift_oldest_seconds", (tenant.name,), age)
        manual = {one.address for one in tenant.drift if one.state == "manual"}
        yield Sample("manual", (tenant.name,), len(manual))
        yield from _said(tenant)
        yield from _senders(tenant, {one.address for one in tenant.drift if _kind(one.address) == _SENDER})


def of_outcomes(tenant: TenantOutcomes) -> Iterator[Sample]:
    """How many changes of an apply ended in each way."""
    counts = Counter(one.state for one in tenant.outcomes)
    for state in _STATES:
        waits = state in {"held", "manual", "converging"}
        yield Sample(state if waits else f"apply_{state}", (tenant.name,), counts[state])


def of_status(tenant: TenantStatus) -> Iterator[Sample]:
    """How many objects wait for what."""
    counts = Counter(one.state for one in tenant.waiting)
    for state in _WAITS:
        yield Sample(state, (tenant.name,), counts[state])
    yield Sample("read_errors_total", (tenant.name,), len(tenant.unreadable))


def _said(tenant: TenantPlan | TenantDrift) -> Iterator[Sample]:
    """What the findings of a tenant count."""
    for level in ("held", "converging", "overdue"):
        about = {one.address for one in tenant.findings if one.severity == level}
        yield Sample(level, (tenant.name,), len(about))
    accepted = sum(one.severity == "accepted" for one in tenant.findings)
    yield Sample("suppressions_active", (tenant.name,), accepted)
    yield Sample("read_errors_total", (tenant.name,), len(tenant.unreadable))


def _senders(tenant: TenantPlan | TenantDrift, blocked: set[str]) -> Iterator[Sample]:
    """Who is restricted now, named by policies or not; nothing where the list was not read."""
    if _SENDER in tenant.foreign:
        named = blocked | set(_named(tenant.findings))
        yield Sample("restricted_senders", (tenant.name,), tenant.foreign[_SENDER] + len(named))


def _oldest(entries: Iterable[DriftEntry], at: datetime) -> float | None:
    """The longest time in seconds since one was first seen; None where that is not known of every one."""
    try:
        return max((0.0, *((at - utc(one.first_seen or "")).total_seconds() for one in entries)))
    except ValueError:
        return None


def _named(findings: Iterable[Finding]) -> Iterator[str]:
    return (one.address for one in findings if one.severity in _LISTED and _kind(one.address) == _SENDER)


def _read(tenant: TenantPlan | TenantDrift) -> set[str]:
    """The kinds of which a tenant's part of a result says anything."""
    addresses = (one.address for one in (tenant.changes if isinstance(tenant, TenantPlan) else tenant.drift))
    return set(tenant.foreign) | set(map(_kind, addresses))


def _kind(address: str) -> str:
    return (*address.split("/"), "")[1]
