"""Evidence before an unblock, on the wire: what is asked, what is judged, at plan and again at apply."""

from typing import Any

import pytest

from reconciler.facts.limits import EVIDENCE_CHECKS
from tests.whole.evidence_stage import ALICE, ALICE_ID, BOB, GRAPH, PERMISSIONS, policies, said, verdicts
from tests.whole.seeds import seed
from tests.whole.stage import stage


def counted(on) -> dict[str, Any]:
    """The requests of contoso by name; people by the last parts of their path."""
    return {str(row["name"]).replace(ALICE_ID, "ID"): row["count"] for row in on.emulator.world.counters.rows()}


LISTS = {"openid-configuration": 1, "Get-BlockedSenderAddress": 1}
PERSON = {
    "Get-Mailbox": 1,  # who has the address
    "GET /v1.0/users/ID": 1,  # password, sessions, sign-in
    "GET /v1.0/reports/authenticationMethods/userRegistrationDetails/ID": 1,
    "GET /v1.0/users/ID/authentication/methods": 1,  # for the warning about new ones
    "GET /v1.0/identityProtection/riskyUsers/ID": 1,
    "Get-InboxRule": 1,
}


def test_a_harmless_sender_costs_six_requests(emulator, tmp_path):
    """Seven checks take six requests and one token more, in two rounds; all of them pass."""
    with stage(tmp_path, policies=policies("alice"), emulator=emulator) as on:
        on.emulator.world.counters.reset()
        plan = on.plan()

        assert LISTS | PERSON | {"token": 2} == counted(on)
        assert (dict.fromkeys(EVIDENCE_CHECKS, "pass"), ["delete"]) == (
            verdicts(plan),
            [one.action for one in plan.tenants[0].changes],
        )


@pytest.mark.parametrize(
    ("names", "require", "more"),
    [
        (("alice",), (), {}),
        ((), EVIDENCE_CHECKS, {}),
        (("carol",), EVIDENCE_CHECKS, {}),
        (("alice",), ("no_external_forwarding",), {"Get-Mailbox": 1}),
        (("alice",), ("no_suspicious_inbox_rules",), {"Get-Mailbox": 1, "Get-InboxRule": 1}),
        (("alice",), ("account_enabled",), {"Get-Mailbox": 1, "GET /v1.0/users/ID": 1, "token": 2}),
        (("bob",), ("no_external_forwarding",), {"Get-Mailbox": 1, "Get-AcceptedDomain": 1}),
    ],
)
def test_nothing_is_asked_without_need(emulator, tmp_path, names, require, more):
    """Only of senders whom an entry covers, only what guardrails require, and domains only where mail is forwarded."""
    with stage(tmp_path, policies=policies(*names, require=require), emulator=emulator) as on:
        on.emulator.world.counters.reset()
        on.plan()

        assert LISTS | {"token": 1} | more == counted(on)


def test_a_sender_without_evidence_is_held(emulator, tmp_path):
    """Everything that is missing is named with its way out; being held is no exit code, and nothing is sent."""
    with stage(tmp_path, policies=policies("alice", "bob"), emulator=emulator) as on:
        plan = on.plan()
        failed = {check for check, verdict in verdicts(plan, BOB).items() if verdict == "fail"}
        message = said(plan)["missing-evidence", "bob@contoso.com"]

        assert ([ALICE], set(EVIDENCE_CHECKS) - {"account_enabled"}) == (
            [one.address for one in plan.tenants[0].changes],
            failed,
        )
        assert [check for check in failed if f"{check} failed: " not in message] == []
        assert ([("applied", ALICE)], 0) == (
            [(one.state, one.address) for one in on.apply(plan).tenants[0].outcomes],
            on.plan().exit.code,
        )
        assert "collector" not in plan.model_dump_json()


@pytest.mark.parametrize(
    "hand",
    [
        {"user": {"id": ALICE_ID, "fields": {"risk": {"riskState": "atRisk"}}}},
        {"user": {"id": ALICE_ID, "fields": {"registration": {"isMfaRegistered": False}}}},
        {"user": {"id": ALICE_ID, "fields": {"accountEnabled": False}}},
        {"mailbox": {"id": "alice@contoso.com", "fields": {"ForwardingSmtpAddress": "smtp:a@fabrikam.example"}}},
        {"mailbox": {"id": "alice@contoso.com", "fields": {"Rules": [{"Name": ".", "DeleteMessage": True}]}}},
    ],
)
def test_evidence_is_judged_again_at_apply(emulator, tmp_path, hand):
    """What passed when the plan was made and no longer does holds the sender, and nothing is sent."""
    with stage(tmp_path, policies=policies("alice"), emulator=emulator) as on:
        plan = on.plan()
        on.hand(**hand)
        (outcome,) = on.apply(plan).tenants[0].outcomes

        assert (["delete"], "held", 0) == ([one.action for one in plan.tenants[0].changes], outcome.state, on.writes())
        assert outcome.message.startswith("missing-evidence: ")


def test_waiting_for_an_unblock_asks_no_evidence_again(emulator, tmp_path):
    """Apply looks at the person once, however often it reads the list back; nor does a plan while it converges."""
    with stage(tmp_path, policies=policies("alice"), emulator=emulator) as on:
        plan = on.plan()
        on.hand(switch={"senders_after_reads": 5})
        on.emulator.world.counters.reset()
        (outcome,) = on.apply(plan, wait=3).tenants[0].outcomes
        again = on.plan()

        assert ("converging", 1) == (outcome.state, counted(on)["GET /v1.0/users/ID"])
        assert ("converging", "alice@contoso.com") in said(again)
        assert ({}, 1) == (verdicts(again), counted(on)["Get-Mailbox"])


@pytest.mark.parametrize("lost", [*PERMISSIONS, "all of them"])
def test_a_missing_permission_is_unknown_and_named(tmp_path, lost):
    """The plan is complete, the other checks go on, and the administrator reads what to grant."""
    roles = {"exo": ["Exchange.ManageAsApp"], "graph": [one for one in GRAPH if lost not in {one, "all of them"}]}
    with stage(tmp_path, policies=policies("alice"), seed=seed(app={"app_roles": roles})) as on:
        plan = on.plan()
        unknown = PERMISSIONS.get(lost, set().union(*PERMISSIONS.values()))

        assert {check: "unknown" if check in unknown else "pass" for check in EVIDENCE_CHECKS} == verdicts(plan)
        assert (True, 0, ()) == (plan.complete, plan.exit.code, plan.tenants[0].changes)
        assert [] == [
            name
            for name, checks in PERMISSIONS.items()
            if checks <= unknown and name not in said(plan)["missing-evidence", "alice@contoso.com"]
        ]


def test_a_missing_role_in_exchange_is_unknown_and_named(tmp_path):
    """Global Reader may read mailboxes and not their rules (EXO-DOC)."""
    with stage(tmp_path, policies=policies("alice"), seed=seed(app={"directory_roles": ["Global Reader"]})) as on:
        plan = on.plan()

        assert {"no_suspicious_inbox_rules": "unknown"} == {
            check: verdict for check, verdict in verdicts(plan).items() if verdict != "pass"
        }
        assert "Exchange Administrator" in said(plan)["missing-evidence", "alice@contoso.com"]


def test_a_missing_licence_is_unknown_and_named(tmp_path):
    """Without Entra ID P2 nobody knows the risk, which is not the same as none."""
    with stage(tmp_path, policies=policies("alice"), seed=seed(licence="e3")) as on:
        plan = on.plan()

        assert ("unknown", "pass") == (verdicts(plan)["not_at_risk"], verdicts(plan)["mfa_registered"])
        assert "Entra ID P2" in said(plan)["missing-evidence", "alice@contoso.com"]


def test_who_is_not_among_the_risky_is_not_at_risk(emulator, tmp_path):
    """Graph's own 404 for a person is the answer no."""
    with stage(tmp_path, policies=policies("alice"), emulator=emulator) as on:
        on.hand(user={"id": ALICE_ID, "fields": {"risk": None}})

        assert "pass" == verdicts(on.plan())["not_at_risk"]


PAGE = "<html>Bad gateway</html>"
ACCIDENTS: dict[str, dict[str, Any]] = {
    "403": {"do": "answer", "status": 403, "body": PAGE},
    "404": {"do": "answer", "status": 404, "body": PAGE},
    "429": {"do": "throttle", "retry_after": 20},
    "200 HTML": {"do": "answer", "status": 200, "body": PAGE},
    "503": {"do": "unavailable"},
    "half": {"do": "malformed-json"},
    "drop": {"do": "drop"},
}


@pytest.mark.parametrize("accident", ACCIDENTS)
@pytest.mark.parametrize("what", [{"kind": "graph"}, {"cmdlet": "Get-InboxRule"}, {"cmdlet": "Get-Mailbox"}], ids=str)
def test_an_evidence_service_in_trouble(emulator, tmp_path, accident, what):
    """Whatever it answers, what it should have told is unknown, the sender is held, the plan complete, nothing lost."""
    with stage(tmp_path, policies=policies("alice"), emulator=emulator) as on:
        on.emulator.faults.add(ACCIDENTS[accident] | {"when": what})
        plan = on.plan()
        outcomes = on.apply(plan).tenants[0].outcomes

        assert (True, (), (), 0) == (plan.complete, plan.tenants[0].changes, outcomes, on.writes())
        assert "fail" not in verdicts(plan).values()
        assert "unknown" in verdicts(plan).values()
        on.emulator.faults.clear()
        assert ["delete"] == [one.action for one in on.plan().tenants[0].changes]
