"""The evidence for one unblock: which entry needs the least, what is still missing, and how to get it."""

from collections.abc import Iterable
from dataclasses import dataclass

from reconciler.core.change import Evidence
from reconciler.core.kind import Moment
from reconciler.core.request import Answers
from reconciler.core.resource import Wanted
from reconciler.core.values import Fields, stamp
from reconciler.facts.limits import EVIDENCE_CHECKS
from reconciler.kinds.restricted_sender.approval import Approval
from reconciler.kinds.restricted_sender.approved import Proven, proven
from reconciler.kinds.restricted_sender.evidence import Verdict, verdicts
from reconciler.kinds.restricted_sender.wire import Block


@dataclass(frozen=True, slots=True)
class Proof:
    """The entry that decides, the verdicts for the plan, and what is missing, in sentences; empty if nothing is."""

    entry: Approval
    evidence: tuple[Evidence, ...]
    missing: str
    why: str = ""
    """What its approval rests on, where it had to be proven."""
    unproven: bool = False
    """What is missing is the proof that it was approved at all."""


def prove(one: Wanted, block: Block, answers: Answers, moment: Moment) -> Proof:
    """Judge a block that has valid entries: of those proven to be approved the one with the fewest gaps decides.

    Of several that lack the same, that of the latest review.
    """
    reviewed = proven(one, block, answers, moment)
    standing = [each for each in reviewed if not each.lacks]
    if not standing:
        text = f"it is not proven that somebody else approved this: {reviewed[0].lacks}"
        return Proof(reviewed[0].entry, (), text, unproven=True)
    return _with_evidence(standing, one, block, answers, moment)


def _with_evidence(entries: list[Proven], one: Wanted, block: Block, answers: Answers, moment: Moment) -> Proof:
    required = moment.guardrails.evidence.require
    said = {verdict.check: verdict for verdict in verdicts(block, required, answers)}

    def gaps(entry: Approval) -> list[Verdict]:
        return [said[check] for check in entry.lacking(moment) if said[check].verdict != "pass"]

    best = min(entries, key=lambda each: len(gaps(each.entry)))
    entry = best.entry
    lacking = entry.lacking(moment)
    evidence = tuple(
        Evidence(
            address=one.address,
            check=check,
            verdict=said[check].verdict if check in lacking else "waived",
            at=stamp(moment.now.replace(microsecond=0)),
        )
        for check in (required if moment.depth != "lists" else ())
    )
    return Proof(entry, evidence, _missing(gaps(entry), moment.guardrails.evidence.waivable), best.why)


def rule(proof: Proof) -> str:
    """The rule by which a sender is held; empty where none does."""
    return ("approval-unproven" if proof.unproven else "missing-evidence") if proof.missing else ""


def table(block: Block, answers: Answers, moment: Moment) -> Iterable[Fields]:
    """Every check of one sender for commands that list; nothing where nothing was asked."""
    if moment.depth != "everything":
        return
    for one in verdicts(block, EVIDENCE_CHECKS, answers):
        required = one.check in moment.guardrails.evidence.require
        yield {"check": one.check, "verdict": one.verdict, "required": required, "reason": one.reason}


def _missing(gaps: list[Verdict], waivable: tuple[str, ...]) -> str:
    """Each gap with its reason and what to do, checks that lack the same thing together."""
    by_reason: dict[tuple[str, str], list[str]] = {}
    for gap in gaps:
        by_reason.setdefault((gap.verdict, gap.reason), []).append(gap.check)
    told = [
        f"{', '.join(checks)} {'failed' if verdict == 'fail' else 'unknown'}: {reason.rstrip('.')}."
        for (verdict, reason), checks in by_reason.items()
    ]
    if free := [gap.check for gap in gaps if gap.check in waivable]:
        told.append(f"The guardrails let the entry waive {', '.join(free)}, with a reason.")
    return " ".join(told)
