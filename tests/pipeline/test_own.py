"""This repository's own pipeline takes the example policies through the whole flow, with no identity but an emulated one."""

import json
import shutil

import pytest

from tests.judges.judges import ON_NODE
from tests.pipeline.runner import Project, on_default
from tests.shape.repository import ROOT, files

pytestmark = [ON_NODE, pytest.mark.slow, pytest.mark.timeout(400)]
# What the flow runs; the rest of the repository only takes time to copy from job to job.
NEEDED = (".gitlab-ci.yml", "reconciler/", "policies/")


@pytest.fixture(scope="module")
def flow(release, tmp_path_factory):
    """The jobs of the stage `flow`, run one after the other."""
    project = Project.at(tmp_path_factory.mktemp("own"), release.pip(), "ops/reconciler")
    for name in files():
        if name.startswith(NEEDED):
            (project.folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, project.folder / name)
    project.push()
    return project.run("plan", "apply", "drift", given=on_default())


def test_the_flow_ends_where_policies_want_it(flow):
    """A plan with changes is a warning, apply carries it out, and after that there is no drift."""
    assert {"plan": 2, "apply": 0, "drift": 0} == flow.codes


def test_the_tenant_goes_from_job_to_job(flow):
    """Apply writes in the tenant for which the plan was made, and drift reads what apply left of it."""
    read = {
        job: json.loads(flow.artifact(job, name, "flow"))
        for job, name in (("apply", "apply.json"), ("drift", "drift.json"))
    }
    applied = [one["state"] for tenant in read["apply"]["tenants"] for one in tenant["outcomes"]]

    assert (4, {"applied"}) == (len(applied), set(applied))
    assert [[], []] == [tenant["drift"] for tenant in read["drift"]["tenants"]]


def test_gitlab_gets_its_reports(flow):
    """What `artifacts:reports` names is there when the job ends, also when it ends with 2."""
    assert {"terraform.json", "codequality.json", "plan.xml", "plan.html"} <= flow.names("plan", "flow")
    assert {"codequality.json", "drift.xml"} <= flow.names("drift", "flow")
