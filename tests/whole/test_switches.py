"""Plan, apply and plan again arrive under every setting of every switch on which sources disagree."""

from dataclasses import fields

import pytest

from reconciler.emulator.switches import Switches
from tests.whole.stage import stage

COUNTS = {
    "latency_ms": (5,),
    "concurrency_limit": (0, 2),
    "unblock_limit": (0, 1),
}
ELSEWHERE = {"alerts_app_only": False, "next_link": "foreign-host"}
"""Settings under which something can't be read, and must not be: tests of their own say what happens then."""


def settings():
    """Every switch with every value that it takes; for a number some that matter."""
    for one in fields(Switches):
        allowed = one.metadata["allowed"] or COUNTS.get(one.name, (0, 1, 3))
        yield from ((one.name, value) for value in allowed if ELSEWHERE.get(one.name) != value)


@pytest.mark.parametrize(("name", "value"), list(settings()), ids=str)
def test_the_product_arrives_under_every_setting(tmp_path, name, value):
    """What was planned is applied, and a second plan is empty."""
    with stage(tmp_path) as on:
        on.hand(switch={name: value})
        plan = on.plan()
        applied = on.apply(plan, wait=600)
        left = on.plan().tenants[0]

        assert (plan.complete, plan.exit.code) == (True, 2)
        assert ({one.state for one in applied.tenants[0].outcomes}, applied.exit.code) == ({"applied"}, 0)
        assert (left.changes, left.exit.code) == ((), 0)


def test_alerts_that_an_app_may_not_read_are_unreadable(tmp_path):
    """Where the service keeps Get-ProtectionAlert from applications, the rest goes on and the exit is 9."""
    with stage(tmp_path) as on:
        on.hand(switch={"alerts_app_only": False})
        tenant = on.plan().tenants[0]

        assert [one.kind for one in tenant.unreadable] == ["alert-policy"]
        assert ({one.kind for one in tenant.changes}, tenant.exit.code) == ({"restricted-sender"}, 9)


@pytest.mark.parametrize(
    ("style", "whole"), [("post", True), ("get", True), ("expired", False), ("foreign-host", False)]
)
@pytest.mark.parametrize("scalar", ["array", "scalar"])
def test_a_long_list_is_whole_or_unreadable(tmp_path, style, whole, scalar):
    """Pages come by POST or GET, or not at all; half a list is never taken for a whole."""
    with stage(tmp_path) as on:
        for number in range(1100):
            on.hand(add_policy={"Name": f"Custom {number}", "NotifyUser": ["a@contoso.com"]})
        on.hand(switch={"next_link": style, "single_item_lists": scalar})
        tenant = on.plan().tenants[0]

        assert tenant.complete == whole
        assert tenant.foreign.get("alert-policy", 0) > 1100 or not whole
        assert {one.kind for one in tenant.changes} == (
            {"alert-policy", "restricted-sender"} if whole else {"restricted-sender"}
        )
