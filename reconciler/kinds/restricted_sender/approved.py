"""Whether the merge requests that brought an entry carry the approvals that guardrails want; unknown never counts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from reconciler.core.kind import Moment
from reconciler.core.request import Answers, ReviewQuestion
from reconciler.core.resource import Wanted
from reconciler.core.review import Assent, Brought, Review, read
from reconciler.kinds.restricted_sender.approval import Approval, latest
from reconciler.kinds.restricted_sender.wire import Block

_ANEW: Final = "Remove the entry by one merge request and bring it anew by another, approved by"


@dataclass(frozen=True, slots=True)
class Proven:
    """One entry: why its approval is proven, or what that lacks, in sentences."""

    entry: Approval
    why: str = ""
    lacks: str = ""


def review_question(entry: Approval) -> ReviewQuestion:
    """Who approved this entry, for this tenant."""
    return ReviewQuestion(
        name=f"review:{entry.origin.file}:{entry.origin.line}",
        file=entry.origin.file,
        line=entry.origin.line,
        within=("restricted_senders", "unblock"),
        beside=("kind", "name", "tenant_id", "domain", "cloud"),
    )


def review_questions(one: Wanted, block: Block, moment: Moment) -> Iterator[ReviewQuestion]:
    """Who approved each valid entry for a block; nobody is asked where the guardrails do not want to know."""
    if moment.guardrails.approvals.verify is not None:
        yield from map(review_question, latest(one, block, moment))


def proven(one: Wanted, block: Block, answers: Answers, moment: Moment) -> tuple[Proven, ...]:
    """The valid entries for a block, the latest review first, each with what its approval rests on."""
    entries = latest(one, block, moment)
    if moment.guardrails.approvals.verify is None:
        return tuple(map(Proven, entries))
    return tuple(_judged(entry, answers, moment.guardrails.approvals.min) for entry in entries)


def standing_entries(one: Wanted, block: Block, answers: Answers, moment: Moment) -> list[Approval]:
    """Those of them that need no further approval."""
    return [each.entry for each in proven(one, block, answers, moment) if not each.lacks]


def _judged(entry: Approval, answers: Answers, least: int) -> Proven:
    name = review_question(entry).name
    if name not in answers:
        return Proven(entry, lacks=answers.unanswered.get(name, "who approved it was not asked."))
    brought = read(answers[name])
    if isinstance(brought, str):
        return Proven(entry, lacks=brought)
    if lacks := next(filter(None, (_lacks(one, least) for one in brought)), ""):
        return Proven(entry, lacks=lacks)
    enough = {review.number: review for one in brought for review in one.reviews if _count(review) >= least}
    if not any(review.shows for review in enough.values()):
        text = "no merge request that was approved shows this entry as it stands now, for this tenant."
        text = f"{text} {_ANEW} {_others(least)}."
        return Proven(entry, lacks=text)
    told = " and ".join(
        f"!{number}, approved by {_counted(_count(review))}" for number, review in sorted(enough.items())
    )
    return Proven(entry, why=f"merge request {told}")


def _lacks(one: Brought, least: int) -> str:
    """What one commit lacks; empty where one of its merge requests carries enough."""
    if any(_count(review) >= least for review in one.reviews):
        return ""
    if one.reviews:
        review = max(one.reviews, key=_count)
        why = "; ".join(_discounted(review))
        return (
            f"merge request !{review.number} carries {_count(review)} of {least} approvals that count"
            f"{f' ({why})' if why else ''}. {_ANEW} {_others(least)}."
        )
    if one.waiting:
        return (
            f"merge request !{one.waiting[0]}, which brings it, is not merged yet. It is proven once that is merged, "
            f"approved by {_others(least)}."
        )
    return f"commit {one.commit}, which wrote a line of it, came by no merge request. {_ANEW} {_others(least)}."


def _others(least: int) -> str:
    return f"{_counted(least)} who neither wrote nor committed it"


def _counted(number: int) -> str:
    return "1 other" if number == 1 else f"{number} others"


def _count(review: Review) -> int:
    """How many approvals count: those of people of whom it is known that they had no hand in it."""
    return sum(not reason for _, reason in _reasons(review))


def _discounted(review: Review) -> Iterable[str]:
    return (f"that of {assent.login} does not, {reason}" for assent, reason in _reasons(review) if reason)


def _reasons(review: Review) -> Iterator[tuple[Assent, str]]:
    """Each approval with the reason for which it does not count; empty where it does."""
    seen: set[int] = set()
    for assent in review.assents:
        if assent.account in seen:
            continue
        seen.add(assent.account)
        yield assent, _reason(assent, review)


def _reason(assent: Assent, review: Review) -> str:
    if assent.account in review.writers:
        return "who opened, wrote, committed or pushed it"
    if assent.robot:
        return "which is no person"
    if not assent.active:
        return "whose account is blocked"
    if review.strangers:
        return f"because GitLab knows no account for an author or committer of {_commits(review.strangers)}"
    if assent.current is None:
        return "because it can't be told what was approved"
    return "" if assent.current else "because it was given to an earlier version"


def _commits(number: int) -> str:
    return "1 commit of it" if number == 1 else f"{number} commits of it"
