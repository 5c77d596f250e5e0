"""What the pipeline for users does not do: a wrong setting is loud, and stops a job before anything is installed."""

import pytest

from tests.judges.judges import ON_NODE
from tests.pipeline.projects import NOWHERE, pinned, pipeline, project
from tests.pipeline.runner import merge_request, on_default

pytestmark = [ON_NODE, pytest.mark.slow, pytest.mark.timeout(180)]
LASTING = {"RECONCILER_LEDGER": "postgresql+psycopg://ledger@db.example/ledger"}
KEY = {"RECONCILER_PLAN_KEY": "a key that is only for tests"}
BRANCH = ("CI_COMMIT_BRANCH",)
FORK = {"CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "12", "CI_MERGE_REQUEST_SOURCE_PROJECT_PATH": "eve/m365"}
# Who pushes to a fork runs a pipeline in the fork; a member of this project may run one here with the fork's branch.
IN_THE_FORK = {**FORK, "CI_PROJECT_ID": "12"}


@pytest.fixture
def plain(tmp_path):
    """A project whose release can't be installed: a job that gets as far as that says so."""
    return project(tmp_path, {"PIP_NO_INDEX": "1"}, NOWHERE)


def reached(ran):
    """Whether a job went on to install the release."""
    return "none.whl" in ran.log


def listed(given_project, given, without=()):
    """The names of the jobs that the pipeline would have."""
    rows = given_project.run("--list-csv", given=given, without=without).log.splitlines()
    return {row.split(";")[0] for row in rows if row.count(";") >= 4} - {"name"}


def asked(given_project, **changes):
    """The variables of a merge request with the head of main."""
    return merge_request("main", given_project.git("rev-parse", "HEAD"), **changes)


@pytest.mark.parametrize("job", ["validate", "preview", "note"])
def test_a_merge_request_that_sees_a_protected_variable_fails(plain, job):
    """Each variable that should have been protected is named, no value is, and the job ends before it does anything."""
    names = ["RECONCILER_LEDGER", "RECONCILER_NOTIFY_SECOPS", "RECONCILER_PLAN_KEY", "RECONCILER_WRITE_CLIENT_ID"]

    ran = plain.run(job, given=asked(plain, **dict.fromkeys(names, "visible-secret")), without=BRANCH)

    assert ({job: 64}, True) == (ran.codes, f"A merge request can see {' '.join(names)}." in ran.log)
    assert (False, False) == (reached(ran), "visible-secret" in ran.log)


def test_a_line_in_a_message_is_no_variable(plain):
    """What a person writes into a commit can't look like a variable of the job."""
    ran = plain.run("preview", given=asked(plain, CI_COMMIT_MESSAGE="one\nRECONCILER_PLAN_KEY=two"), without=BRANCH)

    assert (True, False) == (reached(ran), "can see" in ran.log)


@pytest.mark.parametrize(
    ("job", "source", "ledger"),
    [
        ("plan", "push", ""), ("plan", "push", "sqlite:///ledger.db"), ("apply", "push", "postgres"),
        ("drift", "schedule", ""), ("status", "schedule", "sqlite:///ledger.db"),
    ],
)  # fmt: skip
def test_nothing_starts_without_a_ledger_that_lasts(plain, job, source, ledger):
    """Budgets and clocks must outlive the job: anything but a database of its own is refused."""
    ran = plain.run(job, given=on_default(source, RECONCILER_LEDGER=ledger))

    assert ({job: 64}, True) == (ran.codes, "RECONCILER_LEDGER names no lasting database" in ran.log)


@pytest.mark.parametrize(
    ("job", "source"), [("plan", "push"), ("apply", "push"), ("drift", "schedule"), ("issues", "schedule")]
)
def test_nothing_starts_on_a_branch_that_is_not_protected(plain, job, source):
    """On an unprotected default branch everybody who can push would be the writer."""
    ran = plain.run(job, given=on_default(source, CI_COMMIT_REF_PROTECTED="false") | LASTING | KEY)

    assert ({job: 64}, True) == (ran.codes, "main is not a protected branch" in ran.log)


@pytest.mark.parametrize("job", ["plan", "apply"])
def test_a_plan_that_nobody_signs_is_not_made(plain, job):
    """Without a key a plan could be exchanged between the jobs."""
    ran = plain.run(job, given=on_default() | LASTING)

    assert ({job: 64}, True) == (ran.codes, "RECONCILER_PLAN_KEY is not set" in ran.log)


@pytest.mark.parametrize("job", ["note", "apply"])
def test_a_branch_can_not_bring_a_plan(plain, job):
    """A file where plans are handed on would be taken for one: it is refused, whatever it holds."""
    plain.write("reconciler-out/plan.json", "{}")
    plain.push()
    given = on_default() | LASTING | KEY if job == "apply" else asked(plain)

    ran = plain.run(job, given=given, without=() if job == "apply" else BRANCH)

    assert ({job: 64}, True, False) == (ran.codes, "holds files in reconciler-out" in ran.log, reached(ran))


def test_apply_takes_only_the_plan_that_was_made_for_it(plain):
    """Where the job that plans left nothing, apply does nothing: no other job's plan takes its place."""
    ran = plain.run("apply", given=on_default() | LASTING | KEY)

    assert ({"apply": 64}, True) == (ran.codes, "The job plan has left no plan." in ran.log)


@pytest.mark.parametrize("visibility", ["public", ""])
def test_pages_of_a_public_project_are_refused(plain, visibility):
    """A site about what is watched is not shown to everybody, nor where it is not known who sees it."""
    plain.write(".gitlab-ci.yml", pipeline({**NOWHERE, "pages": True}))
    plain.push()

    ran = plain.run("pages", given=on_default("schedule", CI_PROJECT_VISIBILITY=visibility))

    assert ({"pages": 64}, True) == (ran.codes, "pages would tell everybody" in ran.log)


def test_who_gets_which_jobs(plain):
    """A fork is validated, a merge request is shown its plan, the branch applies, the schedule looks for drift."""
    found = {
        "merge request": listed(plain, asked(plain), BRANCH),
        "fork": listed(plain, asked(plain, **FORK), BRANCH),
        "in the fork": listed(plain, asked(plain, **IN_THE_FORK), BRANCH),
        "merged": listed(plain, on_default()),
        "schedule": listed(plain, on_default("schedule")),
        "another branch": listed(plain, on_default(CI_COMMIT_BRANCH="feature")),
    }

    assert found == {
        "merge request": {"validate", "preview", "note"},
        "fork": {"validate"},
        "in the fork": {"validate"},
        "merged": {"validate", "plan", "reviewed", "apply"},
        "schedule": {"drift", "status", "issues"},
        "another branch": set(),
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("package", "dist/$(touch planted).whl"), ("sha256", "REPLACE-WITH-ITS-SHA-256"), ("policies", "../up"),
        ("guardrails", "a'b"), ("ack", "severity-lowered;id"), ("notify", "secops`id`"), ("source", "ops/m365;id"),
        ("trusted", "12a"), ("merge_request", "7 8"), ("commit", "main"),
    ],
)  # fmt: skip
def test_an_input_that_is_no_value_makes_no_pipeline(plain, name, value):
    """GitLab refuses the pipeline, with the name of the input, before any shell sees the value."""
    plain.write(".gitlab-ci.yml", pipeline({**NOWHERE, name: value}))

    ran = plain.run("--list-csv", given=on_default())

    assert (1, True, {}) == (ran.status, f"`{name}` input" in ran.log, ran.codes)


GUARDED = "kind: guardrails\nrecipients: {require_one_of: [secops@contoso.com, TenantAdmins]}\n"


@pytest.mark.parametrize("how", ["loosened", "hidden"])
def test_guardrails_are_the_default_branch_s(release, jobs, tmp_path, how):
    """A branch that allows itself more is invalid by the default branch's copy; one that removes it is judged by it."""
    made = project(tmp_path, jobs, pinned(release))
    made.branch("feature")
    if how == "loosened":
        made.write("policies/guardrails.yaml", GUARDED)
    else:
        made.git("rm", "--quiet", "policies/guardrails.yaml")
        made.write(
            "policies/contoso.yaml", (made.folder / "policies/contoso.yaml").read_text().replace(", TenantAdmins", "")
        )
    sha = made.push("feature")

    ran = made.run("validate", given=merge_request("feature", sha), without=BRANCH)

    assert {"validate": 3 if how == "loosened" else 4} == ran.codes


def test_a_link_leads_nowhere(release, jobs, tmp_path):
    """A link among the policies is the text that it holds: nothing of the runner is read through it."""
    (tmp_path / "secret.yaml").write_text("kind: of secret\n")
    made = project(tmp_path, jobs, pinned(release))
    (made.folder / "policies" / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    sha = made.push()

    ran = made.run("validate", given=merge_request("main", sha), without=BRANCH)

    assert ({"validate": 3}, True, False) == (ran.codes, "policies/link.yaml" in ran.log, "of secret" in ran.log)


def test_guardrails_that_moved_are_missed(plain):
    """Where the default branch has its guardrails elsewhere, a job ends rather than go on without them."""
    plain.git("mv", "policies/guardrails.yaml", "policies/rules.yaml")
    sha = plain.push()

    ran = plain.run("validate", given=merge_request("main", sha), without=BRANCH)

    assert ({"validate": 64}, True) == (ran.codes, "has guardrails in policies/rules.yaml" in ran.log)


def test_a_first_merge_request_goes_on_without_guardrails(plain):
    """Where the default branch has none yet, that is said, and those of the branch hold."""
    plain.git("rm", "--quiet", "policies/guardrails.yaml")
    sha = plain.push()

    ran = plain.run("validate", given=merge_request("main", sha), without=BRANCH)

    assert (True, True) == (reached(ran), "The default branch has no guardrails yet" in ran.log)


def test_a_release_that_is_not_the_pinned_one_is_not_run(release, jobs, tmp_path):
    """A wheel whose bytes are others than the input says is not installed."""
    made = project(tmp_path, jobs, {**pinned(release), "sha256": "ab" * 32})

    ran = made.run("validate", given=on_default())

    assert ({"validate": 1}, True) == (ran.codes, "DO NOT MATCH THE HASHES" in ran.log)
