"""Issues of a project (GitLab's Issues API)."""

from typing import Any

from gitlab.v4.objects import ProjectIssueManager

from reconciler.adapters.gitlab.notes import account
from reconciler.adapters.gitlab.patient import PatientGitlab, understood
from reconciler.core.forge import Issue


class GitlabIssues:
    """The port `Tracker` over GitLab."""

    def __init__(self, client: PatientGitlab) -> None:
        """Asks nothing yet."""
        self._client = client

    def me(self) -> int | None:
        """The account of the token; None for a job's, which can't write issues."""
        return None if self._client.private_token is None else account(self._client)

    def enabled(self, project: str) -> bool:
        """Whether issues are switched on in the project."""
        with understood(self._client):
            found = self._client.projects.get(project)
            return bool(
                found.attributes.get("issues_enabled", found.attributes.get("issues_access_level") != "disabled")
            )

    def issues(self, project: str, author: int) -> tuple[Issue, ...]:
        """Every issue that an account has opened, the oldest first."""
        with understood(self._client):
            found = self._issues(project).list(
                get_all=True, author_id=author, scope="all", state="all", order_by="created_at", sort="asc"
            )
            return tuple(sorted((_issue(one.attributes) for one in found), key=lambda one: one.number))

    def open(self, project: str, title: str, body: str, labels: tuple[str, ...]) -> Issue:
        """Open a confidential issue."""
        with understood(self._client):
            wanted = {"title": title, "description": body, "confidential": True, "labels": ",".join(labels)}
            return _issue(self._issues(project).create(wanted).attributes)

    def rewrite(self, project: str, issue: Issue, body: str, labels: tuple[str, ...]) -> None:
        """Bring an issue up to date: body, labels beside those that people added, confidential, and open again."""
        wanted: dict[str, Any] = {"description": body, "confidential": True, "add_labels": ",".join(labels)}
        with understood(self._client):
            self._issues(project).update(issue.number, wanted | ({} if issue.open else {"state_event": "reopen"}))

    def close(self, project: str, number: int, why: str) -> None:
        """Close an issue with a comment, the comment first: a closed issue without one would need explaining."""
        with understood(self._client):
            self._issues(project).get(number, lazy=True).notes.create({"body": why})
            self._issues(project).update(number, {"state_event": "close"})

    def _issues(self, project: str) -> ProjectIssueManager:
        return self._client.projects.get(project, lazy=True).issues


def _issue(found: dict[str, Any]) -> Issue:
    return Issue(
        number=found["iid"],
        author=found["author"]["id"],
        title=found["title"],
        body=found.get("description") or "",
        open=found["state"] == "opened",
        confidential=bool(found.get("confidential")),
        labels=tuple(found.get("labels", ())),
        url=found.get("web_url") or "",
    )
