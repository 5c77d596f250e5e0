"""The pipeline that `init` writes, on a real runner: a merge request, what was merged, and the schedule."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.judges.judges import ON_NODE
from tests.ledger import postgres
from tests.pipeline.conftest import NOTE_TOKEN, notes
from tests.pipeline.planted import plant
from tests.pipeline.runner import Pipeline, Project, merge_request, on_default
from tests.pipeline.stage import READER, TENANT, WRITER

pytestmark = [
    ON_NODE,
    pytest.mark.skipif(not postgres.AVAILABLE, reason=postgres.WHY_NOT),
    pytest.mark.slow,
    pytest.mark.timeout(600),
]
CHANGE = """
alert_policies:
  Inbox rule forwards outside:
    notifications: {recipients: [secops@contoso.com, TenantAdmins]}
"""
PAGES = "      pages: true\n"
KEY = "a key that is only for tests"
COUNTS = ("create", "update", "delete")


@dataclass(frozen=True)
class Story:
    """The three pipelines of one change."""

    project: Project
    preview: Pipeline
    merged: Pipeline
    scheduled: Pipeline
    trace: Path
    home: Path


@pytest.fixture(scope="module")
def story(installed, jobs, issuer, ledger, gitlab, tmp_path_factory):
    """A project from `init` to the first schedule; the branch of the merge request plants all that it can."""
    folder = tmp_path_factory.mktemp("story")
    project = Project.at(folder, jobs)
    words = ("--tenant-id", TENANT, "--domain", "contoso.onmicrosoft.com", "--owners", "@contoso/security")
    subprocess.run([installed, "init", project.folder, *words], check=True, capture_output=True)
    pipeline = project.folder / ".gitlab-ci.yml"
    pipeline.write_text(pipeline.read_text() + PAGES)
    project.push()

    project.branch("feature")
    tenant = project.folder / "policies/tenants/contoso.yaml"
    tenant.write_text(tenant.read_text().replace("\nalert_policies:\n", CHANGE))
    reviewed = project.push("feature")
    plant(project.folder, folder / "trace")
    sha = project.push("feature")
    read = {"RECONCILER_READ_CLIENT_ID": READER} | notes(gitlab)
    gitlab.merge_request("11", 7)
    preview = project.run(
        given=merge_request("feature", sha) | read | {"GITLAB_OIDC_TOKEN": issuer.token("feature")},
        without=("CI_COMMIT_BRANCH",),
    )

    project.git("checkout", "--quiet", "main")
    project.git("merge", "--quiet", reviewed)
    gitlab.merge_request("11", 7, state="merged", commit=project.push(), at="2026-11-23T12:00:00Z")
    protected = read | {"GITLAB_OIDC_TOKEN": issuer.token("main"), "RECONCILER_LEDGER": ledger}
    deploying = {"RECONCILER_WRITE_CLIENT_ID": WRITER, "RECONCILER_PLAN_KEY": KEY}
    merged = project.run("plan", "reviewed", "apply", given=on_default() | protected | deploying)
    scheduled = project.run(given=on_default("schedule", CI_PROJECT_VISIBILITY="private") | protected)
    return Story(project, preview, merged, scheduled, folder / "trace", Path(jobs["HOME"]))


def test_a_merge_request_is_validated_planned_and_noted(story):
    """The plan ends with 2, because there are changes; the note is written all the same."""
    assert {"validate": 0, "preview": 2, "note": 0} == story.preview.codes


def test_a_plan_goes_to_gitlab_in_its_own_forms(story):
    """The job leaves the plan for people and programs, and what GitLab shows of it."""
    expected = {"plan.json", "plan.html", "plan.sarif", "terraform.json", "codequality.json", "junit.xml"}

    assert expected == story.preview.names("preview") == story.merged.names("plan")
    assert {"create": 0, "update": 1, "delete": 0} == {
        name: number
        for name, number in json.loads(story.preview.artifact("preview", "terraform.json")).items()
        if name in COUNTS
    }
    assert {"policies/tenants/contoso.yaml"} == {
        one["location"]["path"] for one in json.loads(story.preview.artifact("preview", "codequality.json"))
    }


def test_nothing_that_a_branch_brings_is_run(story):
    """Modules, settings and hooks beside the policies have no effect, under any name that Python or pip might find."""
    assert [] == (sorted(one.name for one in story.trace.iterdir()) if story.trace.exists() else [])


def test_nothing_is_left_on_the_runner(story):
    """The folder in which a job worked, with its token and its environment, is gone when it ends."""
    assert [] == sorted(one.name for one in story.home.iterdir() if one.name.startswith("tmp."))


def test_the_reviewers_read_one_note(story, gitlab):
    """The note tells the change, and later that what is applied is what was reviewed."""
    (note,) = gitlab.notes("11", 7)

    assert "Inbox rule forwards outside" in note["body"]
    assert "As reviewed" in note["body"]


def test_what_was_merged_is_planned_anew_and_applied(story):
    """Apply carries out the plan of the default branch, which is another than the one of the merge request."""
    previewed, planned = (
        json.loads(run.artifact(job, "plan.json")) for run, job in ((story.preview, "preview"), (story.merged, "plan"))
    )
    applied = json.loads(story.merged.artifact("apply", "apply.json"))

    assert {"plan": 2, "reviewed": 0, "apply": 0} == story.merged.codes
    assert (False, True) == ("hmac" in previewed, "hmac" in planned)
    assert previewed["changes_digest"] == planned["changes_digest"]
    assert ["applied"] == [one["state"] for tenant in applied["tenants"] for one in tenant["outcomes"]]


def test_the_schedule_finds_the_tenant_as_it_should_be(story):
    """After apply there is no drift, nothing waits, and the site is made."""
    assert {"drift": 0, "status": 0, "issues": 0, "pages": 0} == story.scheduled.codes
    assert (story.scheduled.artifacts / "pages" / "public" / "index.html").is_file()


def test_no_secret_is_in_a_log_or_an_artifact(story):
    """Keys, tokens and the ledger's address are in nothing that a job leaves."""
    texts = [one.log for one in (story.preview, story.merged, story.scheduled)]
    texts += [one.read_text("utf-8", "replace") for one in story.scheduled.artifacts.rglob("*") if one.is_file()]

    assert [] == [secret for secret in (KEY, "eyJ", NOTE_TOKEN) if any(secret in text for text in texts)]


def test_what_a_merge_request_has_can_not_write(story, installed, jobs, issuer):
    """The tenant gives the write identity to nobody but the protected branch, even where its number is known."""
    token = story.home / "token"
    token.write_text(issuer.token("feature"))
    stolen = {
        "AZURE_CLIENT_ID": WRITER,
        "AZURE_FEDERATED_TOKEN_FILE": str(token),
        "RECONCILER_LEDGER": f"sqlite:///{story.home}/l.db",
    }
    command = [installed, "plan", "--policies", story.project.folder / "policies"]

    ran = subprocess.run(command, env=jobs | stolen, cwd=story.home, capture_output=True, text=True, check=False)

    assert (9, True) == (ran.returncode, "AADSTS700213" in ran.stderr + ran.stdout)
