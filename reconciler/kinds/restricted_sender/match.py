"""Approvals beside the blocks of a tenant: which may be lifted, which are held, and what to say of the rest."""

from collections.abc import Iterable

from reconciler.core.change import Finding, Level, Origin
from reconciler.core.kind import Moment
from reconciler.core.request import Answers
from reconciler.core.resource import Pair, Scoped, Tenant, Wanted, address_of
from reconciler.core.values import Fields, stamp
from reconciler.kinds.restricted_sender.approval import Approval, approvals, latest, standing
from reconciler.kinds.restricted_sender.evidence import new_methods
from reconciler.kinds.restricted_sender.parse import KIND_NAME
from reconciler.kinds.restricted_sender.proof import Proof, prove, rule, table
from reconciler.kinds.restricted_sender.reason import decoded, sentence
from reconciler.kinds.restricted_sender.story import again, in_flight, told
from reconciler.kinds.restricted_sender.wire import Block, blocks


def match(tenant: Tenant, wanted: tuple[Wanted, ...], answers: Answers, moment: Moment) -> Scoped:
    """Every named sender beside its block; every other blocked sender is foreign, and shown."""
    found = blocks(answers)
    parts = [_one(one, found.get(one.name), answers, moment) for one in wanted]
    named = {one.name for one in wanted}
    foreign = [block for address, block in found.items() if address not in named]
    shown = (*(_restricted(tenant.name, block) for block in foreign), *_again(tenant.name, found.values(), moment))
    return Scoped(
        pairs=tuple(pair for part in parts for pair in part.pairs),
        findings=(*(finding for part in parts for finding in part.findings), *shown),
        evidence=tuple(item for part in parts for item in part.evidence),
        foreign=len(foreign),
        listed=tuple(_listed(wanted, block, answers, moment) for _, block in sorted(found.items())),
    )


def _listed(wanted: tuple[Wanted, ...], block: Block, answers: Answers, moment: Moment) -> Fields:
    """A block as `senders` shows it, with what the policies have to say of it."""
    one = next((one for one in wanted if one.name == block.address), None)
    word: str
    word, entry = standing(block.since, approvals(one), moment) if one else ("none", None)
    if one is not None and word == "valid" and moment.depth == "everything":
        word = rule(prove(one, block, answers, moment)) or word
    return {
        **block.fields,
        "changed": stamp(block.changed) if block.changed else None,
        "reason": decoded(str(block.fields["reason"])),
        "approval": word,
        "entry": entry.origin.model_dump(mode="json") if entry else None,
        "unblocked": [*told(block, moment)],
        "evidence": [*table(block, answers, moment)],
    }


def _restricted(tenant: str, block: Block) -> Finding:
    since = f"since {stamp(block.since)}" if block.since else "since an unknown time"
    text = f"{block.ref} can't send {since}: {sentence(str(block.fields['reason']))}."
    address = address_of(tenant, KIND_NAME, block.address)
    return Finding(rule="restricted", severity="info", address=address, message=text)


def _again(tenant: str, found: Iterable[Block], moment: Moment) -> Iterable[Finding]:
    for block in found:
        if text := again(block, moment):
            address = address_of(tenant, KIND_NAME, block.address)
            yield Finding(rule="blocked-again", severity="warning", address=address, message=text)


def _one(one: Wanted, block: Block | None, answers: Answers, moment: Moment) -> Scoped:
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
    return _approved(one, block, answers, moment)


def _gone(one: Wanted, entries: tuple[Approval, ...], moment: Moment) -> Finding:
    if any(entry.holds(moment) for entry in entries):
        return _say(one, "already-unblocked", "info", "this sender is not restricted; the entry can be removed.")
    return _say(one, "entry-to-remove", "info", "this sender is not restricted and the entry has expired: remove it.")


def _approved(one: Wanted, block: Block, answers: Answers, moment: Moment) -> Scoped:
    """One approval that passes all that guardrails ask for is enough, the latest first; else what it lacks is said."""
    if in_flight(one, block, moment):
        return _lifted(one, block, latest(one, block, moment)[0])
    proof = prove(one, block, answers, moment)
    warnings = tuple(_new_methods(one, block, answers, proof))
    if proof.unproven:
        return _held(one, block, "approval-unproven", proof.missing)
    if proof.missing:
        held = _held(one, block, "missing-evidence", proof.missing)
        return held.model_copy(update={"evidence": proof.evidence, "findings": (*held.findings, *warnings)})
    lifted = _lifted(one, block, proof.entry, proof.why)
    return lifted.model_copy(update={"evidence": proof.evidence, "findings": (*lifted.findings, *warnings)})


def _lifted(one: Wanted, block: Block, entry: Approval, proven: str = "") -> Scoped:
    """The block is to be lifted: by an approval that is proven, else by the one that the entry claims."""
    claim = f"the entry names {entry.approved_by} as the one who approved it"
    why = f"{proven}; {claim}" if proven else claim
    return Scoped(
        pairs=(_pair(one, block, None, origin=entry.origin, why=why),), findings=tuple(_changed(one, block, entry))
    )


def _new_methods(one: Wanted, block: Block, answers: Answers, proof: Proof) -> Iterable[Finding]:
    if text := new_methods(block, answers):
        yield _say(one, "new-mfa-method", "warning", text, proof.entry.origin)


def _changed(one: Wanted, block: Block, entry: Approval) -> Iterable[Finding]:
    if block.changed is not None and block.changed > entry.blocked_before:
        text = f"the block was changed at {stamp(block.changed)}, after it was reviewed. Is it still the same case?"
        yield _say(one, "block-changed", "warning", text, entry.origin)


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
