"""Keeps one note of ours in a merge request, whoever else is writing it at the same time.

Every round lists the notes again and takes one step; when there is nothing left to do, there is one note, the oldest,
and it tells what the newest pipeline planned.
"""

from collections.abc import Callable, Iterator
from typing import Final

from reconciler.core.errors import AccessError, MissingRead, ReconcilerError
from reconciler.core.forge import Forge, MergeRequest, Note, Step
from reconciler.core.note_mark import Mark, Told, mark_in

Compose = Callable[[tuple[Told, ...]], str]
"""The body of the note, given the earlier plans that it shall tell of."""

Own = tuple[Note, Mark]

_ROUNDS: Final = 12
"""Far more than jobs of one merge request that end in the same second."""


def tell(forge: Forge, at: MergeRequest, scope: str, pipeline: int, compose: Compose) -> tuple[Step, str]:
    """Create or edit the note; says how that ended in a sentence.

    A note that a newer pipeline wrote stays as it is; 0 is the pipeline of a person, who is always the newest.
    """
    step: Step = "unchanged"
    for _ in range(_ROUNDS):
        own = own_notes(forge, at, scope)
        if not own:
            forge.write(at, compose(()))
            step = "created"
            continue
        newest = _newest(own)
        older = 0 < pipeline < newest[1].pipeline
        settled = older or (step != "unchanged" and newest[1].pipeline == pipeline)
        body = newest[0].body if settled else compose(newest[1].before(pipeline))
        if not _same(own[0][0].body, body):
            forge.rewrite(at, own[0][0].number, body)
            step = step if older or step == "created" else "updated"
        elif own[1:]:
            for note, _mark in own[1:]:
                forge.withdraw(at, note.number)
        else:
            return _ended("older" if older else step, at, newest[1])
    raise ReconcilerError(
        f"Others keep writing the note of merge request !{at.number}, so it could not be settled. Give jobs that plan "
        "different things in one pipeline a --scope of their own."
    )


def own_notes(forge: Forge, at: MergeRequest, scope: str) -> tuple[Own, ...]:
    """The notes of this scope that the token's own account wrote, the oldest first."""
    me = forge.me()
    return tuple(one for one in marked_notes(forge, at, scope) if one[0].author == me)


def marked_notes(forge: Forge, at: MergeRequest, scope: str) -> Iterator[Own]:
    """The notes with a mark of this scope, whoever wrote them, the oldest first."""
    for note in notes(forge, at):
        mark = mark_in(note.body)
        if mark is not None and mark.scope == scope:
            yield note, mark


def notes(forge: Forge, at: MergeRequest) -> tuple[Note, ...]:
    """Every note of a merge request. Raises AccessError where the token sees no such merge request."""
    try:
        return forge.notes(at)
    except MissingRead as error:
        raise AccessError(
            f"The token sees no merge request !{at.number} in the project {at.project}. Check both, and that the token "
            "is a member of the project with at least the role Reporter (docs/note.md)."
        ) from error


def _newest(own: tuple[Own, ...]) -> Own:
    """Of several with one pipeline the oldest note, because that is the one which stays."""
    return max(own, key=lambda one: (one[1].pipeline, -one[0].number))


def _same(one: str, other: str) -> bool:
    """Whether two bodies are equal but for what a server may do to the end of a text."""
    return one.replace("\r\n", "\n").rstrip() == other.rstrip()


def _ended(step: Step, at: MergeRequest, mark: Mark) -> tuple[Step, str]:
    where = f"the note in merge request !{at.number}"
    said = {
        "created": f"Wrote {where}.",
        "updated": f"Brought {where} up to date.",
        "unchanged": f"There is nothing new for {where}.",
        "older": f"Pipeline {mark.pipeline} is newer than this one and has written {where}: left as it is.",
    }
    return step, said[step]
