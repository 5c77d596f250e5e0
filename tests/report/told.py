"""Results with everything that reports for machines must tell, and values in them that may hold anything."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

from hypothesis import strategies as st

from reconciler.core.change import Finding, Origin
from reconciler.core.errors import Diagnostic, Position, Range
from reconciler.core.outcome import Applied, Drift, DriftEntry, TenantDrift, TenantOutcomes, Unreadable, ended
from reconciler.core.waiting import Status
from reconciler.report.context import Context
from reconciler.report.formats import REPORTS
from reconciler.report.points import Told
from reconciler.report.validation import Validation, validation
from tests.report import samples
from tests.report.test_status import STATUS, TENANTS, WAITING

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
BEFORE = "2026-11-22T10:00:00Z"
DOCUMENT = "policies/tenants/contoso.yaml"
EVIL = st.text(
    st.sampled_from(
        "<>&\"'`|*[]()@/\\ \n\r\t\x00\x1b\x1c\x7f\x85\u2028\u202e\u200b\ufeff\ufffe\udc80\U000e0041ab:{}%0\u00e9"
    ),
    max_size=20,
)


def context(command: str = "plan", **changes: Any) -> Context:
    """A context in which nothing is left to chance."""
    return replace(Context(command, AT, "0.1.0", folder=PurePosixPath("/builds/it")), **changes)


def drift(note: str = "", address: str = samples.OWN, line: int = 21) -> Drift:
    """Every state of drift, findings that explain it, a tenant without drift and one that can't be read."""
    at = Origin(file=DOCUMENT, line=line)
    accepted = Origin(file="policies/acceptances.yaml", line=line + 3)
    entries = (
        DriftEntry(address=address, field="definition.severity", desired="high", actual="low" + note, severity="warning", state="open", first_seen=BEFORE, origin=at),
        DriftEntry(address=address, field="enabled", desired=True, actual=False, severity="critical", state="accepted", first_seen=BEFORE, origin=at),
        DriftEntry(address=address, field="present", desired=True, actual=False, severity="critical", state="open", first_seen="2026-11-23T10:00:00Z", origin=at),
        DriftEntry(address=address, field="present", desired=False, actual=True, severity="critical", state="open", first_seen="2026-11-23T10:00:00Z", origin=at),
        DriftEntry(address=samples.ALERT, field="notifications.recipients", desired=["a@contoso.com"], actual=[], severity="info", state="manual", first_seen=BEFORE),
        DriftEntry(address=samples.ALICE, field="blocked", desired=False, actual=True, severity="warning", state="converging"),
    )  # fmt: skip
    findings = (
        Finding(rule="accepted", severity="accepted", address=address, message="enabled is left as it is until 2026-12-01, by lead: Quiet" + note, origin=accepted),
        Finding(rule="restricted", severity="info", address=samples.BOB, message="blocked since 2026-11-20" + note),
        Finding(rule="newer-block", severity="held", address=samples.ALICE, message="look" + note, origin=at),
        Finding(rule="paused", severity="warning", address=samples.ALERT, message="paused"),
        Finding(rule="paused", severity="warning", address=samples.ALERT, message="paused" + note),
        Finding(rule="converging", severity="converging", address=samples.ALERT, message="wait"),
        Finding(rule="overdue", severity="overdue", address=samples.ALERT, message="late"),
        Finding(rule="protected", severity="refusal", address=samples.ALERT, message="no" + note, origin=at),
    )  # fmt: skip
    contoso = TenantDrift(name="contoso", complete=True, drift=entries, findings=findings, foreign={}, exit=ended(4, "no" + note))  # fmt: skip
    calm = TenantDrift(name="fabrikam", complete=True, foreign={}, exit=ended(0))
    unread = (Unreadable(kind="audit-log", reason="no answer" + note),)
    mute = TenantDrift(name="mute", complete=False, unreadable=unread, foreign={}, exit=ended(9, "no access"))
    return Drift(tenants=(contoso, calm, mute), exit=ended(4, "contoso: no"))


def applied(note: str = "", address: str = "") -> Applied:
    """Every state of an outcome, a tenant that was stopped before any, and one in which nothing was to do."""
    some = samples.applied(note)
    first = some.tenants[0].outcomes[0].model_copy(update={"address": samples.OWN + address})
    contoso = some.tenants[0].model_copy(update={"outcomes": (first, *some.tenants[0].outcomes)})
    stale = TenantOutcomes(name="tailspin", exit=ended(5, "the policies changed" + note))
    return some.model_copy(update={"tenants": (contoso, *some.tenants[1:], stale)})


def status(note: str = "", address: str = "") -> Status:
    """Everything that waits."""
    first = WAITING[0].model_copy(update={"message": "Late." + note, "address": samples.OWN + address})
    tenant = TENANTS[0].model_copy(update={"waiting": (first, *WAITING[1:])})
    return STATUS.model_copy(update={"tenants": (tenant, *TENANTS[1:])})


def invalid(note: str = "", address: str = "", line: int = 3) -> Validation:
    """Two faults that differ in their line only, a warning, and a fault that has no file."""
    at = Range(
        filename=f"policies/a{address}.yaml", start=Position(line=line, column=5), end=Position(line=line, column=9)
    )
    below = at.model_copy(update={"start": Position(line=line + 1, column=5)})
    fault = Diagnostic(
        severity="error", summary=f"Stands here, and at line {line}.", detail="Remove one\nof them." + note
    )
    return validation((
        fault.model_copy(update={"range": at}), fault.model_copy(update={"range": below}),
        fault.model_copy(update={"severity": "warning", "range": at}), fault,
    ))  # fmt: skip


def planned(note: str = "", address: str = samples.BOB) -> Told:
    """A plan with everything; its digest takes no half of a character."""
    return samples.plan(note.replace("\udc80", ""), address.replace("\udc80", ""))


RESULTS: dict[str, Callable[..., Told]] = {
    "plan": planned,
    "apply": applied,
    "drift": drift,
    "status": status,
    "validate": invalid,
}


def report(kind: str, result: Told, command: str, **changes: Any) -> str:
    """A report as `--report` writes it."""
    return REPORTS[kind].write(result, context(command, **changes))
