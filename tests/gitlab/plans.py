"""Plans and drift of any size, for notes to tell."""

from reconciler.core.change import Change, Field, Finding
from reconciler.core.outcome import Drift, DriftEntry, TenantDrift, Unreadable, ended
from reconciler.core.plan import Plan, TenantPlan, Tool, sealed


def change(tenant: str, name: str, value: str = "25") -> Change:
    """One update of a policy."""
    moved = Field(path="notifications.daily_limit", before="none", after=value)
    address = f"{tenant}/alert-policy/{name}"
    return Change(
        address=address, kind="alert-policy", action="update", via="api", ref="r", before={}, after={}, fields=(moved,)
    )


def tenant(name: str, *changes: Change, held: tuple[str, ...] = (), number: int = 0) -> TenantPlan:
    """A tenant with some changes, and senders held because nobody has approved."""
    findings = tuple(
        Finding(rule="approval-unproven", severity="held", address=f"{name}/restricted-sender/{one}", message="wait")
        for one in held
    )
    return TenantPlan(
        name=name, tenant_id=f"t-{name}-{number}", policies_digest="sha256:aa", complete=True,
        changes=changes, findings=findings, foreign={}, exit=ended(2 if changes else 0),
    )  # fmt: skip


def plan(*tenants: TenantPlan, made_at: str = "2026-11-23T10:00:00Z") -> Plan:
    """A sealed plan."""
    code = 2 if any(one.changes for one in tenants) else 0
    expires = "2026-11-24T10:00:00Z"
    tool = Tool(name="reconciler", version="0.1.0")
    made = Plan(tool=tool, made_at=made_at, expires_at=expires, complete=True, tenants=tenants, exit=ended(code))
    return sealed(made)


def small(value: str = "25") -> Plan:
    """A plan with one change in contoso."""
    return plan(tenant("contoso", change("contoso", "Mass deletion", value)))


def fleet(number: int, each: int, *, alike: bool = False) -> Plan:
    """A plan of many tenants with many changes, all different unless they are to be alike."""
    names = [f"tenant-{at:04}" for at in range(number)]
    return plan(
        *(
            tenant(name, *(change(name, f"Policy {at}", "25" if alike else f"{name} {at}") for at in range(each)))
            for name in names
        )
    )


def drifted(*tenants: TenantDrift) -> Drift:
    """A drift result."""
    return Drift(tenants=tenants, exit=ended(2 if any(one.drift for one in tenants) else 0))


def drift_of(name: str, value: str | None = "low", *, severity: str = "warning", complete: bool = True) -> TenantDrift:
    """A tenant in which one field is otherwise than wanted; none where `value` is None."""
    entry = {
        "address": f"{name}/alert-policy/Mass deletion", "field": "definition.severity", "desired": "high",
        "actual": value, "severity": severity, "state": "open", "first_seen": "2026-11-22T10:00:00Z", "origin": None,
    }  # fmt: skip
    entries = () if value is None else (DriftEntry.model_validate(entry),)
    unread = () if complete else (Unreadable(kind="audit-log", reason="no answer"),)
    code = 6 if not complete else 2 if entries else 0
    return TenantDrift(name=name, complete=complete, unreadable=unread, drift=entries, foreign={}, exit=ended(code))
