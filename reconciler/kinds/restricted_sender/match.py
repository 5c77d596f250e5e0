"""Approvals beside the blocks of a tenant: which may be lifted, which are held, and what to say of the rest."""

from collections.abc import Iterable

from reconciler.core.change import Evidence, Finding, Level, Origin
from reconciler.core.kind import Moment
from reconciler.core.request import Answers
from reconciler.core.resource import Pair, Scoped, Tenant, Wanted, address_of
from reconciler.core.values import Fields, stamp
from reconciler.kinds.restricted_sender.approval import Approval, approvals, standing
from reconciler.kinds.restricted_sender.parse import KIND_NAME
from reconciler.kinds.restricted_sender.reason import decoded, sentence
from reconciler.kinds.restricted_sender.wire import Block, blocks


def match(tenant: Tenant, wanted: tuple[Wanted, ...], answers: Answers, moment: Moment) -> Scoped:
    """Every named sender beside its block; every other blocked sender is foreign, and shown."""
    found = blocks(answers)
    parts = [_one(one, found.get(one.name), moment) for one in wanted]
    named = {one.name for one in wanted}
    foreign = [block for address, block in found.items() if address not in named]
    shown = tuple(_restricted(tenant.name, block) for block in foreign)
    return Scoped(
        pairs=tuple(pair for part in parts for pair in part.pairs),
        findings=(*(finding for part in parts for finding in part.findings), *shown),
        evidence=tuple(item for part in parts for item in part.evidence),
        foreign=len(foreign),
        listed=tuple(_listed(wanted, block, moment) for _, block in sorted(found.items())),
    )


def _listed(wanted: tuple[Wanted, ...], block: Block, moment: Moment) -> Fields:
    """A block as `senders` shows it, with what the policies have to say of it."""
    one = next((one for one in wanted if one.name == block.address), None)
    word, entry = standing(block.since, approvals(one), moment) if one else ("none", None)
    return {
        **block.fields,
        "changed": stamp(block.changed) if block.changed else None,
        "reason": decoded(str(block.fields["reason"])),
        "approval": word,
        "entry": entry.origin.model_dump(mode="json") if entry else None,
    }


def _restricted(tenant: str, block: Block) -> Finding:
    since = f"since {stamp(block.since)}" if block.since else "since an unknown time"
    text = f"{block.ref} can't send {since}: {sentence(str(block.fields['reason']))}."
    address = address_of(tenant, KIND_NAME, block.address)
    return Finding(rule="restricted", severity="info", address=address, message=text)


def _one(one: Wanted, block: Block | None, moment: Moment) -> Scoped:
    entries = approvals(one)
    if block is None:
        return Scoped(pairs=(_pair(one, None, None),), findings=(_gone(one, entries, moment),))
    if block.since is None:
        text = f"the start of this block can't be read, so no approval covers it. The reason: {block.fields['reason']}"
        return _held(one, block, "unknown-start", text)
    match standing(block.since, entries, moment)[0]:
        case "newer-block":
            text = f"the block began at {stamp(block.since)}, after the reviewed one. Look at it, then approve it anew."
            return _held(one, block, "newer-block", text)
        case "expired":
            text = "every approval of this block has expired or is too old. Look at the block, then approve it anew."
            return _held(one, block, "approval-expired", text)
    valid = [entry for entry in entries if entry.covers(block.since) and entry.holds(moment)]
    return _approved(one, block, valid, moment)


def _gone(one: Wanted, entries: tuple[Approval, ...], moment: Moment) -> Finding:
    if any(entry.holds(moment) for entry in entries):
        return _say(one, "already-unblocked", "info", "this sender is not restricted; the entry can be removed.")
    return _say(one, "entry-to-remove", "info", "this sender is not restricted and the entry has expired: remove it.")


def _approved(one: Wanted, block: Block, valid: list[Approval], moment: Moment) -> Scoped:
    """One approval that passes all that guardrails ask for is enough, the latest first; else what it lacks is said."""
    if moment.guardrails.approvals.verify is not None:
        text = "the guardrails want approvals to be proven, and nothing here can prove one."
        return _held(one, block, "approval-unproven", text)
    latest = sorted(valid, key=lambda entry: entry.blocked_before, reverse=True)
    lacking, entry = min(((entry.lacking(moment), entry) for entry in latest), key=lambda pair: len(pair[0]))
    evidence = _evidence(one, entry, moment)
    if lacking:
        held = _held(one, block, "missing-evidence", f"nothing is known of {', '.join(lacking)}.")
        return held.model_copy(update={"evidence": evidence})
    findings = tuple(_changed(one, block, entry))
    pair = _pair(
        one, block, None, origin=entry.origin, why=f"the entry names {entry.approved_by} as the one who approved it"
    )
    return Scoped(pairs=(pair,), findings=findings, evidence=evidence)


def _changed(one: Wanted, block: Block, entry: Approval) -> Iterable[Finding]:
    if block.changed is not None and block.changed > entry.blocked_before:
        text = f"the block was changed at {stamp(block.changed)}, after it was reviewed. Is it still the same case?"
        yield _say(one, "block-changed", "warning", text, entry.origin)


def _evidence(one: Wanted, entry: Approval, moment: Moment) -> tuple[Evidence, ...]:
    lacking = set(entry.lacking(moment))
    return tuple(
        Evidence(
            address=one.address,
            check=name,
            verdict="unknown" if name in lacking else "waived",
            at=stamp(moment.now),
        )
        for name in moment.guardrails.evidence.require
    )


def _held(one: Wanted, block: Block, rule: str, text: str) -> Scoped:
    """A sender that stays blocked: the pair shows that it was seen, and asks for nothing."""
    return Scoped(pairs=(_pair(one, block, block.fields),), findings=(_say(one, rule, "held", text),))


def _say(one: Wanted, rule: str, severity: Level, text: str, origin: Origin | None = None) -> Finding:
    return Finding(rule=rule, severity=severity, address=one.address, message=text, origin=origin or one.origin)


def _pair(
    one: Wanted, block: Block | None, after: Fields | None, *, origin: Origin | None = None, why: str = ""
) -> Pair:
    return Pair(
        address=one.address,
        kind=one.kind,
        via="api",
        ref=block.ref if block else None,
        before=block.fields if block else None,
        after=after,
        origin=origin or one.origin,
        why=why,
    )
