"""Evidence on tenants of every sort: other spellings, synchronised people, relapses, and two hundred at once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reconciler.core.values import utc
from reconciler.flow.senders import senders
from tests.kinds.given import below
from tests.whole.evidence_stage import ALICE, ALICE_ID, BOB, GRAPH, policies, said, verdicts
from tests.whole.seeds import seed
from tests.whole.stage import stage


@pytest.mark.parametrize(
    "switch",
    [
        {"single_item_lists": "scalar"}, {"empty_result": "null"}, {"empty_result": "absent"}, {"date_style": "none"},
        {"annotations": "none"}, {"malformed_key": True}, {"block_date_spelling": "DateTime"}, {"exo_redirect": True},
    ],
    ids=str,
)  # fmt: skip
def test_whatever_the_service_is_like(emulator, tmp_path, switch):
    """Every spelling of the same facts gives the same verdicts."""
    with stage(tmp_path, policies=policies("alice", "bob"), emulator=emulator) as on:
        on.hand(switch=switch)
        plan = on.plan()

        assert (1, 6) == (
            sum(one.address == ALICE for one in plan.tenants[0].changes),
            list(verdicts(plan, BOB).values()).count("fail"),
        )


def test_a_forward_to_a_mailbox_of_the_tenant_is_inside(emulator, tmp_path):
    """ForwardingAddress names an object of the directory: a mailbox is inside, anything else is outside."""
    with stage(tmp_path, policies=policies("alice"), emulator=emulator) as on:
        found = []
        for name in ("helpdesk@contoso.com", "Somebody else"):
            on.hand(mailbox={"id": "alice@contoso.com", "fields": {"ForwardingAddress": name}})
            found.append(verdicts(on.plan())["no_external_forwarding"])

        assert ["pass", "fail"] == found


@pytest.mark.parametrize(
    ("tenant", "verdict"),
    [
        ({"password_writeback": True}, "pass"),
        ({"password_writeback": False}, "unknown"),
        ({"password_writeback": True, "federated_domains": ["contoso.com"]}, "unknown"),
    ],
)
def test_a_synchronised_account(tmp_path, tenant, verdict):
    """Its password counts only where changes are written back and its domain is not federated."""
    more = [*GRAPH, "Domain.Read.All", "OnPremDirectorySynchronization.Read.All"]
    roles = {"exo": ["Exchange.ManageAsApp"], "graph": more}
    with stage(tmp_path, policies=policies("alice"), seed=seed(app={"app_roles": roles}, **tenant)) as on:
        on.hand(user={"id": ALICE_ID, "fields": {"onPremisesSyncEnabled": True, "onPremisesImmutableId": "Zm9v"}})

        assert verdict == verdicts(on.plan())["password_changed_since_block"]


def test_a_new_sign_in_method_is_told(emulator, tmp_path):
    """An attacker's own method makes the check pass, so it is shown, and a person is asked."""
    with stage(tmp_path, policies=policies("alice"), emulator=emulator) as on:
        at = (datetime.now(UTC) - timedelta(days=3, hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        on.hand(user={"id": ALICE_ID, "fields": {"methods": [{"id": "m", "createdDateTime": at}]}})
        plan = on.plan()

        assert at in said(plan)["new-mfa-method", "alice@contoso.com"]
        assert ["delete"] == [one.action for one in plan.tenants[0].changes]


def test_a_sender_who_is_blocked_again_is_told_with_the_story(emulator, tmp_path):
    """After an unblock of ours a new block is held and told with both dates, in plan, drift and the list of senders."""
    with stage(tmp_path, policies=policies("alice"), emulator=emulator) as on:
        first = utc(below(on.plan().tenants[0].changes[0].before, "blocked_since"))
        on.apply(on.plan())
        on.clock.wait(3600)
        on.hand(block={"address": "alice@contoso.com"})
        plan = on.plan()
        story = said(plan)["blocked-again", "alice@contoso.com"]
        listed = senders(on.desired(), on.ports).tenants[0].senders

        assert f"the block of {first:%Y-%m-%dT%H:%M:%SZ} was lifted by us at " in story
        assert ("newer-block", "alice@contoso.com") in said(plan)
        assert "blocked-again" in {one.rule for one in on.drift().tenants[0].findings}
        assert [True, False] == [bool(one["unblocked"]) for one in listed]


def test_the_list_of_senders_shows_the_whole_table(emulator, tmp_path):
    """All seven checks of everybody who is blocked, whether or not guardrails ask for them; an entry may lack evidence."""
    with stage(tmp_path, policies=policies("bob", require=("not_at_risk",)), emulator=emulator) as on:
        alice, bob = senders(on.desired(), on.ports).tenants[0].senders
        tables = [[below(each, "evidence", place, "verdict") for place in range(7)] for each in (alice, bob)]

        assert [["pass"] * 7, 6] == [tables[0], tables[1].count("fail")]
        assert ("none", "missing-evidence") == (alice["approval"], bob["approval"])


def test_two_hundred_senders_side_by_side(tmp_path):
    """Everything is asked within the four requests at once that a tenant bears: it refuses the fifth."""
    names = [f"user{number:03d}" for number in range(200)]
    ids = {name: f"00000000-0000-4000-8000-{number:012d}" for number, name in enumerate(names)}
    people = [
        {"id": ids[name], "userPrincipalName": f"{name}@contoso.com", "lastPasswordChangeDateTime": "-1d"}
        for name in names
    ]
    mailboxes = [
        {"PrimarySmtpAddress": f"{name}@contoso.com", "ExternalDirectoryObjectId": ids[name], "Rules": []}
        for name in names
    ]
    blocked = [{"address": f"{name}@contoso.com", "since": "-2d"} for name in names]
    of: dict[str, Any] = {
        "users": people,
        "mailboxes": mailboxes,
        "blocked": blocked,
        "switches": {"concurrency_limit": 4},
    }
    require = ("password_changed_since_block", "not_at_risk", "no_suspicious_inbox_rules")
    with stage(tmp_path, policies=policies(*names, require=require), seed=seed(**of)) as on:
        plan = on.plan()

        assert ({"pass": 600}, 200) == (
            {"pass": sum(one.verdict == "pass" for one in plan.tenants[0].evidence)},
            len(plan.tenants[0].changes) + sum(one.severity == "held" for one in plan.tenants[0].findings),
        )
        assert 2 + 2 + 4 * 200 == on.emulator.counts()
