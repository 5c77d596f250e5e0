"""Questions about reviews go to the place of reviews, all others to the tenant; without such a place nothing is proven."""

from dataclasses import replace

import pytest

from reconciler.core.errors import ReadError
from reconciler.core.request import Query, ReviewQuestion
from reconciler.core.resource import ApprovalRules, Guardrails
from reconciler.core.review import Brought, rows
from reconciler.flow.ask import ask
from reconciler.flow.make_plan import make_plan
from reconciler.flow.reviews import NOBODY, Both
from tests.flow.fakes import Service, block
from tests.flow.undoing import past
from tests.flow.wishes import approval, desire

REVIEW = ReviewQuestion(name="review:a.yaml:7", file="a.yaml", line=7, within=("a",), beside=("name",))
LIST = Query(name="list", service="exo", cmdlet="Get-BlockedSenderAddress")
RULES = Guardrails(approvals=ApprovalRules(verify="gitlab"), written=True)


class Reviews:
    """A place that knows of one commit without a merge request, or fails."""

    def __init__(self, error=None):
        self.error, self.asked = error, []

    def ask(self, question):
        self.asked.append(question.name)
        if self.error:
            raise self.error
        return rows([Brought(commit="1a2b3c4d")])


def test_each_question_goes_to_the_one_that_it_is_for():
    """The tenant is never asked about reviews, nor the other way round."""
    service, reviews = Service(blocked=[block()]), Reviews()
    found = ask((LIST, REVIEW), Both(service, reviews), lambda: False)

    assert {"list", REVIEW.name} == set(found)
    assert (["Get-BlockedSenderAddress"], [REVIEW.name]) == (service.asked, reviews.asked)


@pytest.mark.parametrize("place", [NOBODY, Reviews(ReadError("GitLab did not answer."))])
def test_a_place_that_does_not_answer_leaves_its_reason(place):
    """It is no failure of the tenant."""
    found = ask((REVIEW,), Both(Service(), place), lambda: False)

    assert ({}, [REVIEW.name]) == (dict(found), list(found.unanswered))


@pytest.mark.parametrize("place", [NOBODY, Reviews(), Reviews(ReadError("GitLab did not answer."))])
def test_a_plan_without_proof_is_complete_and_holds(tmp_path, place):
    """Whatever is not proven waits, and being held is no exit code."""
    at = past(tmp_path, Service(blocked=[block()]))
    wish = desire(restricted_senders={"unblock": [approval()]}, guardrails=RULES)
    (tenant,) = make_plan((wish,), replace(at.ports, reviews=place)).tenants

    assert (True, (), 0) == (tenant.complete, tenant.changes, tenant.exit.code)
    assert "approval-unproven" in {one.rule for one in tenant.findings}
