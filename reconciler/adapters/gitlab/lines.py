"""From an item of a policy file to the commits that wrote its lines, and from these to their merge requests.

Sources: <https://docs.gitlab.com/api/repository_files/> (content, blame of a range) and
<https://docs.gitlab.com/api/commits/> (merge requests of a commit). What a checkout says of its past counts for
nothing: it only tells which commit and which file are meant, and the file must be that commit's.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from reconciler.adapters.gitlab.item import Item, item_in
from reconciler.adapters.gitlab.merged import Project, file_at, review
from reconciler.adapters.gitlab.reading import Reading, Seen, escaped
from reconciler.core.errors import MissingRead, ReadError
from reconciler.core.request import ReviewQuestion
from reconciler.core.review import Brought, Untraced

_MOST: Final = 10
"""Merge requests of one commit that are looked at: a commit is in one as a rule, in two where branches are stacked."""
_SHORT: Final = 8
_NEVER: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """A file of a commit, and what it holds here."""

    path: str
    commit: str
    data: bytes


class _Commit(Seen):
    id: str


class _Blame(Seen):
    commit: _Commit
    lines: tuple[str, ...]


class _MergeRequest(Seen):
    iid: int
    state: str
    target_branch: str
    target_project_id: int
    merged_at: datetime | None = None


def trace(reading: Reading, project: str, place: Place, question: ReviewQuestion) -> tuple[Brought, ...] | Untraced:
    """How each commit that wrote a line of an item came, or why that can't be told. Raises ReconcilerError."""
    found = reading.one(Project, f"/projects/{escaped(project)}")
    short = place.commit[:_SHORT]
    try:
        file = file_at(reading, found, place.path, place.commit)
    except MissingRead:
        return Untraced(untraced=f"GitLab has no {place.path} in commit {short} of {found.path_with_namespace}.")
    if place.data != file.content:
        return Untraced(untraced=f"{question.file} differs from commit {short}. Only what was merged can be approved.")
    item = item_in(file.text, question)
    if item is None:
        return Untraced(untraced=f"{question.file}:{question.line} can't be found in commit {short}.")
    return tuple(_brought(reading, found, place, commit, item) for commit in _writers(reading, found, place, item))


def _writers(reading: Reading, project: Project, place: Place, item: Item) -> tuple[str, ...]:
    """Every commit that wrote a line of the item, each once."""
    at = f"/projects/{project.id}/repository/files/{escaped(place.path)}/blame"
    lines = {"range[start]": item.first, "range[end]": item.last}
    blamed = reading.many(tuple[_Blame, ...], at, ref=place.commit, **lines)
    if sum(len(one.lines) for one in blamed) != item.last - item.first + 1:
        raise ReadError(f"GitLab does not say of every line of {place.path} who wrote it.")
    return tuple(dict.fromkeys(one.commit.id for one in blamed))


def _brought(reading: Reading, project: Project, place: Place, commit: str, item: Item) -> Brought:
    at = f"/projects/{project.id}/repository/commits/{escaped(commit)}/merge_requests"
    into = [
        one
        for one in reading.many(tuple[_MergeRequest, ...], at)
        if one.target_project_id == project.id and one.target_branch == project.default_branch
    ]
    merged = sorted((one for one in into if one.state == "merged"), key=lambda one: (one.merged_at or _NEVER, one.iid))
    return Brought(
        commit=commit[:_SHORT],
        reviews=tuple(review(reading, project, one.iid, place.path, item) for one in merged[:_MOST]),
        waiting=tuple(sorted(one.iid for one in into if one.state in {"opened", "locked"})),
    )
