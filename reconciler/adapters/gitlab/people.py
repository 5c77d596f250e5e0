"""Who had a hand in a merge request: who opened it, wrote and committed its commits, and pushed to it.

Git's names and mails are what somebody typed; GitLab's GraphQL says which accounts they belong to:
<https://docs.gitlab.com/api/graphql/reference/> (MergeRequest: author, commits, committers, approvedBy; Commit: author,
signature). Who pushed is the author of the system note "added N commits" (app/services/system_notes/commit_service.rb).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pydantic import Field

from reconciler.adapters.gitlab.reading import Reading, Seen
from reconciler.core.errors import ReadError

_QUESTION: Final = """
query hands($project: ID!, $number: String!) {
  project(fullPath: $project) {
    mergeRequest(iid: $number) {
      author { id }
      commitCount
      commits(first: 100) {
        nodes { authorEmail committerEmail author { id } signature { verificationStatus } }
      }
      committers(first: 100) { nodes { id } }
      approvedBy(first: 100) { nodes { id bot } }
    }
  }
}
"""
_SIGNED_BY_GITLAB: Final = "VERIFIED_SYSTEM"
"""A commit made in GitLab's own pages may have GitLab as committer, and says so by GitLab's signature."""
_ACCOUNT: Final = re.compile(r"gid://gitlab/User/(\d+)")


class _User(Seen):
    id: str
    bot: bool = True

    @property
    def number(self) -> int:
        """The account's number, as the REST API has it."""
        if found := _ACCOUNT.fullmatch(self.id):
            return int(found[1])
        raise ReadError("GitLab names an account in a way that is not known here.")


class _Users(Seen):
    nodes: tuple[_User, ...] = ()


class _Signature(Seen):
    verification: str | None = Field(default=None, alias="verificationStatus")


class _Commit(Seen):
    written_as: str | None = Field(alias="authorEmail")
    committed_as: str | None = Field(alias="committerEmail")
    author: _User | None
    signature: _Signature | None = None

    @property
    def committer(self) -> str:
        """The address of who committed it, folded; empty where that was its author."""
        by_gitlab = self.signature is not None and self.signature.verification == _SIGNED_BY_GITLAB
        found, author = (self.committed_as or "?").casefold(), (self.written_as or "").casefold()
        return "" if by_gitlab or found == author else found


class _Commits(Seen):
    nodes: tuple[_Commit, ...] = ()


class _MergeRequest(Seen):
    author: _User | None
    count: int | None = Field(alias="commitCount")
    commits: _Commits | None
    committers: _Users | None
    approved_by: _Users | None = Field(alias="approvedBy")


class _Project(Seen):
    merge_request: _MergeRequest | None = Field(alias="mergeRequest")


class _Data(Seen):
    project: _Project | None


@dataclass(frozen=True, slots=True)
class Hands:
    """The accounts that had a hand in it, how many commits name nobody known, and which approvers are persons."""

    accounts: frozenset[int]
    strangers: int
    persons: frozenset[int]


def hands(reading: Reading, project: str, number: int) -> Hands:
    """Who had a hand in a merge request of the project with this full path. Raises ReconcilerError."""
    data = reading.graph(_Data, _QUESTION, project=project, number=str(number))
    found = data.project.merge_request if data.project else None
    if found is None or found.author is None:
        raise ReadError(f"GitLab does not say who opened merge request !{number}.")
    commits = found.commits.nodes if found.commits else ()
    unseen = 1 if found.count is None else max(0, found.count - len(commits))
    authors = {(one.written_as or "").casefold(): one.author.number for one in commits if one.author}
    committers = {one.number for one in (found.committers.nodes if found.committers else ())}
    persons = {one.number for one in (found.approved_by.nodes if found.approved_by else ()) if not one.bot}
    return Hands(
        accounts=frozenset({found.author.number, *authors.values(), *committers}),
        strangers=_strangers(commits, authors, committers) + unseen,
        persons=frozenset(persons),
    )


def _strangers(commits: Iterable[_Commit], authors: dict[str, int], committers: set[int]) -> int:
    """How many commits name somebody whose account is not known.

    GitLab does not say which committer is whose address. So all of those addresses count as known only if it names as
    many accounts beside the authors' own; if it names fewer, none does.
    """
    open_ones = {one.committer for one in commits} - {""} - authors.keys()
    unknown = open_ones if len(committers - {*authors.values()}) < len(open_ones) else set()
    return sum(one.author is None or one.committer in unknown for one in commits)
