"""From policies and a tenant to the note and the issue: the real command line, the emulator, and a GitLab."""

from datetime import UTC, datetime

import pytest

from reconciler.cli.demo_files import write_policies
from reconciler.core.note_mark import mark_in
from reconciler.emulator import Emulator
from tests.cli.line import reconciler
from tests.gitlab.place import TOKEN


@pytest.mark.slow
def test_a_pipeline_tells_what_it_planned_and_what_drifted(note, board):
    """Plan and note in the merge request, plan and note on the branch, drift and issue: nothing is written by hand."""
    write_policies(note.folder / "policies", datetime.now(UTC))
    with Emulator() as emulator:

        def run(variables: dict[str, str], *words: str) -> tuple[int, str]:
            ran = reconciler(*words, folder=note.folder, environment=emulator.environment(variables))
            return ran.code, ran.out

        codes = [
            run(note.of_request(), "plan", "--out", "plan.json")[0],
            run(note.of_request(), "note", "plan.json")[0],
        ]
        (told,) = board.notes("4", 3)
        board.found["4", 2] = [told]
        codes += [run(note.of_main(), "plan", "--out", "again.json")[0]]
        compared = run(note.of_main(), "note", "again.json")
        codes += [run(note.of_main(), "drift", "--format", "json", "--output", "drift.json")[0]]
        codes += [run(note.of_main(RECONCILER_GITLAB_TOKEN=TOKEN), "note", "drift.json")[0]]

    assert [0, 0, 0, 2, 0] == codes
    assert (0, True) == (compared[0], "As reviewed" in compared[1])
    assert told["body"].startswith("### Plan: ")
    assert mark_in(told["body"]) is not None
    assert board.tickets["4"]
