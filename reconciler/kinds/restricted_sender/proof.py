"""The evidence for one unblock: which entry needs the least, what is still missing, and how to get it."""

from collections.abc import Iterable
from dataclasses import dataclass

from reconciler.core.change import Evidence
from reconciler.core.kind import Moment
from reconciler.core.request import Answers
from reconciler.core.resource import Wanted
from reconciler.core.values import Fields, stamp
from reconciler.facts.limits import EVIDENCE_CHECKS
from reconciler.kinds.restricted_sender.approval import Approval, latest
from reconciler.kinds.restricted_sender.evidence import Verdict, verdicts
from reconciler.kinds.restricted_sender.wire import Block


@dataclass(frozen=True, slots=True)
class Proof:
    """The entry that decides, the verdicts for the plan, and what is missing, in sentences; empty if nothing is."""

    entry: Approval
    evidence: tuple[Evidence, ...]
    missing: str


def prove(one: Wanted, block: Block, answers: Answers, moment: Moment) -> Proof:
    """Judge a block that has valid entries: the one with the fewest gaps decides, of several the latest."""
    required = moment.guardrails.evidence.require
    said = {verdict.check: verdict for verdict in verdicts(block, required, answers)}

    def gaps(entry: Approval) -> list[Verdict]:
        return [said[check] for check in entry.lacking(moment) if said[check].verdict != "pass"]

    entry = min(latest(one, block, moment), key=lambda each: len(gaps(each)))
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
    return Proof(entry, evidence, _missing(gaps(entry), moment.guardrails.evidence.waivable))


def lacks(one: Wanted, block: Block, answers: Answers, moment: Moment) -> bool:
    """Whether a block that has valid entries is held for want of evidence."""
    return bool(prove(one, block, answers, moment).missing)


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
