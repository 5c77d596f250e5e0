"""One merged merge request as a review: who had a hand in it, who approved it, and whether they saw what was merged.

Sources: <https://docs.gitlab.com/api/merge_request_approvals/> (approved_by, approved_at),
<https://docs.gitlab.com/api/merge_requests/> (versions, with their time and patch-id) and
<https://docs.gitlab.com/api/notes/> (system notes, which only GitLab itself writes).
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pydantic import Base64Bytes

from reconciler.adapters.gitlab.item import Item, holds
from reconciler.adapters.gitlab.people import hands
from reconciler.adapters.gitlab.reading import Reading, Seen, escaped
from reconciler.core.errors import MissingRead
from reconciler.core.review import Assent, Review

_PUSHED: Final = re.compile(r"added \d+ (new )?commits?\b")
_APPROVED: Final = re.compile(r"approved this merge request\b")


class Project(Seen):
    """The project that holds the policies."""

    id: int
    path_with_namespace: str
    default_branch: str | None = None


class File(Seen):
    """A file of a commit."""

    content: Base64Bytes

    @property
    def text(self) -> str:
        """What it says; bytes that are no UTF-8 are replaced."""
        return self.content.decode("utf-8", "replace")


class _User(Seen):
    id: int
    username: str
    state: str = ""


class _Approval(Seen):
    user: _User
    approved_at: datetime | None = None


class _Approvals(Seen):
    approved_by: tuple[_Approval, ...]


class _Version(Seen):
    id: int
    head_commit_sha: str
    created_at: datetime
    patch_id_sha: str | None = None


class _Note(Seen):
    system: bool
    body: str
    author: _User
    created_at: datetime


def file_at(reading: Reading, project: Project, path: str, commit: str) -> File:
    """A file as it stands in a commit. Raises MissingRead where there is none, or ReconcilerError."""
    return reading.one(File, f"/projects/{project.id}/repository/files/{escaped(path)}", ref=commit)


@dataclass(frozen=True, slots=True)
class _Request:
    """A merge request with its versions, the last one last, and GitLab's own notes about it."""

    number: int
    versions: tuple[_Version, ...]
    notes: tuple[_Note, ...]


def review(reading: Reading, project: Project, number: int, path: str, item: Item) -> Review:
    """A merged merge request, as far as it concerns one item of one file. Raises ReconcilerError."""
    at = f"/projects/{project.id}/merge_requests/{number}"
    versions = sorted(reading.many(tuple[_Version, ...], f"{at}/versions"), key=lambda one: (one.created_at, one.id))
    notes = reading.many(tuple[_Note, ...], f"{at}/notes", sort="asc", order_by="created_at")
    request = _Request(number, tuple(versions), tuple(one for one in notes if one.system))
    people = hands(reading, project.path_with_namespace, number)
    pushers = {note.author.id for note in request.notes if _PUSHED.match(note.body)}
    shown = _Shown(reading, project, path, item)
    return Review(
        number=number,
        writers=people.accounts | pushers,
        strangers=people.strangers,
        shows=bool(versions) and shown.by(versions[-1]),
        assents=tuple(
            Assent(
                account=one.user.id,
                login=one.user.username,
                robot=one.user.id not in people.persons,
                active=one.user.state == "active",
                current=_current(one, request, shown),
            )
            for one in reading.one(_Approvals, f"{at}/approvals").approved_by
        ),
    )


@dataclass(frozen=True, slots=True)
class _Shown:
    """Which versions show an item as it is now."""

    reading: Reading
    project: Project
    path: str
    item: Item

    def by(self, version: _Version) -> bool:
        try:
            return holds(file_at(self.reading, self.project, self.path, version.head_commit_sha).text, self.item)
        except MissingRead:
            return False


def _current(approval: _Approval, request: _Request, shown: _Shown) -> bool | None:
    """Whether it was given to the last version, or to one with the same patch: a rebase changes nothing of it.

    A patch-id does not look at blanks, and in YAML these mean something: so the item itself must be the same too.
    """
    at = approval.approved_at or _noted(approval, request.notes)
    before = [one for one in request.versions if at is not None and one.created_at <= at]
    if not before:
        return None
    seen, last = before[-1], request.versions[-1]
    if seen.id == last.id:
        return True
    return seen.patch_id_sha is not None and seen.patch_id_sha == last.patch_id_sha and shown.by(seen) == shown.by(last)


def _noted(approval: _Approval, notes: tuple[_Note, ...]) -> datetime | None:
    """When it was given, by GitLab's own note: older servers do not say it with the approval."""
    by_them = (note for note in notes if note.author.id == approval.user.id and _APPROVED.match(note.body))
    return max((note.created_at for note in by_them), default=None)
