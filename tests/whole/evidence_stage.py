"""Policies that require evidence, and what a plan says of it."""

from reconciler.facts.limits import EVIDENCE_CHECKS

ALICE, BOB = "contoso/restricted-sender/alice@contoso.com", "contoso/restricted-sender/bob@contoso.com"
ALICE_ID = "a11ce000-0000-4000-8000-0000000000a1"
GRAPH = ("User.Read.All", "AuditLog.Read.All", "UserAuthenticationMethod.Read.All", "IdentityRiskyUser.Read.All")
PERMISSIONS = {
    "User.Read.All": {"password_changed_since_block", "sessions_revoked_since_block", "account_enabled"},
    "AuditLog.Read.All": {"mfa_registered"},
    "IdentityRiskyUser.Read.All": {"not_at_risk"},
}
ENTRY = (
    "{{address: {}@contoso.com, blocked_before: BEFORE, expires: EXPIRES, approved_by: lead@contoso.com, reason: x}}"
)


def policies(*names: str, require: tuple[str, ...] = EVIDENCE_CHECKS) -> dict[str, str]:
    """Approvals for these people, and guardrails that require these checks."""
    entries = "".join(f"\n    - {ENTRY.format(name)}" for name in names)
    return {
        "contoso.yaml": "kind: tenant\nname: contoso\ntenant_id: 6f0c1d3e-0000-4000-8000-000000000001\n"
        f"domain: contoso.onmicrosoft.com\nrestricted_senders:\n  unblock:{entries or ' []'}\n",
        "guardrails.yaml": f"kind: guardrails\nevidence: {{require: [{', '.join(require)}]}}\n",
    }


def verdicts(plan, address=ALICE) -> dict[str, str]:
    """The verdict of each check of one sender."""
    return {one.check: one.verdict for one in plan.tenants[0].evidence if one.address == address}


def said(plan) -> dict[tuple[str, str], str]:
    """What a plan says of contoso, by rule and the end of the address."""
    return {(one.rule, one.address.rpartition("/")[2]): one.message for one in plan.tenants[0].findings}
