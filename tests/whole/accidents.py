"""The accidents of the emulator, one spelling of each, and the scene on which they happen."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from reconciler.core.plan import Plan
from reconciler.emulator import Emulator
from tests.whole.stage import CONTOSO, RESTRICTED, Stage, stage

FAULTS: dict[str, dict[str, Any]] = {
    "throttle": {"do": "throttle", "retry_after": 2},
    "throttle-without-a-word": {"do": "throttle"},
    "concurrency": {"do": "concurrency"},
    "concurrency-as-503": {"do": "concurrency", "status": 503},
    "unavailable": {"do": "unavailable", "retry_after": 1.5},
    "unavailable-and-empty": {"do": "unavailable", "body": "empty", "status": 504},
    "bad-gateway": {"do": "bad-gateway"},
    "ad-transient": {"do": "ad-transient"},
    "drop": {"do": "drop"},
    "slow": {"do": "slow", "seconds": 0.01},
    "malformed-json": {"do": "malformed-json"},
    "claims-challenge": {"do": "claims-challenge"},
    "forbidden-gzip": {"do": "forbidden-gzip"},
    "errors-in-200": {"do": "errors-in-200"},
    "foreign-next-link": {"do": "foreign-next-link"},
    "expired-page": {"do": "expired-page"},
    "sign-in-error": {"do": "sign-in-error", "code": 7000222},
    "answer": {"do": "answer", "status": 418, "body": "A teapot of a proxy."},
}
"""Every action of the emulator, those with options that matter more than once."""
TWICE = {"throttle-without-a-word", "concurrency-as-503", "unavailable-and-empty"}
"""Further spellings of what is there already."""
PARTS = (
    ("New-ProtectionAlert", "Remove-BlockedSenderAddress", "Enable-OrganizationCustomization"),
    ("Set-ProtectionAlert", "Remove-ProtectionAlert", "Set-AdminAuditLogConfig"),
)
"""The commands in two parts, no two of one change: what happens to one part must not touch the other."""
FOREVER = 100
"""More requests of one sort than any run makes."""

READS: dict[str, tuple[dict[str, str], int]] = {
    "discovery": ({"service": "login", "kind": "discovery"}, 1),
    "first token": ({"kind": "sign-in"}, 1),
    "second token": ({"kind": "sign-in"}, 2),
    "front door": ({"cmdlet": "Get-ProtectionAlert"}, 1),
    "alert policies": ({"cmdlet": "Get-ProtectionAlert"}, 2),
    "senders": ({"cmdlet": "Get-BlockedSenderAddress"}, 1),
    "audit log": ({"cmdlet": "Get-AdminAuditLogConfig"}, 1),
    "organization": ({"cmdlet": "Get-OrganizationConfig"}, 1),
}
"""Every request of a plan of this scene, as a condition and which of those that fit it."""
SIGN_IN = {"discovery", "first token", "second token"}

COMMANDS = {
    "New-ProtectionAlert": f"contoso/alert-policy/{RESTRICTED}",
    "Set-ProtectionAlert": "contoso/alert-policy/Inbox rule forwards outside",
    "Remove-ProtectionAlert": "contoso/alert-policy/Old custom policy",
    "Remove-BlockedSenderAddress": "contoso/restricted-sender/alice@contoso.com",
    "Enable-OrganizationCustomization": "contoso/audit-log",
    "Set-AdminAuditLogConfig": "contoso/audit-log",
}
"""Every command of an apply of this scene, and the change that it is for."""

SCENE = (
    {"block": {"address": "alice@contoso.com", "since": "2026-01-05T08:00:00Z", "reason": "OutboundSpamPercent=89;"}},
    {"audit": False},
    {"dehydrated": True},
    {
        "add_policy": {
            "Name": "Old custom policy",
            "Guid": "01d00000-0000-4000-8000-000000000001",
            "NotifyUser": ["a@contoso.com"],
        }
    },
)
"""What contoso is like before anybody plans: fixed dates and GUIDs, so that two scenes give one plan."""

POLICIES = CONTOSO.replace("restricted_senders:", "  Old custom policy: {present: false}\nrestricted_senders:").replace(
    "BEFORE", "2026-01-06T08:00:00Z"
)


@contextmanager
def scene(folder: Path, emulator: Emulator) -> Iterator[Stage]:
    """A tenant in which every sort of command has something to do."""
    with stage(folder, policies={"contoso.yaml": POLICIES}, emulator=emulator) as on:
        for change in SCENE:
            on.hand(**change)
        yield on


def truth(on: Stage) -> dict[str, bool]:
    """Of each change whether the tenant really is so, whatever it shows and whoever says what."""
    tenant = on.emulator.world.tenant("contoso")
    assert tenant is not None
    policies = {row["Name"]: row for row in tenant.policies.actual}
    senders = {row["SenderAddress"] for row in tenant.blocked.actual}
    return {
        f"contoso/alert-policy/{RESTRICTED}": f"{RESTRICTED} (reconciler)" in policies,
        "contoso/alert-policy/Inbox rule forwards outside": policies["Inbox rule forwards outside"]["Severity"]
        == "High",
        "contoso/alert-policy/Old custom policy": "Old custom policy" not in policies,
        "contoso/restricted-sender/alice@contoso.com": "alice@contoso.com" not in senders,
        "contoso/audit-log": tenant.audit.actual[0]["UnifiedAuditLogIngestionEnabled"] is True,
    }


def deeds(plan: Plan) -> dict[str, tuple[str, ...]]:
    """What contoso's plan would do, by address."""
    return {one.address: (one.action, *(command.cmdlet for command in one.commands)) for one in plan.tenants[0].changes}
