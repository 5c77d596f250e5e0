"""The code quality report: what GitLab's documentation demands of every entry, and identities that stay."""

import json
import re
from pathlib import PurePosixPath
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from reconciler.core.change import Origin
from reconciler.report.formats import REPORTS
from tests.report import samples
from tests.report.told import BEFORE, DOCUMENT, EVIL, RESULTS, drift, invalid, report

# From GitLab's table of supported properties: all of them, and of the two spellings of a line the one that we write.
SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "additionalProperties": False,
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "pattern": "^[a-z][a-z-]*$"},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "additionalProperties": False,
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "minLength": 1, "not": {"pattern": r"^(\./|/)"}},
                    "lines": {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}


def entries(name: str, **values: object) -> list[Any]:
    """The entries of one of the results."""
    return json.loads(report("codequality", RESULTS[name](**values), name))


def marks(found: list[Any]) -> list[str]:
    """The fingerprints, in order."""
    return [one["fingerprint"] for one in found]


@pytest.mark.parametrize("name", RESULTS)
@given(note=EVIL, address=EVIL)
@settings(max_examples=40)
def test_no_value_makes_an_invalid_entry(name, note, address):
    """Whatever a tenant or a policy holds: every entry is as documented, unique, and one printable line."""
    written = report("codequality", RESULTS[name](note=note, address="a" + address), name)
    found = json.loads(written)

    Draft202012Validator(SCHEMA).validate(found)
    assert len(found) == len(set(marks(found)))
    assert all(one["description"].isprintable() for one in found)
    assert written.isascii()


@pytest.mark.parametrize("name", RESULTS)
def test_every_change_difference_finding_and_fault_is_an_entry(name):
    """Nothing that the result holds is left out."""
    document = json.loads(REPORTS["json"].write(RESULTS[name](), None))
    lists = ("changes", "findings", "unreadable", "drift", "outcomes", "waiting")
    expected = sum(len(tenant.get(key, ())) for tenant in document.get("tenants", ()) for key in lists)
    expected += len(document.get("diagnostics", ())) + (
        name == "apply"
    )  # the tenant that was stopped before any outcome

    assert expected == len(entries(name))


@pytest.mark.parametrize("name", RESULTS)
@given(note=EVIL)
@settings(max_examples=25)
def test_an_identity_is_no_message(name, note):
    """Fingerprints stay while the words about an object change; but for faults of files, which have no other identity."""
    if name != "validate":
        assert marks(entries(name)) == marks(entries(name, note=note))


@pytest.mark.parametrize("line", [1, 2, 40, 1234])
def test_an_identity_is_no_line(line):
    """Fingerprints stay while the lines of a file move, those that a message names included."""
    assert marks(entries("drift", line=1)) == marks(entries("drift", line=line))
    assert marks(entries("validate", line=9)) == marks(entries("validate", line=line))


def test_an_identity_is_the_same_on_every_machine():
    """Fingerprints do not depend on where the checkout is."""
    there = [
        one.model_copy(update={"range": one.range.model_copy(update={"filename": f"/ci/1/{one.range.filename}"})})
        for one in invalid().diagnostics
        if one.range
    ]
    moved = invalid().model_copy(update={"diagnostics": tuple(there)})
    found = json.loads(report("codequality", moved, "validate", folder=PurePosixPath("/ci/1")))

    assert entries("validate")[: len(there)] == found


def placed(file: str, **surroundings: object) -> Any:
    """Where the one change of a plan stands that line 9 of a file asked for."""
    change = samples.changes()[0].model_copy(update={"origin": Origin(file=file, line=9)})
    contoso = samples.plan().tenants[0].model_copy(update={"findings": (), "changes": (change,)})
    plan = samples.plan().model_copy(update={"tenants": (contoso,)})
    [found] = json.loads(report("codequality", plan, "plan", **surroundings))
    return found["location"]


@pytest.mark.parametrize("file", [DOCUMENT, f"/builds/it/{DOCUMENT}"])
def test_the_line_that_caused_it(file):
    """An entry stands at the YAML line that asked for it, its path relative to the current folder."""
    assert {"path": DOCUMENT, "lines": {"begin": 9}} == placed(file)


@pytest.mark.parametrize(
    ("file", "document", "folder", "expected"),
    [
        ("ledger:20261123T100000Z-01", DOCUMENT, "policies", DOCUMENT),
        ("reconciler/baselines/restricted-senders.yaml", DOCUMENT, "policies", DOCUMENT),
        ("/elsewhere/policies/a.yaml", f"/builds/it/{DOCUMENT}", "policies", DOCUMENT),
        ("ledger:20261123T100000Z-01", None, "it/policies", "it/policies"),
        ("../policies/a.yaml", "../policies/contoso.yaml", "../policies", "policies"),
        ("ledger:20261123T100000Z-01", None, ".", "policies"),
    ],
)
def test_what_has_no_line_stands_in_its_tenants_document(file, document, folder, expected):
    """What no file below the current folder asked for is told at the tenant's document, else at the folder of policies."""
    files = {"contoso": document} if document else {}

    assert {"path": expected, "lines": {"begin": 1}} == placed(file, files=files, policies=folder)


def test_how_grave_each_sort_is():
    """Critical drift is critical, what a guardrail refuses blocks, and what somebody accepted is only told."""
    found = {(one["check_name"], one["severity"]) for one in entries("drift")}

    assert {
        ("drift", "critical"), ("drift", "major"), ("drift", "minor"), ("drift", "info"), ("accepted", "info"),
        ("restricted", "info"), ("newer-block", "major"), ("paused", "minor"), ("converging", "info"), ("overdue", "major"),
        ("protected", "blocker"), ("unreadable", "critical"),
    } == found  # fmt: skip


def test_equal_results_give_equal_bytes():
    """The same result twice is the same file, and says nothing of the time."""
    one, two = report("codequality", drift(), "drift"), report("codequality", drift(), "drift")

    assert one == two
    assert not re.search("first_seen|" + BEFORE, one)
