"""Reads every tenant and says what would change. Nothing here can write to a tenant."""

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Final

from reconciler.core.change import Finding
from reconciler.core.errors import Interrupted, ReconcilerError, UsageError
from reconciler.core.guard import acknowledged, too_many_tenants
from reconciler.core.outcome import of_run
from reconciler.core.plan import Plan, TenantPlan, sealed
from reconciler.core.resource import Desired
from reconciler.core.values import stamp
from reconciler.flow.look import Look, blind, look
from reconciler.flow.pool import side_by_side
from reconciler.flow.ports import Ports
from reconciler.flow.remember import acknowledge

log = logging.getLogger(__name__)

_VALID: Final = timedelta(hours=24)
_SHIFTED: Final = timedelta(minutes=1)


def make_plan(
    desired: tuple[Desired, ...],
    ports: Ports,
    *,
    targets: frozenset[str] = frozenset(),
    valid_for: timedelta = _VALID,
    acks: frozenset[str] = frozenset(),
    fleet: int = 0,
) -> Plan:
    """The plan of all tenants, sealed. A tenant that can't be read makes it incomplete, never wrong.

    `fleet` is how many tenants the policies have where `desired` is only a selection of them.
    Raises UsageError for a target that policies do not name.
    """
    chosen = targeted(desired, targets)
    looks = limited(looks_at(chosen, ports, targets=targets, acks=acks), max(fleet, len(desired)), acks)
    tenants = tuple(_tenant(one, targets) for one in looks)
    now = ports.clock.now()
    made = sealed(
        Plan(
            tool=ports.tool,
            made_at=stamp(now.replace(microsecond=0)),
            expires_at=stamp((now + valid_for).replace(microsecond=0)),
            complete=all(one.complete for one in tenants),
            targets=tuple(sorted(targets)),
            tenants=tenants,
            exit=of_run((one.name, one.exit, False) for one in tenants),
        )
    )
    acknowledge("plan", made.digest, made.exit, ports, acks)
    return made


def targeted(desired: tuple[Desired, ...], targets: frozenset[str]) -> tuple[Desired, ...]:
    """The tenants that hold a target; without targets all of them."""
    known = {one.address for tenant in desired for one in tenant.wanted}
    if unknown := sorted(targets - known):
        raise UsageError(
            f"No policy names {', '.join(unknown)}. A target is an exact address, such as those of a plan."
        )
    return tuple(one for one in desired if not targets or any(item.address in targets for item in one.wanted))


def limited(looks: list[Look], total: int, acks: frozenset[str]) -> list[Look]:
    """The looks, refused where one run would change more tenants than the guardrails allow."""
    changed = [one.desired.tenant.name for one in looks if one.judged.changes]
    if not changed:
        return looks
    first = looks[0].moment
    refused = acknowledged(too_many_tenants(changed, total, first.guardrails.max_tenants), acks, first.who)
    by_name = {one.address: one for one in refused}
    return [
        replace(one, findings=(*one.findings, by_name[one.desired.tenant.name]))
        if one.desired.tenant.name in by_name
        else one
        for one in looks
    ]


def looks_at(
    desired: tuple[Desired, ...],
    ports: Ports,
    *,
    targets: frozenset[str] = frozenset(),
    acks: frozenset[str] = frozenset(),
    only: frozenset[str] | None = None,
) -> list[Look]:
    """A look at each tenant, side by side, by readers that can't write."""

    def one_look(one: Desired) -> Look:
        try:
            with ports.tenants.reader(one.tenant) as reader:
                found = look(one, ports, reader, targets=targets, acks=acks, only=only)
        except Interrupted:
            raise
        except ReconcilerError as error:
            return blind(one, ports, error, targets, only)
        except Exception as error:
            log.exception("%s: looking failed", one.tenant.name)
            unforeseen = ReconcilerError(f"internal error ({type(error).__name__}); run again with --debug.")
            return blind(one, ports, unforeseen, targets, only)
        ports.progress.say(one.tenant.name, "done" if found.complete else "unreadable")
        return found

    for one in desired:
        ports.progress.say(one.tenant.name, "waiting")
    return side_by_side(one_look, desired, ports.clock, width=ports.parallelism)


def _tenant(one: Look, targets: frozenset[str]) -> TenantPlan:
    return TenantPlan(
        name=one.desired.tenant.name,
        tenant_id=one.desired.tenant.tenant_id,
        policies_digest=one.desired.digest,
        complete=one.complete,
        unreadable=one.observed.unreadable,
        changes=one.judged.changes,
        findings=(*one.findings, *notes(one, targets)),
        evidence=one.judged.evidence,
        foreign=one.judged.foreign,
        exit=one.exit,
    )


def notes(one: Look, targets: Iterable[str] = ()) -> tuple[Finding, ...]:
    """What is to be said of the run itself: that it looked at a part only, or with another time."""
    name, said = one.desired.tenant.name, []
    if targets:
        text = "only the targeted objects were read; nothing is concluded about anything else."
        said.append(Finding(rule="targeted", severity="info", address=name, message=text))
    if abs(one.moment.now - one.moment.machine) > _SHIFTED:
        text = f"this run took {stamp(one.moment.now)} for now, which is not the machine's time."
        said.append(Finding(rule="time-shifted", severity="warning", address=name, message=text))
    return tuple(said)
