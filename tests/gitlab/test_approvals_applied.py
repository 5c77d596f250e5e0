"""Proof is asked for again by apply, on the real command line, whatever the plan says."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from tests.cli.line import Ran, bare, reconciler
from tests.flow.forgery import forged, text
from tests.gitlab.approvals_api import Project, WithGraph
from tests.gitlab.reviewed import ALICE, ENTRY, GUARDRAILS, HEAD, TEXT
from tests.whole.line import Line
from tests.whole.stage import dated


@dataclass
class InJob(Line):
    """A job of the project's pipeline."""

    project: Project

    def environment(self) -> dict[str, str]:
        """What the emulator and GitLab tell a job; the ledger stays in the folder."""
        return super().environment() | self.project.environment()

    def held(self, *words: str) -> str:
        """Why a plan holds alice, by the document that it prints."""
        (tenant,) = self.json("plan", *words)["tenants"]
        return " ".join(one["message"] for one in tenant["findings"] if one["rule"] == "approval-unproven")


@pytest.fixture
def job(tmp_path: Path, emulator) -> Iterator[InJob]:
    """A job whose project has one approved entry."""
    emulator.change({"reset": True})
    with WithGraph() as gitlab:
        project = Project(gitlab, tmp_path)
        project.write(GUARDRAILS, "policies/guardrails.yaml")
        project.commit("carol")
        yield InJob(emulator, tmp_path, project)


def unblocks(job: InJob) -> int:
    """How many unblocks contoso was told."""
    return job.emulator.counts(tenant="contoso", kind="write", name="Remove-BlockedSenderAddress")


def test_a_proven_entry_unblocks(job):
    """From the merge request to the tenant, once."""
    job.project.merged(TEXT, "alice", "bob")

    assert ((0, {ALICE: "applied"}), 1) == (job.apply("--wait", "0s"), unblocks(job))


def test_an_unproven_entry_waits_and_everybody_says_so(job):
    """`plan`, `senders` and `status` name it; apply sends nothing and ends with 0."""
    job.project.merged(TEXT, "alice")
    (alice,) = [one for one in job.json("senders")["tenants"][0]["senders"] if one["address"] == "alice@contoso.com"]

    assert "carries 0 of 1 approvals" in job.held()
    assert ("approval-unproven", (0, {})) == (alice["approval"], job.apply())
    assert "approval-unproven" in job("status").out
    assert "not proven to be approved" in job("senders").out
    assert 0 == unblocks(job)


def planned(job: InJob) -> dict[str, Any]:
    """The plan of an entry that is proven, in a file."""
    job.project.merged(TEXT, "alice", "bob")
    job("plan", "--out", "plan.json")
    found: dict[str, Any] = json.loads((job.folder / "plan.json").read_text())
    return found


def outcomes(ran: Ran) -> dict[str, tuple[str, str]]:
    """State and rule of each change."""
    (tenant,) = json.loads(ran.out)["tenants"]
    return {one["address"]: (one["state"], one["message"].partition(":")[0]) for one in tenant["outcomes"]}


def test_an_approval_that_is_taken_back_counts_no_more(job):
    """The plan was right when it was made; apply asks again and holds the sender."""
    planned(job)
    job.project.requests[1].approved.clear()
    ran = job("apply", "plan.json", "--format", "json")

    assert (0, {ALICE: ("held", "approval-unproven")}, 0) == (ran.code, outcomes(ran), unblocks(job))


def test_a_forged_unblock_is_held(job):
    """A plan that unblocks whom the policies hold: its digests are right, and still nothing is sent."""
    job.project.merged(TEXT, "alice")
    job("plan", "--out", "held.json")
    document = json.loads((job.folder / "held.json").read_text())
    job.project.approve(job.project.requests[1], "bob")
    job("plan", "--out", "plan.json")
    change = json.loads((job.folder / "plan.json").read_text())["tenants"][0]["changes"]
    job.project.requests[1].approved.clear()
    (job.folder / "held.json").write_text(text(forged(document, lambda one: one["tenants"][0].update(changes=change))))
    ran = job("apply", "held.json", "--format", "json")

    assert ({ALICE: ("held", "approval-unproven")}, 0) == (outcomes(ran), unblocks(job))


def test_going_on_with_a_run_asks_again(job):
    """A run that was killed while it asked for proof is resumed after the approval was taken back."""
    planned(job)
    asked, killed = Event(), Event()
    job.project.gitlab.gate = lambda _verb, path: _hold(asked, killed) if path.endswith("/approvals") else None
    run = job.start("apply", "plan.json")
    assert asked.wait(40)
    run.kill()
    run.communicate()
    killed.set()
    job.project.requests[1].approved.clear()
    name = job.json("history")["runs"][0]["run"]
    ran = job("apply", "--resume", name, "--format", "json")

    assert (0, {ALICE: ("held", "approval-unproven")}, 0) == (ran.code, outcomes(ran), unblocks(job))


def _hold(asked: Event, killed: Event) -> None:
    """Answer only after the one who asks is dead."""
    asked.set()
    killed.wait(40)


def test_a_line_edited_after_the_plan_makes_it_stale(job):
    """Another desired state than the plan's is 5, as always."""
    planned(job)
    job.project.merged(dated(HEAD + ENTRY.replace("Password reset", "Nothing was done")), "alice")

    assert (5, 0) == (job("apply", "plan.json").code, unblocks(job))


def test_the_token_is_nowhere(job):
    """Neither on a stream nor in a file, with a server that refuses it."""
    job.project.merged(TEXT, "alice", "bob")
    job.project.gitlab.order(401, times=999)
    ran = job("plan", "--debug", "--out", "plan.json")
    said = ran.out + ran.err + (job.folder / "plan.json").read_text()

    assert ("only-for-reading" in said, "needs the scope `read_api`" in said) == (False, True)


def test_a_plan_without_gitlab_says_what_is_missing(job):
    """On somebody's own machine nothing can be proven, so nobody is unblocked."""
    job.project.merged(TEXT, "alice", "bob")
    ran = reconciler("plan", folder=job.folder, environment=job.emulator.environment(bare()))

    assert "No GitLab is known here: CI_SERVER_URL is not set." in " ".join(ran.out.split())
