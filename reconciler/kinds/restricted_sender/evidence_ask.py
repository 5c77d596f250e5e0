"""What is asked round by round: who approved, who has the address, the account and mailbox, what those call for."""

from collections.abc import Iterable, Iterator, Mapping

from reconciler.core.kind import Moment
from reconciler.core.request import Answers, GraphQuery, Question, ReviewQuestion
from reconciler.core.resource import Wanted
from reconciler.facts.limits import EVIDENCE_CHECKS
from reconciler.kinds.restricted_sender import mail
from reconciler.kinds.restricted_sender.account import directory_questions
from reconciler.kinds.restricted_sender.approved import review_questions, standing_entries
from reconciler.kinds.restricted_sender.person import Person, escaped, mailbox_question, person, user_question
from reconciler.kinds.restricted_sender.story import in_flight
from reconciler.kinds.restricted_sender.wire import Block, blocks

ABOUT_MAIL = frozenset({"no_external_forwarding", "no_suspicious_inbox_rules"})
OF_ACCOUNT = frozenset({"password_changed_since_block", "sessions_revoked_since_block", "account_enabled"})


def follow_up(wanted: tuple[Wanted, ...], answers: Answers, moment: Moment) -> tuple[Question, ...]:
    """Every question whose answer is known to be needed by now, each once."""
    found = blocks(answers)
    evidence = (
        question
        for address, checks in sought(wanted, found, answers, moment).items()
        for question in _about(found[address], checks, answers)
    )
    return tuple({one.name: one for one in (*_reviews(wanted, found, moment), *evidence)}.values())


def sought(
    wanted: tuple[Wanted, ...], found: Mapping[str, Block], answers: Answers, moment: Moment
) -> dict[str, frozenset[str]]:
    """The checks to make, by blocked address: those that guardrails require and an entry that holds does not waive."""
    match moment.depth:
        case "lists":
            return {}
        case "everything":
            return dict.fromkeys(found, frozenset(EVIDENCE_CHECKS))
        case "needed":
            named = {one.name: needed(one, found[one.name], answers, moment) for one in wanted if one.name in found}
            return {address: checks for address, checks in named.items() if checks}


def needed(one: Wanted, block: Block, answers: Answers, moment: Moment) -> frozenset[str]:
    """The checks that at least one valid entry for a block, its approval proven where it must be, can't do without."""
    if in_flight(one, block, moment):
        return frozenset()
    entries = standing_entries(one, block, answers, moment)
    return frozenset(check for entry in entries for check in entry.lacking(moment))


def registration_question(identifier: str) -> GraphQuery:
    """Whether a second factor is registered, by a report that may lag behind (GRAPH)."""
    path = f"/reports/authenticationMethods/userRegistrationDetails/{escaped(identifier)}"
    return GraphQuery(name=f"registration:{identifier}", path=path, optional=True)


def methods_question(identifier: str) -> GraphQuery:
    """The registered methods as they are now, some with the time of their registration."""
    path = f"/users/{escaped(identifier)}/authentication/methods"
    return GraphQuery(name=f"methods:{identifier}", path=path, optional=True)


def risk_question(identifier: str) -> GraphQuery:
    """Whether the account is a risky one; who is not there is none."""
    path = f"/identityProtection/riskyUsers/{escaped(identifier)}"
    return GraphQuery(name=f"risk:{identifier}", path=path, optional=True)


def _reviews(wanted: tuple[Wanted, ...], found: Mapping[str, Block], moment: Moment) -> Iterator[ReviewQuestion]:
    """Who approved the valid entries, in a round of its own: nobody's account is read for an entry that nobody did."""
    for one in wanted if moment.depth != "lists" else ():
        if one.name in found and not in_flight(one, found[one.name], moment):
            yield from review_questions(one, found[one.name], moment)


def _about(block: Block, checks: frozenset[str], answers: Answers) -> Iterator[Question]:
    yield mailbox_question(block)
    found = person(block, answers)
    if isinstance(found, str):
        return
    if checks & OF_ACCOUNT or (found.id is None and checks - ABOUT_MAIL):
        yield user_question(found.key)
    if found.id is not None:
        yield from _by_id(found.id, checks)
    if "password_changed_since_block" in checks:
        yield from directory_questions(found, answers)
    if "no_suspicious_inbox_rules" in checks:
        yield mail.rules_question(block)
    yield from mail.mail_questions(_places(block, found, checks, answers))


def _by_id(identifier: str, checks: frozenset[str]) -> Iterator[Question]:
    if "mfa_registered" in checks:
        yield registration_question(identifier)
        yield methods_question(identifier)
    if "not_at_risk" in checks:
        yield risk_question(identifier)


def _places(block: Block, found: Person, checks: frozenset[str], answers: Answers) -> Iterable[mail.Place]:
    if "no_external_forwarding" in checks:
        yield from mail.forwards(found.mailbox)
    if "no_suspicious_inbox_rules" in checks:
        for rule in mail.enabled(answers.get(mail.rules_question(block).name, ())):
            yield from mail.sent_by(rule)
