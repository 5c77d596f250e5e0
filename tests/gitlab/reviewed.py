"""A tenant with a blocked sender, policies in a GitLab project that proves approvals, and what a plan makes of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from reconciler.adapters.gitlab.approvals import GitlabReviews
from reconciler.core.plan import Plan
from reconciler.emulator import Emulator
from tests.gitlab.approvals_api import Project, WithGraph
from tests.gitlab.server import GitLab
from tests.whole.stage import Stage, dated, stage

ALICE = "contoso/restricted-sender/alice@contoso.com"
HEAD = """kind: tenant
name: contoso
tenant_id: 6f0c1d3e-0000-4000-8000-000000000001
domain: contoso.onmicrosoft.com
restricted_senders:
  unblock:
"""
ENTRY = """    - address: alice@contoso.com
      blocked_before: BEFORE
      expires: EXPIRES
      approved_by: lead@contoso.com
      reason: Password reset
"""
ON_ONE_LINE = (
    "    - {address: alice@contoso.com, blocked_before: BEFORE, expires: EXPIRES, "
    "approved_by: lead@contoso.com, reason: Password reset}\n"
)
TEXT = dated(HEAD + ENTRY)
GUARDRAILS = "kind: guardrails\napprovals: {verify: gitlab, min: 1}\n"


@dataclass
class Scene:
    """What a test can do: to the project, to the GitLab server, to the tenant."""

    project: Project
    gitlab: GitLab
    on: Stage

    def held(self) -> str:
        """Why a plan holds alice; empty where it unblocks her."""
        return held(self.on.plan())


def held(plan: Plan) -> str:
    """Why a plan holds alice; empty where it unblocks her, which must be so if nothing holds her."""
    (tenant,) = plan.tenants
    found = [one.message for one in tenant.findings if one.rule == "approval-unproven" and one.address == ALICE]
    assert [one.address for one in tenant.changes] == ([] if found else [ALICE])
    return " ".join(found)


@contextmanager
def scene(
    folder: Path, emulator: Emulator, *, guardrails: str = GUARDRAILS, environment: dict[str, str] | None = None
) -> Iterator[Scene]:
    """An empty project with guardrails, and a stage that asks it; `environment` is laid over the job's."""
    with WithGraph() as gitlab:
        project = Project(gitlab, folder)
        project.write(guardrails, "policies/guardrails.yaml")
        project.commit("carol")
        with stage(folder, policies={"guardrails.yaml": guardrails}, emulator=emulator) as on:
            job = project.environment() | (environment or {})
            reviews = GitlabReviews({name: text for name, text in job.items() if text}, on.clock)
            yield Scene(project, gitlab, replace(on, ports=replace(on.ports, reviews=reviews)))
