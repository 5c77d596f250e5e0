"""`report`: stored results in every form, and files that are none."""

import csv
import json
from io import StringIO

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.cli.line import reconciler
from tests.report import powershell_reader, samples

KINDS = ("terraform-json", "prometheus", "csv", "powershell")


def stored(folder, name, result) -> str:
    """A result in a file, as `--format json` writes it."""
    from reconciler.report.json import to_json

    (folder / name).write_text(to_json(result))
    return name


def reports(*kinds: str) -> list[str]:
    """The options that write these reports to files of their names."""
    return [word for kind in kinds for word in ("--report", f"{kind}=out/{kind}")]


@pytest.fixture
def results(tmp_path):
    """A folder with one stored result of each command."""
    from tests.report.test_reports import invalid
    from tests.report.test_status import STATUS

    for name, result in {
        "plan": samples.plan(), "apply": samples.applied(), "drift": samples.drift(), "validate": invalid(), "status": STATUS,
    }.items():  # fmt: skip
        stored(tmp_path, f"{name}.json", result)
    return tmp_path


@pytest.mark.parametrize("command", ["plan", "apply", "drift", "validate", "status"])
def test_it_prints_what_a_command_wrote(results, command):
    """JSON comes out as it went in; other forms are those of the command; it ends with 0, however the run ended."""
    name = f"{command}.json"
    again = reconciler("report", name, "--format", "json", folder=results)
    text = reconciler("report", name, folder=results)

    assert (0, (results / name).read_text()) == (again.code, again.out)
    assert (0, "reconciler: exit 0 (ok)") == (text.code, text.last)
    assert text.out.strip()


def test_the_reports_of_a_run_and_of_its_stored_plan_are_the_same(folder, environment):
    """Through the command line, against a tenant: what needs no clock is equal to the byte."""
    made = reconciler("plan", "--out", "plan.json", *reports(*KINDS), folder=folder, environment=environment)
    first = {kind: (folder / "out" / kind).read_bytes() for kind in KINDS}
    again = reconciler("report", "plan.json", *reports(*KINDS), folder=folder)
    second = {kind: (folder / "out" / kind).read_bytes() for kind in KINDS}
    plan = json.loads((folder / "plan.json").read_text())
    commands = [
        (command["cmdlet"], command["parameters"])
        for tenant in plan["tenants"] for change in tenant["changes"] for command in change["commands"]
    ]  # fmt: skip

    assert (0, 0) == (made.code, again.code), made.err + again.err
    assert {"prometheus"} == {kind for kind in KINDS if first[kind] != second[kind]}
    assert commands == powershell_reader.calls(first["powershell"].decode())
    assert commands
    changes = [change for tenant in plan["tenants"] for change in tenant["changes"]]
    rows = list(csv.DictReader(StringIO(first["csv"].decode("utf-8-sig"), newline="")))
    assert [one["address"] for one in changes] == [one["address"] for one in rows if one["what"] == "change"]
    assert len(changes) == len(json.loads(first["terraform-json"])["resource_changes"])
    assert {"policies/tenants/contoso.yaml"} >= {
        one["place"].rpartition(":")[0] for one in rows if one["what"] == "change" and one["tenant"] == "contoso"
    }


def test_the_numbers_of_a_run(folder, environment):
    """The budget comes from the guardrails less the planned unblocks, and a tenant that was read has its time."""
    reconciler("plan", *reports("prometheus"), folder=folder, environment=environment)
    text = (folder / "out" / "prometheus").read_text()
    found = {
        (one.name, one.labels.get("tenant", "")): one.value
        for family in text_string_to_metric_families(text) for one in family.samples
    }  # fmt: skip

    # The demo's guardrails allow five; an empty ledger leaves one, and the plan lifts the block of alice.
    assert 0 == found["reconciler_unblock_budget_remaining", "contoso"]
    assert 5 == found["reconciler_unblock_budget_remaining", "fabrikam"]
    assert 2 == found["reconciler_restricted_senders", "contoso"]
    assert found["reconciler_last_success_timestamp_seconds", "fabrikam"] > 1_700_000_000
    assert found["reconciler_run_duration_seconds", ""] > 0


def test_a_fixed_time_gives_equal_bytes(results):
    """With --now the numbers too are the same each time."""
    once, again = (
        (reconciler("report", "drift.json", "--now", "2026-11-23T10:00:00Z", *reports("prometheus"), folder=results),
         (results / "out" / "prometheus").read_bytes())
        for _ in range(2)
    )  # fmt: skip

    assert (0, once[1]) == (again[0].code, again[1])


def test_a_part_of_a_result(results):
    """--tenant prints only those tenants' parts, and a name that is not there is wrong usage."""
    part = json.loads(reconciler("report", "drift.json", "--tenant", "fab*", "--format", "json", folder=results).out)
    wrong = reconciler("report", "drift.json", "--tenant", "nobody", folder=results)

    assert ["fabrikam"] == [one["name"] for one in part["tenants"]]
    assert (64, True) == (wrong.code, "has no tenant 'nobody'. It has contoso, fabrikam." in wrong.err)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("drift", "powershell"), ("apply", "terraform-json"), ("status", "csv"), ("validate", "powershell")],
)
def test_a_report_that_a_result_has_not(results, name, kind):
    """It is refused with those that there are, before anything is written."""
    ran = reconciler("report", f"{name}.json", *reports(kind), folder=results)

    assert (64, "") == (ran.code, ran.out)
    assert f"--report: there is no report of `{name}` called '{kind}'. There are " in ran.err
    assert not (results / "out" / kind).exists()


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("", 1, "is not JSON: Expecting value at line 1, column 1."),
        ("[]", 1, "is JSON, but not a plan, or the JSON of apply, drift, validate or status"),
        ('{"tenants": []}', 1, "is JSON, but not a plan, or the JSON of apply, drift, validate or status."),
        ('{"format": 2, "run": "x"}', 1, "has the format 2; this version reads format 1 only."),
        ('{"format": "\\u001b[2J", "run": "x"}', 1, "has the format '\\x1b[2J'; this version reads format 1 only."),
        ('{"format": true, "valid": true}', 1, "has the format True; this version reads format 1 only."),
        ('{"format": 2, "digest": "x"}', 5, "has the format '2'; this version reads format 1 only."),
        ('{"format": 1, "valid": true}', 1, "is no whole result of validation: `error_count`: Field required"),
        ('{"format": 1, "run": "x", "tenants": [], "exit": {}, "more": 1}', 1, "is no whole result of applied: "),
        ('{"format": NaN, "run": "x"}', 1, "holds NaN, which is no JSON number."),
        ('{"format": ' + "9" * 5000 + ', "run": "x"}', 1, "holds a number that no result holds."),
        ("[" * 100_000, 1, "is nested far deeper than any result."),
        ('{"format":1,"tenants":[{"drift":' + "[" * 500 + "]" * 500 + "}]}", 1, "is no whole result of drift: "),
        ("\udcff", 1, "is not UTF-8 text."),
    ],
)
def test_a_file_that_is_no_result(tmp_path, text, code, said):
    """One sentence names the file and what is wrong with it."""
    (tmp_path / "result.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    ran = reconciler("report", "result.json", folder=tmp_path)

    assert (code, "") == (ran.code, ran.out)
    assert f"error: result.json {said}" in ran.err
    assert "Traceback" not in ran.err


def test_an_altered_plan_is_refused(results):
    """As `show` does: its digest is not that of its content."""
    path = results / "plan.json"
    path.write_text(path.read_text().replace("New-ProtectionAlert", "Remove-ProtectionAlert"))
    ran = reconciler("report", "plan.json", *reports("powershell"), folder=results)

    assert (5, False) == (ran.code, (results / "out" / "powershell").exists())
    assert "plan.json was altered after it was made" in ran.err


def test_a_path_that_is_no_file(tmp_path):
    """Nothing there, and a folder: a sentence, and 1."""
    nothing, folder = (reconciler("report", name, folder=tmp_path) for name in ("nope.json", "."))

    assert (1, True) == (nothing.code, nothing.err.startswith("error: There is no result nope.json."))
    assert (1, True) == (folder.code, folder.err.startswith("error: . is a folder."))
