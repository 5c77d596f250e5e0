"""The set-up with two projects: merge requests where nobody holds anything, the identity where nobody brings code."""

import json
import re
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from tests.judges.judges import ON_NODE
from tests.ledger import postgres
from tests.pipeline.conftest import TRUSTED, notes
from tests.pipeline.planted import plant
from tests.pipeline.projects import NOWHERE, POLICY, pinned, project
from tests.pipeline.runner import PROJECT, merge_request, on_default
from tests.pipeline.stage import READER

pytestmark = [ON_NODE, pytest.mark.slow, pytest.mark.timeout(300)]
NEEDS_POSTGRES = pytest.mark.skipif(not postgres.AVAILABLE, reason=postgres.WHY_NOT)
# As docs/gitlab.md gives it: what a trigger may say is an input with a form, and nothing is a variable.
HEAD = """spec:
  inputs:
    merge_request:
      default: ""
      regex: ^[0-9]*$
    commit:
      default: ""
      regex: ^([0-9a-f]{40})?$
---
"""
FROM_TRIGGER = {"merge_request": "$[[ inputs.merge_request ]]", "commit": "$[[ inputs.commit ]]"}
FIELD = re.compile(r'name="([^"]+)"[^\n]*\r\n(?:[^\r\n]+\r\n)*\r\n(.*?)\r\n')
IN_POLICIES = {**NOWHERE, "setup": "policies", "trusted": "21"}


@pytest.fixture
def policies(tmp_path, jobs):
    """The project where merge requests are; GitLab keeps the head of each as a ref of its own."""
    made = project(tmp_path / "policies", jobs, IN_POLICIES)
    made.branch("feature")
    made.write("policies/contoso.yaml", POLICY.replace("secops@", "soc@"))
    plant(made.folder, tmp_path / "trace")
    made.push("feature")
    made.git("push", "--quiet", "origin", "HEAD:refs/merge-requests/7/head")
    return made


@pytest.fixture
def trusted(tmp_path, jobs, policies, gitlab, release):
    """The project that holds the identity; the URL of the other one leads to its folder on this machine."""
    origin = policies.git("remote", "get-url", "origin")
    git = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": f"url.{origin}.insteadOf"}
    git |= {"GIT_CONFIG_VALUE_0": f"{gitlab.gitlab.url}/{PROJECT}.git"}
    inputs = {**pinned(release), "setup": "trusted", "source": PROJECT, **FROM_TRIGGER}
    made = project(tmp_path / "trusted", {**jobs, **git}, inputs, path=TRUSTED, head=HEAD)
    made.git("rm", "-r", "--quiet", "policies")
    made.push()
    return made


def triggered(issuer, ledger, gitlab):
    """The variables of a pipeline of the trusted project that a trigger started."""
    held = {"RECONCILER_LEDGER": ledger, "RECONCILER_PLAN_KEY": "a key", "RECONCILER_READ_CLIENT_ID": READER}
    return (
        on_default("trigger", CI_PROJECT_ID="21")
        | held
        | notes(gitlab)
        | {"GITLAB_OIDC_TOKEN": issuer.token("main", TRUSTED)}
    )


def for_head(policies, **changes):
    """The options of the runner that a trigger for the merge request's head amounts to."""
    inputs = {"merge_request": "7", "commit": policies.git("rev-parse", "HEAD")} | changes
    return [word for name, value in inputs.items() for word in ("--input", f"{name}={json.dumps(value)}")]


@NEEDS_POSTGRES
def test_the_trusted_project_plans_for_a_merge_request(policies, trusted, issuer, ledger, gitlab, tmp_path):
    """It reads the policies of the head as data, plans with its own identity, and writes the note where people are."""
    gitlab.merge_request("11", 7)

    ran = trusted.run(*for_head(policies), given=triggered(issuer, ledger, gitlab))

    plan = json.loads(ran.artifact("trusted-preview", "plan.json"))
    assert {"trusted-preview": 2, "trusted-note": 0} == ran.codes
    assert (False, ["soc@contoso.com"]) == ("hmac" in plan, _recipients(plan))
    assert "Inbox rule forwards outside" in gitlab.notes("11", 7)[0]["body"]
    assert [] == [one.name for one in (tmp_path / "trace").glob("*")]


@NEEDS_POSTGRES
def test_the_trusted_project_applies_what_was_merged(policies, trusted, issuer, ledger, gitlab):
    """Without a merge request it plans the default branch of the policies, whatever commit a trigger may name."""
    inputs = for_head(policies, merge_request="")

    ran = trusted.run("plan", *inputs, given=triggered(issuer, ledger, gitlab))

    plan = json.loads(ran.artifact("plan", "plan.json"))
    assert ({"plan": 2}, True, ["secops@contoso.com"]) == (ran.codes, "hmac" in plan, _recipients(plan))


def _recipients(plan):
    """Whom the plan would tell beside the administrators."""
    (change,) = plan["tenants"][0]["changes"]
    return [one for one in change["after"]["notifications"]["recipients"] if one != "TenantAdmins"]


@pytest.mark.parametrize(
    ("how", "said"),
    [("older", "is not the head of merge request 7"), ("fork", "a merge request from a fork is only validated")],
)
def test_a_head_that_is_none_of_the_project_is_not_planned(policies, trusted, issuer, gitlab, how, said):
    """Only what a branch of the project stands at now is planned: no fork, and no commit that was replaced."""
    words = for_head(policies, **({"commit": policies.git("rev-parse", "main")} if how == "older" else {}))
    if how == "fork":
        policies.git("push", "--quiet", "origin", ":feature")
    given = triggered(issuer, "postgresql://ledger@db.example/ledger", gitlab)

    ran = trusted.run("trusted-preview", *words, given=given)

    assert ({"trusted-preview": 64}, True) == (ran.codes, said in ran.log)


def listed(made, *words, given, without=()):
    """The names of the jobs that the pipeline would have."""
    rows = made.run("--list-csv", *words, given=given, without=without).log.splitlines()
    return {row.split(";")[0] for row in rows if row.count(";") >= 4} - {"name"}


def test_who_gets_which_jobs(policies, trusted):
    """The project of the policies only validates and asks; the trusted one never runs for a merge request of its own."""
    head = policies.git("rev-parse", "HEAD")
    branch = ("CI_COMMIT_BRANCH",)

    assert {"validate", "ask"} == listed(policies, given=merge_request("feature", head), without=branch)
    assert {"validate"} == listed(
        policies, given=merge_request("feature", head, CI_MERGE_REQUEST_SOURCE_PROJECT_ID="12"), without=branch
    )
    assert {"validate", "ask"} == listed(policies, given=on_default(CI_COMMIT_BRANCH="main"))
    assert {"trusted-preview", "trusted-note"} == listed(trusted, *for_head(policies), given=on_default("trigger"))
    assert {"plan", "reviewed", "apply"} == listed(trusted, given=on_default("trigger"))
    assert {"drift", "status", "issues"} == listed(trusted, given=on_default("schedule"))
    assert set() == listed(trusted, given=merge_request("feature", head), without=branch)


class Triggers(HTTPServer):
    """Takes down what it is asked."""

    asked: list[tuple[str, str]]


class Trigger(BaseHTTPRequestHandler):
    """Answers as the API of pipeline triggers does."""

    server: Triggers

    def do_POST(self) -> None:
        """Answer that a pipeline was made."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.asked.append((self.path, body))
        self.send_response(201)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_a_merge_request_asks_for_a_plan(policies):
    """What leaves the project of the policies is the number of the merge request and its head, as inputs."""
    with Triggers(("127.0.0.1", 0), Trigger) as server:
        server.asked = []
        Thread(target=server.serve_forever, daemon=True).start()
        head = policies.git("rev-parse", "HEAD")
        known = {
            "RECONCILER_TRIGGER_TOKEN": "glptt-made-up",
            "CI_API_V4_URL": f"http://127.0.0.1:{server.server_port}/api/v4",
        }
        ran = policies.run("ask", given=merge_request("feature", head) | known, without=("CI_COMMIT_BRANCH",))
        server.shutdown()

    ((path, body),) = server.asked
    assert ({"ask": 0}, "/api/v4/projects/21/trigger/pipeline") == (ran.codes, path)
    fields = dict(FIELD.findall(body))
    assert {"token": "glptt-made-up", "ref": "main", "inputs[merge_request]": "7", "inputs[commit]": head} == fields
    assert "glptt-made-up" not in ran.log


def test_an_input_of_the_trigger_that_is_no_number_makes_no_pipeline(trusted):
    """A trigger can say two things, each of one form; anything else is refused before there is a job."""
    ran = trusted.run("--list-csv", "--input", "merge_request=7;id", given=on_default("trigger"))

    assert (1, True) == (ran.status, "`merge_request` input" in ran.log)
