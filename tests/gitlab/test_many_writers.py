"""Laws of the one note, over a forge in memory and every way in which jobs may meet."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.errors import ReconcilerError
from reconciler.core.forge import Commit, MergeRequest, Note
from reconciler.core.note_mark import Mark, Told, mark_in
from reconciler.flow.note import tell

AT = MergeRequest(project="4", number=3)
ME = 7


def body(pipeline: int, earlier: tuple[Told, ...] = ()) -> str:
    """A note's body as a pipeline writes it."""
    told = Told(pipeline=pipeline, made_at="2026-11-23T10:00:00Z", digest=f"{pipeline:064x}")
    mark = Mark(scope="s", pipeline=pipeline, digest=told.digest, told=told, earlier=earlier)
    return f"plan of {pipeline}\n\n{mark.line()}"


@dataclass
class Memory:
    """A forge whose readers are interrupted by other jobs, as its script says."""

    found: list[Note] = field(default_factory=list)
    meanwhile: list[int] = field(default_factory=list)
    """The pipelines of jobs that run, whole, between a reading and what is done after it."""
    number: int = 0

    def me(self) -> int | None:
        return ME

    def notes(self, at: MergeRequest) -> tuple[Note, ...]:
        assert at == AT
        seen = tuple(self.found)
        if self.meanwhile:
            run(self, self.meanwhile.pop())
        return seen

    def write(self, at: MergeRequest, body: str) -> None:
        assert at == AT
        self.number += 1
        self.found.append(Note(number=self.number, author=ME, name="bot", body=body))

    def rewrite(self, at: MergeRequest, note: int, body: str) -> None:
        assert at == AT
        self.found = [one.model_copy(update={"body": body}) if one.number == note else one for one in self.found]

    def withdraw(self, at: MergeRequest, note: int) -> None:
        assert at == AT
        self.found = [one for one in self.found if one.number != note]

    def brought(self, commit: Commit) -> tuple[MergeRequest, ...]:
        return (AT,) if commit.sha else ()


def run(forge: Memory, pipeline: int) -> str:
    """One job of a pipeline."""
    return tell(forge, AT, "s", pipeline, lambda earlier: body(pipeline, earlier))[0]


def last(forge: Memory) -> list[int]:
    """The pipeline of each note that is there."""
    return [mark.pipeline for one in forge.found if (mark := mark_in(one.body))]


@given(st.integers(1, 9), st.lists(st.integers(1, 9), max_size=5))
def test_jobs_that_meet_leave_one_note(first, others):
    """Whoever runs between a reading and a writing: in the end there is one note, and a job more settles it."""
    forge = Memory(meanwhile=list(others))
    run(forge, first)

    assert 1 == len(forge.found)
    newest = max(first, *others) if others else first
    run(forge, newest)
    assert [newest] == last(forge)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.integers(1, 9))
def test_notes_that_are_too_many_become_one(there, pipeline):
    """However many notes of ours there are, the oldest stays and tells what the newest pipeline planned."""
    forge = Memory()
    for one in there:
        forge.write(AT, body(one))
    run(forge, pipeline)

    assert [(1, max(*there, pipeline))] == [(one.number, at) for one, at in zip(forge.found, last(forge), strict=True)]


@given(st.lists(st.integers(1, 40), min_size=1, max_size=30))
def test_each_plan_before_is_told_once(pipelines):
    """Earlier plans stand there the newest first, none twice, at most ten, and never one newer than the note."""
    forge = Memory()
    for one in pipelines:
        run(forge, one)
    mark = mark_in(forge.found[0].body)

    assert mark is not None
    told = [mark.pipeline, *(one.pipeline for one in mark.earlier)]
    assert (max(pipelines), sorted(set(told), reverse=True)) == (mark.pipeline, told)
    assert len(mark.earlier) <= 10


@given(st.integers(1, 9))
def test_an_equal_body_is_not_written(pipeline):
    """A job that runs again finds its own note and leaves it."""
    forge = Memory()

    assert ["created", "unchanged"] == [run(forge, pipeline), run(forge, pipeline)]


def test_a_note_that_never_settles_is_an_error():
    """Jobs of one pipeline that keep overwriting each other are told to use scopes, rather than going on for ever."""

    class Fighting(Memory):
        def rewrite(self, at: MergeRequest, note: int, body: str) -> None:
            """Lose every writing."""

    forge = Fighting()
    forge.write(AT, body(3))
    try:
        said = run(forge, 4)
    except ReconcilerError as error:
        said = str(error)

    assert "--scope" in said
