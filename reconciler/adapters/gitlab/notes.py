"""Notes of merge requests, and which merge request brought a commit (GitLab's Notes and Commits API)."""

from typing import Any

from gitlab.v4.objects import ProjectMergeRequestNoteManager

from reconciler.adapters.gitlab.patient import PatientGitlab, understood
from reconciler.core.errors import MissingRead
from reconciler.core.forge import Commit, MergeRequest, Note


class GitlabNotes:
    """The port `Forge` over GitLab."""

    def __init__(self, client: PatientGitlab) -> None:
        """Asks nothing yet."""
        self._client = client
        self._me: int | None = None

    def me(self) -> int | None:
        """The account of the token; None for a job's, to which GitLab tells no account."""
        if self._me is None and self._client.private_token is not None:
            self._me = account(self._client)
        return self._me

    def notes(self, at: MergeRequest) -> tuple[Note, ...]:
        """Every note that a person or a token wrote, the oldest first; what GitLab itself noted is left out."""
        with understood(self._client):
            found = self._notes(at).list(get_all=True, sort="asc", order_by="created_at")
            read = (_note(one.attributes) for one in found if not one.attributes.get("system"))
            return tuple(sorted(read, key=lambda one: one.number))

    def write(self, at: MergeRequest, body: str) -> None:
        """Write a new note."""
        with understood(self._client):
            self._notes(at).create({"body": body})

    def rewrite(self, at: MergeRequest, note: int, body: str) -> None:
        """Put a body in the place of a note's."""
        with understood(self._client):
            self._notes(at).update(note, {"body": body})

    def withdraw(self, at: MergeRequest, note: int) -> None:
        """Delete a note; whoever was faster has done it for us."""
        try:
            self._notes(at).delete(note)
        except MissingRead:
            return

    def brought(self, commit: Commit) -> tuple[MergeRequest, ...]:
        """The merge requests that a commit belongs to, also as the commit that merged or squashed them."""
        with understood(self._client):
            commits = self._client.projects.get(commit.project, lazy=True).commits
            found = commits.get(commit.sha, lazy=True).merge_requests(get_all=True)
            return tuple(_merge_request(one) for one in found if isinstance(one, dict))

    def _notes(self, at: MergeRequest) -> ProjectMergeRequestNoteManager:
        requests = self._client.projects.get(at.project, lazy=True).mergerequests
        return requests.get(at.number, lazy=True).notes


def account(client: PatientGitlab) -> int:
    """The number of the account that a token belongs to. Raises AccessError for a token that is none."""
    with understood(client):
        client.auth()
        return int(client.user.id if client.user else 0)


def _note(found: dict[str, Any]) -> Note:
    author = found["author"]
    return Note(
        number=found["id"], author=author["id"], name=str(author.get("username", "")), body=found.get("body") or ""
    )


def _merge_request(found: dict[str, Any]) -> MergeRequest:
    return MergeRequest(
        project=str(found["project_id"]),
        number=found["iid"],
        state=found["state"],
        target=found["target_branch"],
        merged_at=found.get("merged_at") or "",
        url=found.get("web_url") or "",
    )
