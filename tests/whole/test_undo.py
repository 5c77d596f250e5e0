"""Undoing, resuming and waiting on the command line, against an emulated tenant."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.line import bare, reconciler

POLICIES = """
kind: tenant
name: contoso
tenant_id: 6f0c1d3e-0000-4000-8000-000000000001
domain: contoso.onmicrosoft.com
audit_log: {enabled: on}
alert_policies:
  User restricted from sending email:
    notifications: {recipients: [secops@contoso.com]}
    via: companion
  Inbox rule forwards outside:
    definition: {category: ThreatManagement, severity: medium, threat_type: Activity, operations: [New-InboxRule], aggregation: none}
    notifications: {enabled: on, recipients: [secops@contoso.com], daily_limit: none}
"""
OLD = {"Name": "Inbox rule forwards outside", "Severity": "Medium", "NotifyUser": ["old@contoso.com"]}


@dataclass
class Call:
    """Runs one command after another in one folder."""

    folder: Path
    environment: dict[str, str]

    def __call__(self, *words):
        return reconciler(*words, folder=self.folder, environment=self.environment)


@pytest.fixture
def call(emulator, tmp_path):
    """A way to run commands on contoso, whose alert tells somebody else and whose auditing is off."""
    emulator.change({"reset": True})
    emulator.faults.clear()
    for change in ({"audit": False}, {"add_policy": OLD}):
        emulator.change({"tenant": "contoso", **change})
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "contoso.yaml").write_text(POLICIES)
    environment = emulator.environment(bare() | {"CI_COMMIT_SHA": "c0ffee" * 6 + "c0ff"})
    environment["RECONCILER_LEDGER"] = f"sqlite:///{tmp_path / 'ledger.db'}"

    return Call(tmp_path, environment)


def read(ran):
    """The document that a command printed."""
    return json.loads(ran.out)


def applied(call):
    """The identifier of a run that made everything as policies want it."""
    assert 0 == call("plan", "--out", "plan.json").code
    ran = call("apply", "plan.json", "--format", "json")
    assert 0 == ran.code, ran.err
    return read(ran)["run"]


def test_a_run_is_undone_by_a_plan_that_is_reviewed_like_any_other(call, emulator):
    """One command writes a plan, show prints it, apply carries it out, and the next plan warns."""
    before = emulator.counts(tenant="contoso", kind="write")
    run = applied(call)
    made = call("rollback", run, "--out", "undo.json", "--detailed-exitcode")
    shown = call("show", "undo.json", "--verbose")
    undone = call("apply", "undo.json", "--format", "json")
    again = call("apply", "undo.json", "--format", "json")
    next_plan = read(call("plan", "--format", "json"))
    states = [one["state"] for one in read(undone)["tenants"][0]["outcomes"]]

    assert (2, 0, 0, 0) == (made.code, shown.code, undone.code, again.code), (made.err, undone.err)
    assert "Revert commit c0ffeec0ffee" in " ".join(made.out.split())
    assert "audit-log-off" in made.out
    assert f"ledger:{run}:" in shown.out
    assert ["applied", "applied"] == states
    assert {"unchanged"} == {one["state"] for one in read(again)["tenants"][0]["outcomes"]}
    assert 3 + 2 == emulator.counts(tenant="contoso", kind="write") - before
    assert {"rolled-back"} == {one["rule"] for one in next_plan["tenants"][0]["findings"]} & {"rolled-back", "undoes"}


def test_auditing_is_switched_off_only_by_who_says_so_twice(call):
    """--ack audit-log-off for the plan, and again for apply."""
    run = applied(call)
    acked = call("rollback", run, "--out", "undo.json", "--ack", "protected")

    assert 64 == acked.code
    assert 0 == call("rollback", run, "--out", "undo.json", "--ack", "audit-log-off").code
    assert 4 == call("apply", "undo.json").code
    assert 0 == call("apply", "undo.json", "--ack", "audit-log-off").code


def test_a_rollback_needs_the_ledger_that_planned_it(call):
    """With another ledger apply knows of no such run, and sends nothing."""
    assert 0 == call("rollback", applied(call), "--out", "undo.json").code
    call.environment["RECONCILER_LEDGER"] = f"sqlite:///{call.folder / 'other.db'}"
    ran = call("apply", "undo.json")

    assert 5 == ran.code
    assert "knows no rollback" in ran.err


@pytest.mark.parametrize("words", [("rollback", "nothing"), ("apply", "--resume", "nothing")])
def test_a_run_that_is_not_there_is_wrong_usage(words, call):
    """Exit 64, and where to look."""
    ran = call(*words)

    assert (64, True) == (ran.code, "`reconciler history` lists them" in ran.err)


def test_a_killed_apply_is_resumed(call, emulator):
    """The run is in the history, and its plan in the ledger: nobody needs the file any more."""
    assert 0 == call("plan", "--out", "plan.json").code
    emulator.faults.add({"do": "slow", "seconds": 20, "when": {"cmdlet": "Set-ProtectionAlert"}})
    words = [sys.executable, "-m", "reconciler", "apply", "plan.json"]
    with subprocess.Popen(words, cwd=call.folder, env=call.environment, stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 40
        while not emulator.counts(tenant="contoso", kind="write", name="Set-ProtectionAlert"):
            assert process.poll() is None
            assert time.monotonic() < deadline
        process.kill()
    emulator.faults.clear()
    (call.folder / "plan.json").unlink()
    last = read(call("history", "--format", "json"))["runs"][0]
    ran = call("apply", "--resume", last["run"], "--format", "json")

    assert (None, 0) == (last["exit_code"], ran.code), ran.err
    assert 3 == len(read(ran)["tenants"][0]["outcomes"])
    assert 0 == call("plan", "--detailed-exitcode").code


def test_status_follows_a_write_with_the_time_of_the_run(call, emulator):
    """Converging until the end of its clock, then overdue; --now moves all of it."""
    emulator.change({"tenant": "contoso", "switch": {"alerts_after_seconds": 7200}})
    assert 0 == call("plan", "--out", "plan.json", "--target", "contoso/alert-policy/Inbox rule forwards outside").code
    ran = call("apply", "plan.json", "--wait", "0s")
    later = f"{datetime.now(UTC) + timedelta(minutes=61):%Y-%m-%dT%H:%M:%SZ}"
    now, then = call("status", "--format", "json"), call("status", "--format", "json", "--now", later)
    waits = [[one["state"] for one in read(one)["tenants"][0]["waiting"]] for one in (now, then)]

    assert (8, 8, 8) == (ran.code, now.code, then.code), ran.err
    assert [["converging"], ["overdue"]] == waits
    assert "Waiting: 1 converging." in call("status").out
    assert "Converging" in call("status", "--format", "markdown").out
