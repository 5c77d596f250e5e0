"""The safety rules for alert policies: what is written, and what a change would do, must leave somebody warned."""

from collections.abc import Iterable, Iterator

from reconciler.core.change import Change, Finding
from reconciler.core.draft import Draft, name_of, refusal
from reconciler.core.reading import SEVERITIES, notifies, recipients, severity_rank
from reconciler.core.resource import Wanted
from reconciler.core.values import Fields, fold_name


def protected(draft: Draft) -> Iterable[Finding]:
    """What guardrails protect may not be disabled, muted or removed: neither in writing nor by a change."""
    names = {fold_name(name) for name in draft.moment.guardrails.protected}
    required = _required(draft)
    written = {one.address: _harm_in(one.body, required) for one in _written(draft) if fold_name(one.name) in names}
    for one in _written(draft):
        if harm := written.get(one.address):
            yield refusal("protected", one, f"the guardrails protect this policy; the policies would {harm} it.")
    for change in _changes(draft):
        harm = _harm(change, required) if fold_name(name_of(change)) in names else ""
        if harm and not written.get(change.address):
            yield refusal("protected", change, f"the guardrails protect this policy; the change would {harm} it.")


def recipients_domain(draft: Draft) -> Iterable[Finding]:
    """Written recipients must be in an allowed domain; the token for administrators is no address."""
    allowed = draft.moment.guardrails.recipients.allowed_domains
    if allowed is None:
        return
    for one in _written(draft):
        outside = sorted(who for who in recipients(one.body) if "@" in who and who.rpartition("@")[2] not in allowed)
        if outside:
            text = f"{', '.join(outside)}: the guardrails allow recipients only in {', '.join(allowed)}."
            yield refusal("recipients-domain", one, text)


def recipients_required(draft: Draft) -> Iterable[Finding]:
    """One of those whom guardrails require must be told, by what is written and by what a change leaves."""
    required = _required(draft)
    if not required:
        return
    text = f"none of {', '.join(sorted(required))} would be told; the guardrails require one of them."
    written = {one.address: one for one in _written(draft) if _leaves_out(one.body, required)}
    for one in written.values():
        yield refusal("recipients-required", one, text)
    for change in _changes(draft):
        after = change.after
        if after is not None and notifies(after) and not recipients(after) & required and change.address not in written:
            yield refusal("recipients-required", change, text)


def severity_lowered(draft: Draft) -> Iterable[Finding]:
    """An alert that becomes less severe is one that fewer people look at."""
    for change in _changes(draft):
        before, after = severity_rank(change.before), severity_rank(change.after)
        if before is not None and after is not None and after < before:
            text = f"the severity would fall from {SEVERITIES[before]} to {SEVERITIES[after]}."
            yield refusal("severity-lowered", change, text)


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


def _harm_in(body: Fields, required: frozenset[str]) -> str:
    """The same of what is written, whatever the tenant holds; what is not written is taken to be in order."""
    if body.get("present") is False:
        return "remove"
    if body.get("enabled") is False:
        return "disable"
    return "mute" if _silent(body) or _leaves_out(body, required) else ""


def _silent(body: Fields) -> bool:
    told = body.get("notifications")
    return isinstance(told, dict) and told.get("enabled") is False


def _leaves_out(body: Fields, required: frozenset[str]) -> bool:
    """Whether the written recipients are exact and hold nobody who is required; `at_least` leaves out nobody."""
    told = body.get("notifications")
    exact = isinstance(told, dict) and isinstance(told.get("recipients"), list)
    return bool(required) and exact and not _silent(body) and not recipients(body) & required


def _required(draft: Draft) -> frozenset[str]:
    return frozenset(draft.moment.guardrails.recipients.require_one_of or ())


def _written(draft: Draft) -> Iterator[Wanted]:
    return (one for one in draft.wanted if one.kind == "alert-policy")


def _changes(draft: Draft) -> Iterator[Change]:
    return (one for one in draft.changes if one.kind == "alert-policy")
