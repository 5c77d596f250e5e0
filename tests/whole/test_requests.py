"""What a run asks of the services: each request is counted, and there is none without a reason."""

from dataclasses import replace

import pytest

from reconciler.flow.make_plan import make_plan
from tests.whole.accidents import COMMANDS, scene
from tests.whole.seeds import many
from tests.whole.stage import stage

COLD = {
    (
        "discovery",
        "openid-configuration",
    ): 1,  # where this tenant's tokens are made; asked once, whatever is signed in to
    ("sign-in", "token"): 2,  # Exchange Online and Security & Compliance take no token of the other
    ("read", "Get-ProtectionAlert"): 2,  # the front door only tells the region, and the region has the list
    ("read", "Get-BlockedSenderAddress"): 1,  # every restricted sender, in one list
    (
        "read",
        "Get-AdminAuditLogConfig",
    ): 1,  # of Exchange Online: Security & Compliance always says that auditing is off
}
"""The requests of a cold plan with three kinds. With `audit_log` in step nothing follows the lists."""
AUDIT_OFF = {("read", "Get-OrganizationConfig"): 1}
"""Where auditing is to be switched on: whether the organization must be customised first."""


def counted(on, tenant: str = "contoso") -> dict[tuple[object, object], object]:
    """The requests of one tenant by kind and name."""
    return {
        (row["kind"], row["name"]): row["count"] for row in on.emulator.world.counters.rows() if row["tenant"] == tenant
    }


def test_a_cold_plan_makes_seven_requests(tmp_path):
    """Three kinds of one tenant cost one discovery, two tokens, one redirect and three lists."""
    with stage(tmp_path) as on:
        kinds = {one.kind for one in on.plan().tenants[0].changes}

        assert (COLD, 7) == (counted(on), on.emulator.counts())
        assert {"alert-policy", "restricted-sender"} == kinds


def test_one_question_more_where_auditing_is_off(emulator, tmp_path):
    """The first answers may call for one more question, asked only where its answer matters."""
    with scene(tmp_path, emulator) as on:
        on.emulator.world.counters.reset()
        on.plan()

        assert (COLD | AUDIT_OFF, 8) == (counted(on), on.emulator.counts())


@pytest.mark.parametrize(
    "switch", [{}, {"exo_redirect": True}, {"anchor_required": False}, {"next_link": "get"}, {"forbidden_body": "json"}]
)
def test_a_cold_plan_never_makes_more_than_ten(emulator, tmp_path, switch):
    """Ten requests are enough wherever the tenant lives and whatever it is like."""
    with scene(tmp_path, emulator) as on:
        on.hand(switch=switch)
        on.emulator.world.counters.reset()

        assert on.plan().complete
        assert on.emulator.counts() <= 10


def test_a_warm_plan_asks_for_the_lists_alone(tmp_path):
    """Tokens and region last for the run: what plans again asks three questions."""
    with stage(tmp_path) as on:
        on.plan()
        before = on.emulator.counts()
        on.plan()

        assert 3 == on.emulator.counts() - before


@pytest.mark.parametrize(
    ("target", "requests"),
    [
        ("contoso/restricted-sender/alice@contoso.com", 3),
        ("contoso/audit-log", 3),
        ("contoso/alert-policy/Inbox rule forwards outside", 4),
    ],
)
def test_a_target_is_all_that_is_asked_for(tmp_path, target, requests):
    """With a target only its kind is read, with only the token that this takes."""
    with stage(tmp_path) as on:
        make_plan(on.desired(), on.ports, targets=frozenset({target}))

        assert requests == on.emulator.counts()


def test_only_apply_writes_and_each_command_once(emulator, tmp_path):
    """Planning and looking for drift send no command; applying sends each command of the plan exactly once."""
    with scene(tmp_path, emulator) as on:
        on.emulator.world.counters.reset()
        plan = on.plan()
        on.drift()
        before = on.writes()
        on.apply(plan)

        assert (0, len(COMMANDS)) == (before, on.writes())
        assert dict.fromkeys(COMMANDS, 1) == {cmdlet: on.writes(cmdlet) for cmdlet in COMMANDS}
        on.plan()
        on.apply(plan)
        assert len(COMMANDS) == on.writes()


FIFTY = [f"contoso-{number:04d}" for number in range(1, 51)]
GUARDRAILS = "kind: guardrails\nmax_tenants: {percent: 100}\n"


def documents() -> dict[str, str]:
    """Fifty tenants that want the same."""
    return {"guardrails.yaml": GUARDRAILS} | {
        f"{name}.yaml": f"kind: tenant\nname: {name}\ntenant_id: 00000000-0000-4000-8000-{number:012d}\n"
        f"domain: {name}.onmicrosoft.com\naudit_log: {{enabled: on}}\nalert_policies:\n"
        "  Inbox rule forwards outside:\n    notifications: {recipients: [secops@contoso.com]}\n"
        for number, name in enumerate(FIFTY, 1)
    }


def side_by_side(lines: list[str]) -> int:
    """The most tenants that were being read at one time."""
    open_, most = 0, 0
    for line in lines:
        open_ += line.endswith(": reading")
        open_ -= line.endswith(": read")
        most = max(most, open_)
    return most


def test_fifty_tenants_side_by_side(tmp_path):
    """Each tenant costs what it costs alone, as many as asked for are read at once, and the plan is always the same."""
    with stage(tmp_path, seed=many(50), policies=documents()) as on:
        desired, found = on.desired(), []
        for width in (3, 16):
            run = on.another_run()
            on.said.lines.clear()
            on.emulator.world.counters.reset()
            found.append(make_plan(desired, replace(run.ports, parallelism=width)).digest)

            assert [COLD] * 50 == [counted(on, name) for name in FIFTY]
            assert 1 < side_by_side(on.said.lines) <= width
        assert found[0] == found[1]


def test_fifty_tenants_one_of_which_is_lost(tmp_path):
    """Forty-nine are changed although the fiftieth can't be read."""
    with stage(tmp_path, seed=many(50), policies=documents()) as on:
        on.fault("bad-gateway", when={"tenant": "contoso-0007"})
        plan = on.plan()
        applied = on.apply(plan)
        codes = [one.exit.code for one in applied.tenants]

        assert (6, {"contoso-0007"}) == (plan.exit.code, {one.name for one in plan.tenants if not one.complete})
        assert (49, 1, 6) == (codes.count(0), codes.count(6), applied.exit.code)
        assert 49 == on.emulator.counts(kind="write")
