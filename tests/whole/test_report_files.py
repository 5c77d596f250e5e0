"""Reports for machines, written by the real command line against the emulator, read as GitLab and viewers would."""

import json
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from reconciler.emulator import Emulator
from tests.judges.judges import ON_NODE
from tests.report.test_codequality import SCHEMA
from tests.report.test_sarif import READ, multitool
from tests.whole.line import Line
from tests.whole.stage import CONTOSO, RESTRICTED

pytestmark = pytest.mark.slow

KINDS = ("gitlab-terraform", "codequality", "sarif", "junit")
DEFAULT = f"contoso/alert-policy/{RESTRICTED}"
ALICE = "contoso/restricted-sender/alice@contoso.com"
MUTED = {"name": "Inbox rule forwards outside", "fields": {"NotificationEnabled": False}}


@pytest.fixture
def line(tmp_path):
    """A command line on a fresh emulator, with contoso's policies in the folder."""
    with Emulator() as emulator:
        made = Line(emulator, tmp_path)
        made.write("contoso.yaml", CONTOSO)
        yield made


def reported(line: Line, *words: str, without: str = "") -> tuple[int, dict[str, str]]:
    """The exit code of a command and the text of each report that it wrote."""
    kinds = [kind for kind in KINDS if kind != without]
    ran = line(*words, *(word for kind in kinds for word in ("--report", f"{kind}={words[0]}.{kind}")))
    return ran.code, {kind: (line.folder / f"{words[0]}.{kind}").read_text("utf-8") for kind in kinds}


def entries(found: dict[str, str]) -> list[Any]:
    """The code quality entries, each valid and with an identity of its own."""
    from jsonschema import Draft202012Validator

    told = json.loads(found["codequality"])
    Draft202012Validator(SCHEMA).validate(told)

    assert len({one["fingerprint"] for one in told}) == len(told)
    return told


def test_every_kind_of_a_plan(line):
    """A plan's changes are counted, and each stands at its line in the policy file, in every kind."""
    code, found = reported(line, "plan")
    lines = (line.folder / "policies" / "contoso.yaml").read_text().splitlines()
    places = {one["description"].partition(": ")[0]: one["location"] for one in entries(found) if one["check_name"].startswith("change")}  # fmt: skip

    assert 0 == code
    assert (1, 1, 1) == tuple(json.loads(found["gitlab-terraform"])[key] for key in ("create", "update", "delete"))
    assert {"policies/contoso.yaml"} == {one["path"] for one in places.values()}
    assert RESTRICTED in lines[places[DEFAULT]["lines"]["begin"] - 1]
    assert "alice@contoso.com" in lines[places[ALICE]["lines"]["begin"] - 1]
    assert {"skipped"} == {case[0].tag for case in ET.fromstring(found["junit"]).iter("testcase") if case.attrib["name"] == ALICE}  # fmt: skip


@ON_NODE
def test_each_command_writes_a_valid_log(line):
    """Plan, apply, drift, validate and status each write SARIF that the multitool takes."""
    for words in (("plan",), ("apply", "--auto-approve"), ("drift",), ("status",)):
        reported(line, *words, without="gitlab-terraform" if words == ("status",) else "")
    reported(line, "validate", without="gitlab-terraform")

    for name in ("plan", "apply", "drift", "status", "validate"):
        assert {READ} == multitool(line.folder / f"{name}.sarif"), name


def test_drift_is_new_once(line):
    """Drift fails its case and is new in the first report that shows it; in the next it is unchanged, its identity kept."""
    assert 0 == line("apply", "--auto-approve").code
    line.emulator.change({"tenant": "contoso", "set_policy": MUTED})
    (code, one), (_, two) = reported(line, "drift"), reported(line, "drift")
    states = [[item.get("baselineState") for item in json.loads(found["sarif"])["runs"][0]["results"] if item["ruleId"] == "drift"] for found in (one, two)]  # fmt: skip

    assert 2 == code
    assert [["new"], ["unchanged"]] == states
    assert 1 == len(ET.fromstring(one["junit"]).findall(".//failure"))
    assert one["codequality"] == two["codequality"]
    assert {"create": 0, "update": 1, "delete": 0} == {key: json.loads(one["gitlab-terraform"])[key] for key in ("create", "update", "delete")}  # fmt: skip


def test_a_tenant_that_can_not_be_read(line):
    """Nothing is shown as zero, the tenant is an error, and its entries stand at its document."""
    line.emulator.faults.add({"do": "sign-in-error", "code": 7000222, "when": {"kind": "sign-in"}})
    code, found = reported(line, "drift")

    assert 9 == code
    assert "create" not in json.loads(found["gitlab-terraform"])
    assert {"policies/contoso.yaml"} == {one["location"]["path"] for one in entries(found)}
    assert ET.fromstring(found["junit"]).findall(".//error")
    assert [False] == [
        one["executionSuccessful"] for run in json.loads(found["sarif"])["runs"] for one in run["invocations"]
    ]


def test_wrong_files_are_told_at_their_lines(line):
    """Validate's reports stand at the faults, and there is nothing that it could count."""
    (line.folder / "policies" / "contoso.yaml").write_text("kind: tenant\nname: contoso\ncolour: blue\n")
    code, found = reported(line, "validate", without="gitlab-terraform")

    assert 3 == code
    assert 3 in {one["location"]["lines"]["begin"] for one in entries(found)}
    assert {"blocker"} == {one["severity"] for one in entries(found)}
    assert 64 == line("validate", "--report", "gitlab-terraform=t.json").code
