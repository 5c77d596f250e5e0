"""The pipeline files are what GitLab's published schema allows, and those that `init` writes are those that are published."""

import subprocess
import sys

import pytest
import yaml

from tests.judges.judges import ON_NODE
from tests.pipeline.projects import NOWHERE, TEMPLATE, project
from tests.pipeline.runner import on_default
from tests.shape.repository import ROOT, text

PACKAGED = "reconciler/starter/reconciler.gitlab-ci.yml"
SETUPS = ("alone", "policies", "trusted")


def faults(folder, *documents):
    """What GitLab's schema has against these documents."""
    named = [folder / f"{number}.yml" for number in range(len(documents))]
    for path, document in zip(named, documents, strict=True):
        path.write_text(document)
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.gitlab-ci"]
    transform = ["--data-transform", "gitlab-ci", *map(str, named)]
    done = subprocess.run([*command, *transform], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_the_packaged_template_is_the_published_one():
    """`init` writes, to the byte, the template that others include from the repository."""
    assert text(TEMPLATE) == text(PACKAGED)


@pytest.mark.parametrize("name", [".gitlab-ci.yml", TEMPLATE, "reconciler/starter/gitlab-ci.yml"])
def test_a_pipeline_file_fits_the_schema(name, tmp_path):
    """Each document of each file: of a template the inputs and the jobs."""
    assert "" == faults(tmp_path, *text(name).split("\n---\n"))


@pytest.mark.parametrize("setup", SETUPS)
@ON_NODE
@pytest.mark.slow
def test_the_included_pipeline_fits_the_schema(setup, tmp_path):
    """With the inputs filled in and everything extended, it is still what GitLab takes."""
    made = project(tmp_path, {}, {**NOWHERE, "setup": setup})

    shown = made.run("--preview", given=on_default())

    assert "" == faults(tmp_path, shown.out)


def test_every_input_says_what_it_is():
    """Each input has a description and a form: options, a pattern, or a type that is no text."""
    inputs = next(yaml.safe_load_all(text(TEMPLATE)))["spec"]["inputs"]
    free = {"image"}

    assert [] == [name for name, one in inputs.items() if not one.get("description")]
    assert free == {name for name, one in inputs.items() if not one.keys() & {"regex", "options", "type"}}


def test_no_input_stands_in_a_script():
    """Inputs reach the shell as variables, so that no value can end a quotation."""
    jobs = list(yaml.safe_load_all(text(TEMPLATE)))[1]
    scripts = [
        str(job.get(part, "")) for job in jobs.values() if isinstance(job, dict) for part in ("script", "before_script")
    ]

    assert [] == [script for script in scripts if "$[[" in script]


def test_every_job_that_signs_in_asks_for_the_one_audience():
    """The tokens of all jobs are for Entra's exchange and for nobody else."""
    jobs = list(yaml.safe_load_all(text(TEMPLATE)))[1]
    audiences = [
        token["aud"] for job in jobs.values() if isinstance(job, dict) for token in job.get("id_tokens", {}).values()
    ]

    assert ["api://AzureADTokenExchange"] == audiences


def test_what_a_job_leaves_is_for_developers_and_a_week():
    """Plans name people: artifacts are for those who may read the code, and soon gone."""
    base = list(yaml.safe_load_all(text(TEMPLATE)))[1][".reconciler"]["artifacts"]

    assert ("always", "developer", "1 week") == (base["when"], base["access"], base["expire_in"])


def test_apply_runs_alone_and_to_its_end():
    """One apply at a time in the protected environment, and a newer pipeline does not break it off."""
    apply = list(yaml.safe_load_all(text(TEMPLATE)))[1]["apply"]

    assert (False, "$[[ inputs.environment ]]") == (apply["interruptible"], apply["resource_group"])
    assert {"name": "$[[ inputs.environment ]]"} == apply["environment"]


def test_the_script_is_one_that_every_shell_reads(tmp_path):
    """The image's shell may be a small one: the scripts are plain POSIX shell."""
    jobs = list(yaml.safe_load_all((ROOT / TEMPLATE).read_text()))[1]
    scripts = [
        "\n".join([*job.get("before_script", []), *job.get("script", [])])
        for job in jobs.values()
        if isinstance(job, dict)
    ]
    broken = [
        done.stderr
        for script in scripts
        if (done := subprocess.run(["sh", "-n"], input=script, capture_output=True, text=True, check=False)).returncode
    ]

    assert [] == broken
