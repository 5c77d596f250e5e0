"""The plan: data that survives a file, with the digests by which a person approves it."""

from collections.abc import Iterable
from typing import Final, Literal

from pydantic import JsonValue

from reconciler.core.change import Change, Evidence, Finding
from reconciler.core.digest import digest
from reconciler.core.outcome import Exit, Unreadable, ended, reasons_of
from reconciler.core.values import Frozen, utc

FORMAT: Final = 1
_UNSIGNED: Final = frozenset({"digest", "hmac", "made_at", "expires_at"})
"""What the digest leaves out, so that the same plan has the same digest at any time."""


class Tool(Frozen):
    """What made a plan."""

    name: str
    version: str


class TenantPlan(Frozen):
    """What would change in one tenant, and what there is to know."""

    name: str
    tenant_id: str
    policies_digest: str
    complete: bool
    unreadable: tuple[Unreadable, ...] = ()
    changes: tuple[Change, ...] = ()
    findings: tuple[Finding, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    foreign: dict[str, int]
    exit: Exit


class Plan(Frozen):
    """What would change in all tenants of a run."""

    format: Literal[1] = FORMAT
    tool: Tool
    made_at: str
    expires_at: str
    digest: str = ""
    changes_digest: str = ""
    complete: bool
    targets: tuple[str, ...] = ()
    tenants: tuple[TenantPlan, ...] = ()
    exit: Exit
    hmac: str | None = None

    def document(self) -> dict[str, JsonValue]:
        """The plan as its JSON document; `hmac` is there only where it was signed."""
        return self.model_dump(mode="json", exclude={"hmac"} if self.hmac is None else None)


def sealed(plan: Plan) -> Plan:
    """The same plan in its one order, with both digests."""
    ordered = plan.model_copy(update={"tenants": tuple(sorted(map(_ordered, plan.tenants), key=lambda one: one.name))})
    tied = ordered.model_copy(update={"changes_digest": changes_digest(ordered.tenants)})
    return tied.model_copy(update={"digest": plan_digest(tied.document())})


def malformed(plan: Plan) -> str:
    """What no plan of ours can hold, in a sentence; empty where there is nothing.

    A change that stands there twice would be sent twice, though each of the two is what policies ask for.
    """
    if not (_is_time(plan.made_at) and _is_time(plan.expires_at)):
        return "The plan's times are no times."
    if _repeated(one.name for one in plan.tenants) or _repeated(one.tenant_id for one in plan.tenants):
        return "The plan names a tenant twice."
    for tenant in plan.tenants:
        if _repeated((one.address, one.via) for one in tenant.changes):
            return f"The plan holds two changes of one object in the tenant {tenant.name}."
        for change in tenant.changes:
            if change.address.split("/", 2)[:2] != [tenant.name, change.kind]:
                return f"The plan holds a change in the tenant {tenant.name} that is not of it: {change.address}."
    return ""


def _is_time(text: str) -> bool:
    try:
        utc(text)
    except ValueError:
        return False
    return True


def _repeated(keys: Iterable[object]) -> bool:
    known = list(keys)
    return len(set(known)) < len(known)


def plan_digest(document: dict[str, JsonValue]) -> str:
    """The digest of a plan's document, which its times and signatures do not touch."""
    return digest({key: value for key, value in document.items() if key not in _UNSIGNED})


def changes_digest(tenants: Iterable[TenantPlan]) -> str:
    """The digest of just what would be done and where: it ties a preview to the plan after the merge."""
    return digest(
        [
            {
                "tenant_id": one.tenant_id,
                "changes": [_deed(change) for change in one.changes],
            }
            for one in tenants
        ]
    )


def _deed(change: Change) -> JsonValue:
    return change.model_dump(mode="json", exclude={"origin", "why"})


def _ordered(tenant: TenantPlan) -> TenantPlan:
    return tenant.model_copy(
        update={
            "changes": tuple(sorted(tenant.changes, key=lambda one: (one.address, one.via))),
            "findings": tuple(
                sorted(
                    tenant.findings,
                    key=lambda one: (one.address, one.rule, one.message),
                )
            ),
            "evidence": tuple(sorted(tenant.evidence, key=lambda one: (one.address, one.check))),
            "unreadable": tuple(sorted(tenant.unreadable, key=lambda one: one.kind)),
        }
    )


def plan_exit(
    changes: tuple[Change, ...],
    findings: tuple[Finding, ...],
    unreadable: tuple[Unreadable, ...],
    *,
    denied: bool,
) -> Exit:
    """How a tenant's plan ends, as with `--detailed-exitcode`; `denied`: a read failed for want of access."""
    refusals = [f"{one.rule}: {one.message}" for one in findings if one.severity == "refusal"]
    if refusals:
        return ended(4, *refusals)
    if unreadable:
        return ended(9 if denied else 6, *reasons_of(unreadable))
    if changes:
        return ended(2, f"{len(changes)} change{'' if len(changes) == 1 else 's'}")
    return ended(0)
