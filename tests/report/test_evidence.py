"""The list of senders with their evidence: each check with its verdict, what is missing, and what we did before."""

from reconciler.core.outcome import Senders, TenantSenders, ended
from reconciler.core.values import Fields
from reconciler.report.formats import page_of
from reconciler.report.text import text

SENDER: Fields = {
    "address": "alice@contoso.com",
    "blocked_since": "2026-11-20T07:12:00Z",
    "changed": None,
    "temporary": False,
    "reason": None,
    "approval": "missing-evidence",
    "entry": {"file": "policies/contoso.yaml", "line": 40},
    "unblocked": [{"blocked_since": "2026-11-10T07:00:00Z", "unblocked": "2026-11-11T08:00:00Z"}],
    "evidence": [
        {"check": "mfa_registered", "verdict": "pass", "required": True, "reason": ""},
        {"check": "not_at_risk", "verdict": "unknown", "required": False, "reason": "Grant a permission."},
    ],
}


def lines(sender: Fields) -> list[str]:
    """The lines of a list with one sender, without their indent."""
    tenant = TenantSenders(name="contoso", complete=True, senders=(sender,), exit=ended(0))
    return [line.strip() for line in text(page_of(Senders(tenants=(tenant,), exit=ended(0)))).splitlines()]


def test_each_check_is_a_line():
    """The verdict first, whether it is required, then what is missing."""
    found = lines(SENDER)

    assert [
        "unblocked before: 2026-11-11T08:00:00Z, of the block since 2026-11-10T07:00:00Z",
        "mfa_registered: pass (required)",
        "not_at_risk: unknown Grant a permission.",
    ] == [line for line in found if line.startswith(("unblocked", "mfa", "not_at"))]
    assert "= held: evidence is missing  alice@contoso.com" in found


def test_a_sender_without_evidence_has_no_line_of_it():
    """A list of an older version, or of a look that asked nothing, is shown as it is."""
    assert [] == [line for line in lines({**SENDER, "unblocked": [], "evidence": []}) if "unblocked" in line]
