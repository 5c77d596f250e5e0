"""What needs no tenant: validate, schema, show; output, formats and logs."""

import json
import subprocess
import sys

import pytest

from tests.cli.line import bare, reconciler

SECRET = "hunter2-hunter2"


def spoil(folder):
    """Give one tenant two faults."""
    path = folder / "policies" / "tenants" / "fabrikam.yaml"
    path.write_text(path.read_text() + "colour: blue\naudit_log: {enabled: perhaps}\n")


def test_valid_policies(folder):
    """The demo's own policies are valid."""
    ran = reconciler("validate", folder=folder)

    assert (0, "reconciler: exit 0 (ok)") == (ran.code, ran.last), ran.out


def test_every_error_at_once_with_its_place(folder):
    """Each fault has its file, line and column, as editors read it; the last line counts them."""
    spoil(folder)
    ran = reconciler("validate", folder=folder)

    assert 3 == ran.code
    places = [line.split(" ")[0] for line in ran.out.splitlines() if ": error: " in line]
    assert ["policies/tenants/fabrikam.yaml:6:1:", "policies/tenants/fabrikam.yaml:7:22:"] == places
    assert "reconciler: exit 3 (invalid-policies): 2 errors" == ran.last


def test_validate_as_json(folder):
    """JSON holds the counts, each diagnostic with its range, and the exit."""
    spoil(folder)
    ran = reconciler("validate", "--format", "json", folder=folder)
    found = json.loads(ran.out)

    assert (1, False, 2, 0) == tuple(found[key] for key in ("format", "valid", "error_count", "warning_count"))
    assert {"code": 3, "name": "invalid-policies", "reasons": ["2 errors"]} == found["exit"]
    assert {"severity", "summary", "detail", "range"} == set(found["diagnostics"][0])
    assert {"filename", "start", "end"} == set(found["diagnostics"][0]["range"])


def test_a_value_that_breaks_a_guardrail_is_4(folder):
    """Valid policies with a value that guardrails refuse end with 4, with its place; an acknowledged one is a warning."""
    path = folder / "policies" / "baselines" / "everywhere.yaml"
    path.write_text(path.read_text().replace("enabled: on", "enabled: off"))
    refused = reconciler("validate", "--tenant", "fabrikam", "--format", "json", folder=folder)
    found = json.loads(refused.out)
    acknowledged = reconciler("validate", "--ack", "audit-log-off", folder=folder)

    assert (4, False, 1, 0) == (refused.code, *(found[key] for key in ("valid", "error_count", "warning_count")))
    assert {"code": 4, "name": "refused", "reasons": ["1 value refused by a guardrail"]} == found["exit"]
    assert (5, 12) == tuple(found["diagnostics"][0]["range"]["start"].values())
    assert (0, 2) == (acknowledged.code, acknowledged.out.count(": warning: "))


def test_commands_that_read_policies_refuse_wrong_ones(folder):
    """A plan tells the faults on stderr, keeps stdout empty and ends with 3."""
    spoil(folder)
    ran = reconciler("plan", "--format", "json", folder=folder)

    assert (3, "") == (ran.code, ran.out)
    assert "policies/tenants/fabrikam.yaml:6:1: error: " in ran.err
    assert "reconciler: exit 3 (invalid-policies): 2 errors" == ran.last


def test_the_folder_from_the_environment(folder, tmp_path):
    """RECONCILER_POLICIES names the folder, and --policies wins over it."""
    away = tmp_path / "away"
    away.mkdir()
    variables = bare() | {"RECONCILER_POLICIES": str(folder / "policies")}

    assert 0 == reconciler("validate", folder=away, environment=variables).code
    assert 3 == reconciler("validate", "--policies", "nowhere", folder=away, environment=variables).code


def test_output_goes_to_the_file_whole(folder):
    """--output and --report write their files and their folders, and leave nothing else behind."""
    ran = reconciler(
        "validate", "--format", "html", "--output", "out/a.html", "--report", "json=out/a.json", folder=folder
    )

    assert (0, "") == (ran.code, ran.out)
    assert ["a.html", "a.json"] == sorted(path.name for path in (folder / "out").iterdir())
    assert json.loads((folder / "out" / "a.json").read_text())["valid"]
    assert (folder / "out" / "a.html").read_text().startswith("<!doctype html>")


def test_output_to_a_device_leaves_the_device(folder):
    """A target that is no file, such as /dev/stdout, is written to and never replaced."""
    ran = reconciler("validate", "--format", "json", "--output", "/dev/stdout", folder=folder)

    assert json.loads(ran.out)["valid"]


def test_the_schema_is_a_schema(folder):
    """It prints one JSON document, a valid JSON Schema, that takes the demo's own tenants."""
    import yaml
    from jsonschema import Draft202012Validator

    schema = json.loads(reconciler("schema", folder=folder).out)
    Draft202012Validator.check_schema(schema)
    tenant = yaml.load((folder / "policies" / "tenants" / "fabrikam.yaml").read_text(), yaml.BaseLoader)

    assert [] == list(Draft202012Validator(schema).iter_errors(tenant))


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 2}', "\x00", "{" * 100_000])
def test_a_file_that_is_no_plan(text, folder):
    """It ends with 5 and a sentence for anything that is no plan of this format."""
    (folder / "plan.json").write_text(text)
    ran = reconciler("show", "plan.json", folder=folder)

    assert (5, "") == (ran.code, ran.out)
    assert ran.err.startswith("error: ")
    assert ran.last.startswith("reconciler: exit 5 (stale-plan)")


def test_logs_as_json(folder):
    """With --log-format json every line on stderr is a JSON object, and the last one has the exit code."""
    (folder / "plan.json").write_text("{}")
    ran = reconciler("show", "plan.json", "--log-format", "json", folder=folder)
    lines = [json.loads(line) for line in ran.err.splitlines()]

    assert ["error", "error"] == [line["level"] for line in lines]
    assert 5 == lines[-1]["exit"]


def test_a_reader_who_leaves_is_no_error(folder):
    """`| head` ends the output quietly."""
    command = f"{sys.executable} -m reconciler schema | head -c 10"
    ran = subprocess.run(["bash", "-c", command], cwd=folder, env=bare(), capture_output=True, text=True, check=False)

    assert "Traceback" not in ran.stderr
    assert "Exception ignored" not in ran.stderr


def test_a_reader_who_leaves_does_not_change_the_exit(folder):
    """Policies that are wrong end with 3 also where nobody reads what is wrong."""
    spoil(folder)
    command = f"set -o pipefail; {sys.executable} -m reconciler validate | true"
    ran = subprocess.run(["bash", "-c", command], cwd=folder, env=bare(), capture_output=True, text=True, check=False)

    assert (3, "reconciler: exit 3 (invalid-policies): 2 errors") == (ran.returncode, ran.stderr.strip())


def test_a_full_disk_is_a_sentence(folder):
    """A stdout that takes no more is told in words, with exit 1."""
    command = f"ulimit -f 0; {sys.executable} -m reconciler schema > schema.json"
    ran = subprocess.run(["bash", "-c", command], cwd=folder, env=bare(), capture_output=True, text=True, check=False)

    assert 1 == ran.returncode
    assert ran.stderr.startswith("error: The result can't be written: File too large.")


def test_an_old_encoding_shows_escapes(folder):
    """Where stdout can't spell a letter, its escape is shown, and nothing ends in an error."""
    path = folder / "policies" / "tenants" / "fabrikam.yaml"
    path.write_text(path.read_text() + "größe: 1\n", encoding="utf-8")
    ran = reconciler("validate", folder=folder, environment=bare() | {"PYTHONIOENCODING": "ascii"})

    assert 3 == ran.code
    assert "gr\\xf6\\xdfe" in ran.out


def test_a_traceback_only_with_debug(folder):
    """What nobody foresaw, such as a stdout that is closed, is one sentence and 1; --debug adds the traceback."""
    ends = []
    for more in ("", " --debug"):
        command = f"{sys.executable} -m reconciler schema{more} >&-"
        ran = subprocess.run(
            ["bash", "-c", command], cwd=folder, env=bare(), capture_output=True, text=True, check=False
        )
        ends.append((ran.returncode, "Traceback" in ran.stderr, "--debug" in ran.stderr))

    assert [(1, False, True), (1, True, False)] == ends


def test_secrets_are_hidden_even_in_debug(folder):
    """The value of a secret variable never appears, wherever it came from."""
    variables = bare() | {"AZURE_CLIENT_SECRET": SECRET, "RECONCILER_POLICIES": f"no-{SECRET}-folder"}
    ran = reconciler("plan", "--debug", folder=folder, environment=variables)

    assert 3 == ran.code
    assert SECRET not in ran.err
    assert "[hidden]" in ran.err
