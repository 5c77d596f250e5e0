"""What a pipeline says of itself in its environment: which merge request, which commit, and where it can be seen."""

import re
from collections.abc import Mapping
from typing import Final

from reconciler.core.values import Frozen

_LINK: Final = re.compile(r"https://[A-Za-z0-9.-]+(?::\d{1,5})?/[A-Za-z0-9._~/?#=%+,-]*")
"""An address that may stand in a note: nothing in it can end a link or be markup."""
_SHA: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


class Pipeline(Frozen):
    """One job's pipeline; what it does not say is empty or 0."""

    number: int = 0
    project: str = ""
    merge_request: int = 0
    commit: str = ""
    branch: str = ""
    default_branch: str = ""
    source_project: str = ""
    """Where the branch of the merge request lives: another project if it is a fork."""
    url: str = ""
    job_url: str = ""
    artifacts_url: str = ""

    @property
    def aside(self) -> bool:
        """Whether it runs for something else than the default branch: what it plans is not what is wanted yet."""
        return bool(self.merge_request or (self.default_branch and self.branch != self.default_branch))

    @property
    def of_fork(self) -> bool:
        """Whether it runs for a merge request out of another project."""
        return self.source_project not in {"", self.project}


def pipeline_of(environment: Mapping[str, str]) -> Pipeline:
    """The pipeline of an environment; what is not of the form that GitLab gives it counts as not said."""
    job = _link(environment.get("CI_JOB_URL", ""))
    target = environment.get("CI_MERGE_REQUEST_PROJECT_ID") or environment.get("CI_PROJECT_ID", "")
    commit = environment.get("CI_COMMIT_SHA", "")
    return Pipeline(
        number=_number(environment.get("CI_PIPELINE_ID", "")),
        project=target,
        merge_request=_number(environment.get("CI_MERGE_REQUEST_IID", "")),
        commit=commit if _SHA.fullmatch(commit) else "",
        branch=environment.get("CI_COMMIT_BRANCH", ""),
        default_branch=environment.get("CI_DEFAULT_BRANCH", ""),
        source_project=environment.get("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", ""),
        url=_link(environment.get("CI_PIPELINE_URL", "")),
        job_url=job,
        artifacts_url=f"{job}/artifacts/browse" if job else "",
    )


def _number(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else 0


def _link(url: str) -> str:
    return url if _LINK.fullmatch(url) else ""
