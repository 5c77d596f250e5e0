"""The SARIF log: valid by Microsoft's own multitool, and what each kind, level and state means."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from reconciler.core.change import Origin
from tests.judges.judges import ON_NODE, modules
from tests.report import samples
from tests.report.told import EVIL, RESULTS, drift, report

NASTY = "[a](https://evil.example) {0} <b>&amp;\x00\x1b[2J\u202e\u200b\n\r\"'\\ %41 \U000e0041"
# reconciler has no public page that a log could name. The multitool says nothing at all of what it can't read, so that
# it says this much is the proof that it read the log.
READ = "SARIF2005"


def log(name: str, **changes: Any) -> Any:
    """The log of one of the results."""
    return json.loads(report("sarif", RESULTS[name](), name, **changes))


def results(found: Any, tenant: int = 0) -> dict[tuple[str, str], Any]:
    """The results of one run, by rule and object."""
    return {(one["ruleId"], one["message"]["text"].partition(":")[0]): one for one in found["runs"][tenant]["results"]}


def multitool(file: Path) -> set[str]:
    """The rules of everything that the multitool finds wrong with a log."""
    binary = modules() / "@microsoft" / f"sarif-multitool-{sys.platform}" / "Sarif.Multitool"
    # The judges are installed without their scripts, one of which would do this.
    binary.chmod(0o755)
    said = file.with_suffix(".judged")
    done = subprocess.run(
        [str(binary), "validate", str(file), "--output", str(said), "--level", "Error;Warning"],
        env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1", "HTTPS_PROXY": "http://127.0.0.1:9"},
        capture_output=True, text=True, check=False, timeout=50,
    )  # fmt: skip
    assert said.exists(), done.stdout + done.stderr
    return {one["ruleId"] for run in json.loads(said.read_text("utf-8-sig"))["runs"] for one in run["results"]}


@ON_NODE
@pytest.mark.slow
@pytest.mark.parametrize("name", RESULTS)
def test_the_multitool_finds_nothing_wrong(name, tmp_path):
    """Each result, with values that try to be links, markup and control characters, is a valid log."""
    file = tmp_path / "log.sarif"
    file.write_text(report("sarif", RESULTS[name](note=NASTY, address=f"contoso/{NASTY}"), name), "utf-8")

    assert {READ} == multitool(file)


@ON_NODE
@pytest.mark.slow
@pytest.mark.parametrize("fault", [{"colour": "blue"}, {"message": {}}, {"ruleIndex": 99}, {"kind": "perhaps"}])
def test_the_multitool_would_find_a_fault(fault, tmp_path):
    """The judge is awake: an unknown property, a missing or odd one, and an index without a rule do not pass."""
    file = tmp_path / "log.sarif"
    found = log("drift")
    found["runs"][0]["results"][0] |= fault
    file.write_text(json.dumps(found))

    assert {READ} != multitool(file)


@pytest.mark.parametrize("name", RESULTS)
@given(note=EVIL, address=EVIL)
@settings(max_examples=30)
def test_no_value_is_anything_but_text(name, note, address):
    """Whatever a value holds: every message is printable and no link, and only a failure has a level."""
    written = report("sarif", RESULTS[name](note=f"[a](b){note}", address="a" + address), name)
    told = [one for run in json.loads(written)["runs"] for one in run["results"]]

    assert written.isascii()
    assert all(one["message"]["text"].isprintable() for one in told)
    assert all("](" not in one["message"]["text"].replace("\\]", "") for one in told)
    assert all((one["kind"] == "fail") == (one["level"] != "none") for one in told)
    assert len(told) == len({one["partialFingerprints"]["reconciler/v1"] for one in told})


def test_what_is_open_to_doubt_is_open():
    """Drift fails; what could not be read or is on its way is open; what is held is for a person to review."""
    found = log("drift")
    kinds = {key: (one["kind"], one["level"]) for key, one in (results(found) | results(found, 2)).items()}

    assert ("fail", "warning") == kinds["drift", samples.ALERT]
    assert ("fail", "error") == kinds["protected", samples.ALERT]
    assert ("open", "none") == kinds["drift", samples.ALICE]
    assert ("open", "none") == kinds["unreadable", "mute/audit-log"]
    assert ("review", "none") == kinds["newer-block", samples.ALICE]
    assert ("informational", "none") == kinds["restricted", samples.BOB]
    assert {"pass", "fail", "open", "review"} == {one["kind"] for one in results(log("apply")).values()}


def test_what_somebody_accepted_is_suppressed_and_never_left_out():
    """An accepted difference is a result with a suppression: who and why, and the line of the acceptance."""
    [entry] = [one for one in log("drift")["runs"][0]["results"] if "enabled: wanted on" in one["message"]["text"]]
    [suppression] = entry["suppressions"]

    assert "enabled is left as it is until 2026-12-01, by lead: Quiet" == suppression["justification"]
    assert ("external", "accepted") == (suppression["kind"], suppression["status"])
    assert "policies/acceptances.yaml" == suppression["location"]["physicalLocation"]["artifactLocation"]["uri"]
    assert 2 == sum("suppressions" in one for run in log("drift")["runs"] for one in run["results"])


def test_each_tenant_is_a_run():
    """A run has its tenant's identity and exit, and only what was done as asked is a success."""
    runs = log("drift")["runs"]

    assert [f"reconciler/drift/{name}/" for name in ("contoso", "fabrikam", "mute")] == [
        run["automationDetails"]["id"] for run in runs
    ]
    assert [(4, True), (0, True), (9, False)] == [
        (one["exitCode"], one["executionSuccessful"]) for run in runs for one in run["invocations"]
    ]
    assert [] == runs[1]["results"]
    assert ["reconciler/validate/policies/"] == [run["automationDetails"]["id"] for run in log("validate")["runs"]]


def test_what_is_new_since_the_last_report():
    """What the ledger had never seen before this run is new, the rest unchanged, and where it can't tell nothing is said."""
    states = [one.get("baselineState") for one in log("drift", seconds=20.0)["runs"][0]["results"]]

    assert ["unchanged", "unchanged", "new", "new", "unchanged", None] == states[:6]
    assert not [one for one in log("drift", stored=True)["runs"][0]["results"] if "baselineState" in one]


def test_each_rule_says_what_it_means_and_what_to_do():
    """The rules of a run are those of its results, each with a description, help and a level."""
    for name in RESULTS:
        for run in log(name)["runs"]:
            rules = run["tool"]["driver"]["rules"]

            assert [rules[one["ruleIndex"]]["id"] for one in run["results"]] == [
                one["ruleId"] for one in run["results"]
            ]
            assert len({one["ruleId"] for one in run["results"]}) == len(rules)
            assert all("What to do: " in rule["help"]["text"] for rule in rules)


def test_a_path_is_a_reference():
    """A path is relative to a root that is not told, and what a URI can't hold is encoded."""
    odd = "policies/ü [1] %41:x#y?.yaml"
    contoso = drift().tenants[0]
    moved = contoso.drift[0].model_copy(update={"origin": Origin(file=odd, line=3)})
    made = drift().model_copy(update={"tenants": (contoso.model_copy(update={"drift": (moved,)}),)})
    found = json.loads(report("sarif", made, "drift"))
    place = found["runs"][0]["results"][0]["locations"][0]["physicalLocation"]

    assert "policies/%C3%BC%20%5B1%5D%20%2541%3Ax%23y%3F.yaml" == place["artifactLocation"]["uri"]
    assert ("%SRCROOT%", {"startLine": 3}) == (place["artifactLocation"]["uriBaseId"], place["region"])


def test_equal_results_give_equal_bytes():
    """The same result in the same context is the same file."""
    assert report("sarif", drift(), "drift") == report("sarif", drift(), "drift")
