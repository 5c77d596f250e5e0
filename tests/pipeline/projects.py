"""Repositories that include the template, without going through `init`."""

from collections.abc import Mapping
from pathlib import Path

import yaml

from tests.pipeline.release import Release
from tests.pipeline.runner import PROJECT, Project
from tests.pipeline.stage import TENANT
from tests.shape.repository import text

TEMPLATE = "templates/reconciler.gitlab-ci.yml"
POLICY = f"""kind: tenant
name: contoso
tenant_id: {TENANT}
domain: contoso.onmicrosoft.com
alert_policies:
  Inbox rule forwards outside:
    notifications: {{recipients: [secops@contoso.com, TenantAdmins]}}
"""
GUARDRAILS = "kind: guardrails\nrecipients: {require_one_of: [TenantAdmins]}\n"
NOWHERE = {"package": "dist/none.whl", "sha256": "0" * 64}


def pinned(release: Release) -> dict[str, str]:
    """The inputs that name a release."""
    return {"package": release.wheel.as_uri(), "sha256": release.sha256}


def pipeline(inputs: Mapping[str, object], head: str = "") -> str:
    """A `.gitlab-ci.yml` that includes the template."""
    include = {"local": ".gitlab/reconciler.gitlab-ci.yml", "inputs": dict(inputs)}
    return head + yaml.safe_dump({"include": [include]})


def project(
    folder: Path, environment: Mapping[str, str], inputs: Mapping[str, object], *, path: str = PROJECT, head: str = ""
) -> Project:
    """A pushed project with one tenant, guardrails, and the pipeline with these inputs."""
    made = Project.at(folder, environment, path)
    made.write(".gitlab-ci.yml", pipeline(inputs, head))
    made.write(".gitlab/reconciler.gitlab-ci.yml", text(TEMPLATE))
    made.write("policies/contoso.yaml", POLICY)
    made.write("policies/guardrails.yaml", GUARDRAILS)
    made.push()
    return made
