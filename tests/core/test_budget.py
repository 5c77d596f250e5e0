"""What is left of the budget of unblocks."""

import pytest

from reconciler.core.budget import unblocks_left
from reconciler.core.change import Finding
from reconciler.core.resource import Desired, Guardrails, Tenant, Unblocks
from tests.report import samples

UNKNOWN = Finding(rule="no-history", severity="warning", address="contoso", message="")


def desired(per_run: int) -> tuple[Desired, ...]:
    """One tenant whose guardrails allow so many unblocks in a run."""
    tenant = Tenant(name="contoso", tenant_id="t1", domain="contoso.onmicrosoft.com")
    return (Desired(tenant=tenant, guardrails=Guardrails(max_unblocks=Unblocks(per_run=per_run))),)


@pytest.mark.parametrize(("per_run", "left"), [(5, 4), (1, 0), (0, 0)])
def test_a_plan_takes_from_the_budget(per_run, left):
    """The plan of the samples lifts one block; less than nothing is never left."""
    assert {"contoso": left} == unblocks_left(desired(per_run), samples.plan())


def test_a_tenant_without_history_gets_one():
    """As in planning: with a ledger that knows no run, one unblock is all."""
    made = samples.plan()
    first = made.tenants[0].model_copy(update={"findings": (UNKNOWN,)})

    assert {"contoso": 0} == unblocks_left(desired(5), made.model_copy(update={"tenants": (first,)}))


def test_what_is_on_its_way_is_not_planned_again():
    """Drift counts blocks that a plan would lift, not those whose unblock is converging."""
    made = samples.drift()
    lifted = tuple(one.model_copy(update={"state": "open"}) for one in made.tenants[0].drift)
    again = made.model_copy(update={"tenants": (made.tenants[0].model_copy(update={"drift": lifted}),)})

    assert ({"contoso": 5}, {"contoso": 4}) == (unblocks_left(desired(5), made), unblocks_left(desired(5), again))


def test_an_apply_has_spent_what_it_sent():
    """A failed unblock may have been counted by the service, so it counts here; a held one was never sent."""
    made = samples.applied()
    outcomes = tuple(
        made.tenants[0].outcomes[0].model_copy(update={"address": f"contoso/restricted-sender/{state}", "state": state})
        for state in ("applied", "failed", "converging", "held", "skipped", "unchanged")
    )
    spent = made.model_copy(update={"tenants": (made.tenants[0].model_copy(update={"outcomes": outcomes}),)})

    assert {"contoso": 2} == unblocks_left(desired(5), spent)


def test_nothing_is_known_without_policies_or_unblocks():
    """A stored result has no guardrails, and a list of senders holds no unblocks."""
    assert ({}, {}) == (unblocks_left((), samples.plan()), unblocks_left(desired(5), samples.senders()))
