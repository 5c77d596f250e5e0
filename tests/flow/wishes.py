"""Policies as plain mappings, made into the desired state without files."""

from datetime import UTC, datetime

from pydantic import JsonValue

from reconciler.core.change import Origin
from reconciler.core.digest import digest
from reconciler.core.kind import Moment, Section
from reconciler.core.resource import Desired, Guardrails, Tenant, Wanted
from reconciler.kinds import KINDS

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def desire(name="contoso", *, guardrails=None, mode="apply", number=1, **sections):
    """The desired state of one tenant from its sections, as a tenant document writes them."""
    tenant = Tenant(
        name=name, tenant_id=f"6f0c1d3e-0000-4000-8000-{number:012}", domain=f"{name}.onmicrosoft.com", mode=mode
    )
    rules = guardrails or Guardrails(written=True)
    wanted: list[Wanted] = []
    for kind in KINDS:
        if kind.section not in sections:
            continue
        value = kind.check(sections[kind.section])
        names = {}
        if kind.key is not None:
            names = {kind.key(key): key for key in value}
            value = {kind.key(key): one for key, one in value.items()}
        section = Section(
            tenant=tenant, value=value, origins={(): Origin(file="policies/contoso.yaml", line=1)}, names=names
        )
        parsed = kind.parse(section, Moment(NOW, NOW, rules))
        assert not [fault for fault in parsed.faults if fault.severity == "error"], parsed.faults
        wanted += parsed.wanted
    bodies: list[JsonValue] = [[one.address, one.body] for one in wanted]
    return Desired(
        tenant=tenant, wanted=tuple(wanted), sections=tuple(sections), guardrails=rules, digest=digest([mode, bodies])
    )


def approval(address="alice@contoso.com", before="2026-11-20T09:00:00Z", expires="2026-11-27"):
    """An entry that approves one unblock."""
    return {
        "address": address,
        "blocked_before": before,
        "expires": expires,
        "approved_by": "lead@contoso.com",
        "reason": "Password reset",
    }


def alarm(**more):
    """A custom alert policy, defined in full."""
    definition = {
        "category": "ThreatManagement",
        "severity": "low",
        "threat_type": "Activity",
        "operations": ["New-InboxRule"],
        "aggregation": "none",
    }
    return {
        "definition": definition,
        "notifications": {"enabled": "on", "recipients": ["secops@contoso.com"], "daily_limit": 25},
    } | more
