"""Which approvals of an entry count: those of people who had no hand in it and saw what was merged, and no others."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.request import Answers, GraphQuery, Query, ReviewQuestion
from reconciler.core.review import Assent, Brought, Review, Untraced, read, rows
from reconciler.kinds.restricted_sender import KIND
from tests.kinds.evidence_given import ENTRY, ROW
from tests.kinds.given import NOW, below, changes, moment, rules, scoped, wanted

SECTION = {"unblock": [ENTRY]}
NAME = "review:contoso.yaml:1"
LIST = Answers({"blocked-senders": (ROW,)})
YES = Assent(account=9, login="lead", robot=False, active=True, current=True)
GOOD = Review(number=12, writers=frozenset({1, 2}), strangers=0, shows=True, assents=(YES,))


def when(least: int = 1, **guardrails: Any):
    """A moment whose guardrails want so many approvals."""
    return moment(NOW, approvals={"verify": "gitlab", "min": least}, **guardrails)


def told(*brought: Brought) -> Answers:
    """The list of blocks, and what is known of the entry."""
    return LIST.joined(Answers({NAME: rows(brought)}))


def by(*reviews: Review, commit: str = "1a2b3c4d") -> Brought:
    """One commit that wrote a line of the entry."""
    return Brought(commit=commit, reviews=reviews)


def unblocks(answers: Answers, least: int = 1) -> bool:
    """Whether the block is to be lifted; if not, it must be held for want of proof."""
    found = rules(scoped(KIND, SECTION, answers, when(least)))
    deeds = changes(KIND, SECTION, answers, when(least))
    assert ("approval-unproven" in found) == (not deeds)
    return bool(deeds)


def test_one_question_for_each_valid_entry():
    """Where the guardrails want proof, it is asked for where the entry begins, before anybody's account is read."""
    (question,) = KIND.follow_up(wanted(KIND, SECTION), LIST, when(evidence={"require": ("not_at_risk",)}))

    assert isinstance(question, ReviewQuestion)
    assert (NAME, "contoso.yaml", 1, True) == (question.name, question.file, question.line, question.optional)


@pytest.mark.parametrize("entry", [{**ENTRY, "expires": "2026-11-20"}, {**ENTRY, "address": "bob@contoso.com"}])
def test_nothing_is_asked_of_what_covers_no_block(entry):
    """Entries that have expired, and those of people who are not blocked."""
    assert () == KIND.follow_up(wanted(KIND, {"unblock": [entry]}), LIST, when())


def test_evidence_is_asked_for_once_the_approval_is_proven():
    """And not while it is unproven, whatever else is known."""
    rule = when(evidence={"require": ("account_enabled",)})
    proven, unproven = (
        [
            one.name
            for one in KIND.follow_up(wanted(KIND, SECTION), answers, rule)
            if isinstance(one, Query | GraphQuery)
        ]
        for answers in (told(by(GOOD)), told(by()))
    )

    assert (["mailbox:alice@contoso.com"], []) == (proven, unproven)


@pytest.mark.parametrize(
    ("changed", "counts"),
    [
        ({}, True),
        ({"account": 1}, False),
        ({"account": 2}, False),
        ({"robot": True}, False),
        ({"active": False}, False),
        ({"current": False}, False),
        ({"current": None}, False),
    ],
)
def test_an_approval_counts_only_if_all_is_known_of_it(changed, counts):
    """A writer's own, a robot's, a blocked account's, and one of something else than was merged do not."""
    review = GOOD.model_copy(update={"assents": (YES.model_copy(update=changed),)})

    assert counts == unblocks(told(by(review)))


def test_nobodys_approval_counts_where_a_writer_is_unknown():
    """Whoever is not known may be the one who approved."""
    assert not unblocks(told(by(GOOD.model_copy(update={"strangers": 1}))))


def test_one_person_counts_once():
    """However often the same account stands in the list."""
    assert not unblocks(told(by(GOOD.model_copy(update={"assents": (YES, YES)}))), least=2)


@pytest.mark.parametrize(
    ("brought", "counts"),
    [
        ([], False),
        ([by()], False),
        ([Brought(commit="1a2b3c4d", waiting=(3,))], False),
        ([by(GOOD), by()], False),
        ([by(GOOD), by(GOOD, commit="2b")], True),
        ([by(GOOD.model_copy(update={"assents": ()}), GOOD)], True),
        ([by(GOOD.model_copy(update={"shows": False}))], False),
        ([by(GOOD.model_copy(update={"shows": False})), by(GOOD.model_copy(update={"number": 13}))], True),
        ([by(GOOD), by(GOOD.model_copy(update={"number": 13, "assents": ()}))], False),
    ],
)
def test_every_line_must_have_come_approved(brought, counts):
    """Each commit by a merge request that carries enough, and one of these shows the entry as it stands."""
    assert counts == unblocks(told(*brought))


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        (LIST, "who approved it was not asked."),
        (LIST.joined(Answers({}, {NAME: "GitLab did not answer."})), "GitLab did not answer."),
        (LIST.joined(Answers({NAME: rows(Untraced(untraced="The file differs."))})), "The file differs."),
    ],
)
def test_what_is_not_known_is_said(answers, says):
    """The message is the reason for which it is not known."""
    (finding,) = scoped(KIND, SECTION, answers, when()).findings

    assert ("approval-unproven", f"it is not proven that somebody else approved this: {says}") == (
        finding.rule,
        finding.message,
    )


def test_the_reason_names_every_merge_request():
    """With what each carries, and the claim of the entry beside it as a claim."""
    second = GOOD.model_copy(update={"number": 13, "assents": (YES, YES.model_copy(update={"account": 8}))})
    (change,) = changes(KIND, SECTION, told(by(GOOD), by(second)), when())

    assert (
        "merge request !12, approved by 1 other and !13, approved by 2 others; "
        "the entry names lead@contoso.com as the one who approved it"
    ) == change.why


def test_senders_tells_what_is_not_proven():
    """In a word of its own, for who lists."""
    found = scoped(KIND, SECTION, told(by()), replace(when(), depth="everything"))

    assert "approval-unproven" == below(found.listed, 0, "approval")


ASSENTS = st.builds(
    Assent,
    account=st.integers(0, 5),
    login=st.text(max_size=3),
    robot=st.booleans(),
    active=st.booleans(),
    current=st.sampled_from([True, False, None]),
)
REVIEWS = st.builds(
    Review,
    number=st.integers(1, 9),
    writers=st.frozensets(st.integers(0, 5)),
    strangers=st.integers(0, 1),
    shows=st.booleans(),
    assents=st.lists(ASSENTS, max_size=4).map(tuple),
)
BROUGHT = st.builds(
    Brought, commit=st.text(max_size=4), reviews=st.lists(REVIEWS, max_size=2).map(tuple), waiting=st.just(())
)


@given(st.lists(BROUGHT, max_size=3), st.integers(1, 3))
def test_no_history_unblocks_without_enough_strangers_to_the_work(brought, least):
    """Whatever GitLab tells: every commit has a merge request with enough active people who had no hand in it."""
    if unblocks(told(*brought), least):
        for one in brought:
            assert any(
                review.strangers == 0
                and len({
                    assent.account
                    for assent in review.assents
                    if assent.active and not assent.robot and assent.current and assent.account not in review.writers
                }) >= least
                for review in one.reviews
            )  # fmt: skip


@given(st.lists(BROUGHT, max_size=3))
def test_what_was_found_survives_being_an_answer(brought):
    """Rows are read back as they were."""
    assert tuple(brought) == read(rows(brought))
