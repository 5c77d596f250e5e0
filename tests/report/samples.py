"""Results with every sort of entry, for reports to print."""

from datetime import UTC, datetime, timedelta

from reconciler.core.change import Change, Evidence, Field, Finding, Manual, Origin
from reconciler.core.outcome import (
    Applied,
    Drift,
    DriftEntry,
    Outcome,
    Senders,
    State,
    TenantDrift,
    TenantOutcomes,
    TenantSenders,
    Unreadable,
    ended,
)
from reconciler.core.plan import Plan, TenantPlan, Tool, sealed
from reconciler.core.records import Acknowledgement, CommandRecord, RunRecord, Runs, TenantRecord, WriteRecord
from reconciler.core.request import Command
from reconciler.core.values import Fields

ALERT = "contoso/alert-policy/User restricted from sending email"
OWN = "contoso/alert-policy/Inbox rule forwards outside"
ALICE = "contoso/restricted-sender/alice@contoso.com"
BOB = "contoso/restricted-sender/bob@contoso.com"
AT = Origin(file="policies/tenants/contoso.yaml", line=21)
LONG = ", ".join(["the reviewed block ended and the service has blocked this sender anew"] * 3) + "."


def changes(note: str = "") -> tuple[Change, ...]:
    """A create, an update by companion, a portal step and an unblock."""
    created: Fields = {
        "name": "Inbox rule forwards outside",
        "enabled": True,
        "notifications": {"enabled": True, "recipients": ["secops@contoso.com"], "daily_limit": "none"},
        "definition": {"severity": "high", "operations": ["New-InboxRule"], "threshold": None},
    }
    command = Command(
        service="compliance",
        cmdlet="New-ProtectionAlert",
        parameters={"Name": "It's [ours]", "Severity": "High", "NotifyUser": ["secops@contoso.com"], "Disabled": False},
    )
    moved = (
        Field(path="notifications.daily_limit", before="none", after=25),
        Field(
            path="notifications.recipients",
            before=["old@contoso.com", "TenantAdmins"],
            after=["secops@contoso.com", "TenantAdmins"],
        ),
    )
    by_hand = Manual(
        steps=("Open the policy.", "Set the daily notification limit to 25."),
        url="https://security.microsoft.com/alertpoliciesv2",
    )
    return (
        Change(address=OWN, kind="alert-policy", action="create", via="api", ref=None, before=None, after=created, commands=(command,), origin=AT, why=note),
        Change(address=ALERT, kind="alert-policy", action="update", via="companion", ref="a", before={}, after={}, fields=moved, origin=AT),
        Change(address=ALERT, kind="alert-policy", action="update", via="portal", ref="b", before={}, after={}, fields=moved[:1], manual=by_hand, origin=AT),
        Change(address=ALICE, kind="restricted-sender", action="delete", via="api", ref="alice@contoso.com", before={"address": "alice@contoso.com", "temporary": False}, after=None, origin=AT),
    )  # fmt: skip


def plan(note: str = "", address: str = BOB) -> Plan:
    """A plan of a busy tenant, a calm one and one that can't be read; `note` and `address` may hold anything."""
    findings = (
        Finding(rule="newer-block", severity="held", address=address, message=LONG + note, origin=AT),
        Finding(rule="max-changes", severity="refusal", address="contoso", message="4 changes are more than 2."),
    )
    evidence = (Evidence(address=ALICE, check="mfa_registered", verdict="pass", at="2026-11-23T10:00:00Z"),)
    contoso = TenantPlan(
        name="contoso",
        tenant_id="t1",
        policies_digest="sha256:aa",
        complete=True,
        changes=changes(note),
        findings=findings,
        evidence=evidence,
        foreign={"alert-policy": 3, "restricted-sender": 0},
        exit=ended(4, "max-changes: 4 changes are more than 2."),
    )
    calm = TenantPlan(
        name="fabrikam", tenant_id="t2", policies_digest="sha256:bb", complete=True, foreign={}, exit=ended(0)
    )
    mute = TenantPlan(
        name="mute",
        tenant_id="t3",
        policies_digest="sha256:cc",
        complete=False,
        unreadable=(Unreadable(kind="audit-log", reason="the service did not answer in 60 s" + note),),
        foreign={},
        exit=ended(6, "audit-log: no answer"),
    )
    return sealed(Plan(tool=Tool(name="reconciler", version="0.1.0"), made_at="2026-11-23T10:00:00Z", expires_at="2026-11-24T10:00:00Z", complete=False, tenants=(contoso, calm, mute), exit=ended(4, "contoso: max-changes")))  # fmt: skip


def applied(note: str = "") -> Applied:
    """An apply in which everything happened."""
    states: tuple[State, ...] = ("applied", "unchanged", "converging", "manual", "held", "failed", "skipped")
    outcomes = tuple(
        Outcome(address=f"{OWN} {state}", via="api", action="update", state=state, message=note) for state in states
    )
    tenant = TenantOutcomes(name="contoso", outcomes=outcomes, exit=ended(7, "one failed" + note))
    return Applied(run="01J", tenants=(tenant, TenantOutcomes(name="fabrikam", exit=ended(0))), exit=ended(7, "contoso: one failed"))  # fmt: skip


def drift(note: str = "") -> Drift:
    """A drift result with two severities and two states."""
    entries = (
        DriftEntry(address=OWN, field="definition.severity", desired="high", actual="low" + note, severity="warning", state="open", first_seen="2026-11-22T10:00:00Z", origin=AT),
        DriftEntry(address=ALERT, field="notifications.recipients", desired=["secops@contoso.com"], actual=[], severity="critical", state="open", origin=AT),
        DriftEntry(address=ALICE, field="blocked", desired=False, actual=True, severity="warning", state="converging"),
    )  # fmt: skip
    tenant = TenantDrift(
        name="contoso", complete=True, drift=entries, foreign={"alert-policy": 2}, exit=ended(2, "2 differences")
    )
    calm = TenantDrift(name="fabrikam", complete=True, foreign={}, exit=ended(0))
    return Drift(tenants=(tenant, calm), exit=ended(2, "contoso: 2 differences"))


def senders(note: str = "") -> Senders:
    """Two restricted senders, one approved, and a tenant without any."""
    reason: Fields = {"raw": "OutboundSpamPercent=89;AS:42004" + note, "kind": "spam", "spam_percent": 89}
    alice: Fields = {
        "address": "alice@contoso.com",
        "blocked_since": "2026-11-20T07:12:00Z",
        "changed": None,
        "temporary": False,
        "reason": reason,
        "approval": "valid",
        "entry": {"file": "policies/tenants/contoso.yaml", "line": 40},
    }
    bob: Fields = {**alice, "address": "bob@contoso.com", "approval": "none", "entry": None, "reason": None}
    contoso = TenantSenders(name="contoso", complete=True, senders=(alice, bob), exit=ended(0))
    return Senders(tenants=(contoso, TenantSenders(name="fabrikam", complete=True, exit=ended(0))), exit=ended(0))  # fmt: skip


def history(note: str = "") -> Runs:
    """A run with an update, an unblock that nobody knows the end of, and what was not sent; and one that was killed."""
    begun = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    command = Command(
        service="exo", cmdlet="Remove-BlockedSenderAddress", parameters={"SenderAddress": "alice@contoso.com"}
    )
    update = WriteRecord(
        address=ALERT, kind="alert-policy", via="companion", action="update", ref="a", at=begun, state="applied", message=note,
        before={"enabled": True, "notifications": {"recipients": ["old@contoso.com"], "daily_limit": 25}},
        after={"enabled": True, "notifications": {"recipients": ["secops@contoso.com"], "daily_limit": 25}},
    )  # fmt: skip
    unblock = WriteRecord(
        address=ALICE, kind="restricted-sender", via="api", action="delete", ref="alice@contoso.com", at=begun, state="started",
        before={"address": "alice@contoso.com", "blocked_since": "2026-11-20T07:12:00Z"}, after=None,
        commands=(CommandRecord(command=command, at=begun, outcome="started"),),
    )  # fmt: skip
    held = Outcome(address=BOB, via="api", action="delete", state="held", message="newer-block: look at it" + note)
    judged = Evidence(address=ALICE, check="mfa_registered", verdict="pass", at="2026-11-23T10:00:00Z")
    tenant = TenantRecord(name="contoso", tenant_id="t1", exit_code=7, reasons=("one failed" + note,), writes=(update, unblock), outcomes=(held,), evidence=(judged,))  # fmt: skip
    whole = RunRecord(
        run="20261123T100000Z-01", command="apply", at=begun + timedelta(days=1), machine_at=begun, ended_at=begun + timedelta(seconds=9),
        exit_code=7, plan_digest="sha256:00", who="lead" + note, tool="0.1.0", tenants=(tenant,),
        acknowledgements=(Acknowledgement(rule="max-changes", who="lead" + note),),
    )  # fmt: skip
    killed = RunRecord(run="20261122T100000Z-02", command="apply", at=begun - timedelta(days=1), machine_at=begun - timedelta(days=1))  # fmt: skip
    return Runs(runs=(whole, killed), exit=ended(0))
