"""The safety rules: each looks at what a plan would do to one tenant and says what must not happen.

A rule only refuses or holds; it never alters a change. docs/policies.md lists them for users.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from reconciler.core.change import Change, Finding
from reconciler.core.kind import Moment
from reconciler.core.reading import SEVERITIES, notifies, recipients, severity_rank
from reconciler.core.resource import Count, Tenant, Wanted
from reconciler.core.values import fold_name

ACKNOWLEDGEABLE: Final = frozenset({"max-changes", "max-tenants", "severity-lowered", "audit-log-off"})
"""Refusals that `--ack RULE` turns into a warning; nothing else can be acknowledged (CONTRACT 1.6)."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a plan would do to one tenant, before anybody has objected."""

    tenant: Tenant
    wanted: tuple[Wanted, ...]
    changes: tuple[Change, ...]
    moment: Moment


@dataclass(frozen=True, slots=True)
class Guarded:
    """The changes that may go on, and what the rules have to say."""

    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]


Rule = Callable[[Draft], Iterable[Finding]]


def guard(draft: Draft, acks: frozenset[str] = frozenset()) -> Guarded:
    """Judge one tenant's draft by every rule; held senders leave the changes, refusals stop the tenant."""
    said = [finding for rule in RULES for finding in rule(draft)]
    held = {finding.address for finding in said if finding.severity == "held"}
    left = tuple(one for one in draft.changes if one.address not in held)
    return Guarded(left, acknowledged(said, acks))


def acknowledged(findings: Iterable[Finding], acks: frozenset[str]) -> tuple[Finding, ...]:
    """The findings, with each refusal that may be and was acknowledged as a warning that says so."""
    return tuple(
        finding.model_copy(
            update={"rule": "acknowledged", "severity": "warning", "message": f"{finding.rule}: {finding.message}"}
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
            yield _refuse("audit-log-off", one, "without auditing no alert policy works; write `enabled: on`.")


def _protected(draft: Draft) -> Iterable[Finding]:
    protected = {fold_name(name) for name in draft.moment.guardrails.protected}
    required = frozenset(draft.moment.guardrails.recipients.require_one_of or ())
    for change in _alerts(draft):
        harm = _harm(change, required)
        if harm and fold_name(_name(change)) in protected:
            yield _refuse("protected", change, f"the guardrails protect this policy; the change would {harm} it.")


def _harm(change: Change, required: frozenset[str]) -> str:
    """What a change itself would do to a policy that must not happen to a protected one; empty if harmless."""
    before, after = change.before, change.after
    if after is None:
        return "" if change.via == "companion" else "remove"
    if after["enabled"] is False and not (before and before["enabled"] is False):
        return "disable"
    if not notifies(after) and not (before and not notifies(before)):
        return "mute"
    fewer = before is not None and len(recipients(after)) < len(recipients(before))
    return "mute" if (not recipients(after) & required if required else fewer) else ""


def _recipients_domain(draft: Draft) -> Iterable[Finding]:
    allowed = draft.moment.guardrails.recipients.allowed_domains
    if allowed is None:
        return
    for one in draft.wanted:
        outside = sorted(who for who in recipients(one.body) if "@" in who and who.rpartition("@")[2] not in allowed)
        if outside:
            text = f"{', '.join(outside)}: the guardrails allow recipients only in {', '.join(allowed)}."
            yield _refuse("recipients-domain", one, text)


def _recipients_required(draft: Draft) -> Iterable[Finding]:
    required = frozenset(draft.moment.guardrails.recipients.require_one_of or ())
    for change in _alerts(draft) if required else ():
        if change.after is not None and notifies(change.after) and not recipients(change.after) & required:
            text = f"none of {', '.join(sorted(required))} would be told; the guardrails require one of them."
            yield _refuse("recipients-required", change, text)


def _severity_lowered(draft: Draft) -> Iterable[Finding]:
    for change in _alerts(draft):
        before, after = severity_rank(change.before), severity_rank(change.after)
        if before is not None and after is not None and after < before:
            text = f"the severity would fall from {SEVERITIES[before]} to {SEVERITIES[after]}."
            yield _refuse("severity-lowered", change, text)


def _budget(draft: Draft) -> Iterable[Finding]:
    limits, history = draft.moment.guardrails.max_unblocks, draft.moment.history
    allowed = limits.per_run if history.known else min(1, limits.per_run)
    lifted = 0
    for change in _unblocks(draft):
        spent = history.unblocks.get(fold_name(_name(change)), 0)
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
    _protected,
    _recipients_domain,
    _recipients_required,
    _severity_lowered,
    _budget,
    _unguarded,
)
"""Every rule that judges one tenant."""


def _alerts(draft: Draft) -> Iterable[Change]:
    return (one for one in draft.changes if one.kind == "alert-policy")


def _unblocks(draft: Draft) -> list[Change]:
    return [one for one in draft.changes if one.kind == "restricted-sender"]


def _name(change: Change) -> str:
    """The last part of an address, which may hold slashes itself."""
    return change.address.split("/", 2)[2]


def _refuse(rule: str, of: Change | Wanted, message: str) -> Finding:
    return Finding(rule=rule, severity="refusal", address=of.address, message=message, origin=of.origin)


def _hold(change: Change, message: str) -> Finding:
    return Finding(rule="budget", severity="held", address=change.address, message=message, origin=change.origin)
