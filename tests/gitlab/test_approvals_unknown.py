"""What GitLab does not answer proves nothing: the sender is held with the reason, and the plan goes on."""

import pytest

from tests.gitlab.approvals_api import TOKEN, WithGraph
from tests.gitlab.reviewed import ALICE, GUARDRAILS, HEAD, ON_ONE_LINE, TEXT, held, scene
from tests.whole.stage import dated

NEEDS = "needs the scope `read_api`"
JOB = {"RECONCILER_GITLAB_TOKEN": "", "CI_JOB_TOKEN": "of-a-job"}


@pytest.fixture
def at(tmp_path, emulator):
    """A project with an entry that is approved as it should be."""
    with scene(tmp_path, emulator) as made:
        made.project.merged(TEXT, "alice", "bob")
        yield made


@pytest.mark.parametrize(
    ("order", "says"),
    [
        ({"status": 401}, NEEDS),
        ({"status": 403, "part": "approvals"}, NEEDS),
        ({"status": 403, "part": "graphql"}, NEEDS),
        ({"status": 404, "part": "blame"}, "knows no such thing"),
        ({"status": 404, "part": "files"}, "GitLab has no policies/contoso.yaml in commit"),
        ({"status": 404, "part": "approvals"}, "knows no such thing"),
        ({"status": 500}, "is busy or broken (500)"),
        ({"status": 429}, "asks for fewer requests (429)"),
        ({"status": 200, "part": "approvals", "body": b"{}"}, "`approved_by` is not what it should be"),
        ({"status": 200, "part": "blame", "body": b"[]"}, "does not say of every line"),
        ({"status": 200, "part": "files", "body": b'{"content": "x"}'}, "`content` is not what it should be"),
        ({"status": 200, "part": "graphql", "body": b'{"errors": [{"message": "No"}]}'}, "GraphQL refused a question"),
        ({"status": 200, "part": "graphql", "body": b'{"data": {"project": null}}'}, "does not say who opened"),
        ({"status": 200, "part": "versions", "body": b"<html>"}, "of another form than GitLab's API documents"),
        ({"status": 200, "part": "notes", "body": b"[1]"}, "is not what it should be"),
    ],
)
def test_an_answer_that_does_not_come_holds(at, order, says):
    """Whatever was answered instead; the plan is complete, since the tenant could be read, and ends with 0."""
    at.gitlab.order(**order, times=99, Content_Type="application/json")
    plan = at.on.plan()

    assert says in held(plan)
    assert (True, 0) == (plan.complete, plan.exit.code)


def test_a_server_that_is_busy_for_a_moment_is_asked_again(at):
    """One refusal for too many requests changes nothing."""
    at.gitlab.order(429, times=1, Retry_After="1")

    assert "" == at.held()


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        (JOB, "A job's own token can't read approvals. Set RECONCILER_GITLAB_TOKEN"),
        ({"RECONCILER_GITLAB_TOKEN": ""}, "There is no token for GitLab"),
        ({"CI_SERVER_URL": ""}, "No GitLab is known here"),
        ({"CI_PROJECT_ID": ""}, "It is not known which project holds the policies. Set RECONCILER_GITLAB_PROJECT"),
        ({"CI_PROJECT_ID": "8"}, "knows no such thing, or does not show it"),
        ({"RECONCILER_GITLAB_TOKEN": "revoked"}, NEEDS),
        ({"CI_SERVER_URL": "http://gitlab.example.com"}, "CI_SERVER_URL is not the URL"),
    ],
)
def test_a_setting_that_is_missing_is_named(tmp_path, emulator, environment, says):
    """The message says what to set; a job's own token is not enough."""
    with scene(tmp_path, emulator, environment=environment) as at:
        at.project.merged(TEXT, "alice", "bob")

        assert says in at.held()


def test_a_server_that_is_down_holds_and_is_asked_for_once(tmp_path, emulator):
    """Nothing listens: two entries wait for one patience, not for two."""
    with WithGraph() as gone:
        url = gone.url
    with scene(tmp_path, emulator, environment={"CI_SERVER_URL": url}) as at:
        at.project.merged(f"{TEXT}{TEXT.partition('unblock:')[2][1:]}", "alice", "bob")
        start = at.on.clock.ahead

        assert "did not answer" in at.held()
        assert (at.on.clock.ahead - start).total_seconds() < 30


def test_no_token_is_ever_shown(at):
    """Neither in a message nor in the plan's file, whatever goes wrong."""
    at.gitlab.order(401, times=99)

    assert TOKEN not in at.on.plan().model_dump_json()


def test_many_entries_of_one_merge_request_cost_few_requests(at):
    """The project, the file, its blame and a commit cost one each, a merge request five; only what is new is asked."""
    at.gitlab.calls.clear()
    at.held()
    one = len(at.gitlab.calls)
    at.project.merged(f"{TEXT}{TEXT.partition('unblock:')[2][1:]}", "alice", "bob")
    at.on.clock.wait(61)
    at.gitlab.calls.clear()
    at.held()

    assert (9, 9 + 7) == (one, len(at.gitlab.calls))


def test_evidence_is_asked_only_for_what_is_approved(tmp_path, emulator):
    """Nobody's account is read for an entry that nobody approved; what is approved must still show its evidence."""
    rules = f"{GUARDRAILS}evidence: {{require: [no_external_forwarding]}}\n"
    with scene(tmp_path, emulator, guardrails=rules) as at:
        at.project.merged(TEXT, "alice")
        at.on.emulator.world.counters.reset()
        unproven = at.on.plan()
        names = [row["name"] for row in at.on.emulator.world.counters.rows()]
        at.project.merged(dated(HEAD + ON_ONE_LINE), "alice", "bob")
        proven = at.on.plan()

    assert (True, False) == (bool(held(unproven)), "Get-Mailbox" in names)
    assert ("", [(ALICE, "pass")]) == (
        held(proven),
        [(one.address, one.verdict) for one in proven.tenants[0].evidence],
    )
