"""The safety rules: each looks at what a plan would do to one tenant and says what must not happen.

A rule only refuses or holds; it never alters a change. docs/rules.md lists them for users.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from reconciler.core.change import Change, Finding
from reconciler.core.draft import Draft, Rule, name_of, refusal
from reconciler.core.guard_alerts import protected, recipients_domain, recipients_required, severity_lowered
from reconciler.core.resource import Count
from reconciler.core.rules import ACKNOWLEDGEABLE
from reconciler.core.shown import shown
from reconciler.core.values import fold_name

__all__ = ["ACKNOWLEDGEABLE", "RULES", "Draft", "Guarded", "acknowledged", "guard", "too_many_tenants"]


@dataclass(frozen=True, slots=True)
class Guarded:
    """The changes that may go on, and what the rules have to say."""

    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]


def guard(draft: Draft, acks: frozenset[str] = frozenset()) -> Guarded:
    """Judge one tenant's draft by every rule; held senders leave the changes, refusals stop the tenant."""
    said = [finding for rule in RULES for finding in rule(draft)]
    held = {finding.address for finding in said if finding.severity == "held"}
    left = tuple(one for one in draft.changes if one.address not in held)
    return Guarded(left, acknowledged(said, acks, draft.moment.who))


def acknowledged(findings: Iterable[Finding], acks: frozenset[str], who: str = "") -> tuple[Finding, ...]:
    """The findings, with each refusal that may be and was acknowledged as a warning that says so, and by whom."""
    by = f", acknowledged by {shown(who)}" if who else ""
    return tuple(
        finding.model_copy(
            update={"rule": "acknowledged", "severity": "warning", "message": f"{finding.rule}{by}: {finding.message}"}
        )
        if finding.severity == "refusal" and finding.rule in acks & ACKNOWLEDGEABLE
        else finding
        for finding in findings
    )


def too_many_tenants(changed: Sequence[str], total: int, limit: Count) -> tuple[Finding, ...]:
    """The refusal `max-tenants`, once for each tenant that would change, if one run would change too many."""
    if not limit.exceeded(len(changed), total):
        return ()
    text = (
        f"this run would change {len(changed)} of {total} tenants; the guardrails allow {limit}. "
        "Select fewer with --tenant or --selector, or acknowledge it."
    )
    return tuple(Finding(rule="max-tenants", severity="refusal", address=name, message=text) for name in changed)


def _max_changes(draft: Draft) -> Iterable[Finding]:
    limit, count = draft.moment.guardrails.max_changes, len(draft.changes)
    if limit.exceeded(count, len(draft.wanted)):
        text = f"{count} changes; the guardrails allow {limit}. Plan fewer with --target, or acknowledge it."
        yield Finding(rule="max-changes", severity="refusal", address=draft.tenant.name, message=text)


def _audit_log_off(draft: Draft) -> Iterable[Finding]:
    for one in draft.wanted:
        if one.kind == "audit-log" and one.body.get("enabled") is False:
            yield refusal("audit-log-off", one, "without auditing no alert policy works; write `enabled: on`.")


def _budget(draft: Draft) -> Iterable[Finding]:
    limits, history = draft.moment.guardrails.max_unblocks, draft.moment.history
    allowed = limits.per_run if history.known else min(1, limits.per_run)
    lifted = 0
    for change in _unblocks(draft):
        spent = history.unblocks.get(fold_name(name_of(change)), 0)
        if spent >= limits.per_sender_30d:
            text = f"{spent} unblocks in thirty days; the guardrails allow {limits.per_sender_30d}."
            yield _hold(change, f"{text} Find out why the account is blocked again.")
        elif lifted >= allowed:
            why = "" if history.known else ", because the ledger knows no run of this tenant"
            yield _hold(change, f"one run may lift {allowed} here{why}. Apply, then plan again.")
        else:
            lifted += 1


def _unguarded(draft: Draft) -> Iterable[Finding]:
    unblocks = _unblocks(draft)
    if unblocks and not draft.moment.guardrails.written:
        text = "this plan lifts blocks and no guardrails are written. Add a document of kind guardrails."
        yield Finding(rule="no-guardrails", severity="warning", address=draft.tenant.name, message=text)
    if unblocks and not draft.moment.history.known:
        text = "the ledger knows no run of this tenant, so at most one block is lifted. Is RECONCILER_LEDGER right?"
        yield Finding(rule="no-history", severity="warning", address=draft.tenant.name, message=text)


RULES: Final[tuple[Rule, ...]] = (
    _max_changes,
    _audit_log_off,
    protected,
    recipients_domain,
    recipients_required,
    severity_lowered,
    _budget,
    _unguarded,
)
"""Every rule that judges one tenant."""


def _unblocks(draft: Draft) -> list[Change]:
    return [one for one in draft.changes if one.kind == "restricted-sender"]


def _hold(change: Change, message: str) -> Finding:
    return Finding(rule="budget", severity="held", address=change.address, message=message, origin=change.origin)
