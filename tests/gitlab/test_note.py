"""`note` keeps one note about a plan in its merge request, over real HTTP, whoever else is writing."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from reconciler.core.note_mark import Mark, mark_in
from tests.gitlab.place import ALICE, BOT, JOB, TOKEN
from tests.gitlab.plans import plan, small, tenant


def bodies(board) -> list[str]:
    """The bodies of the merge request's notes."""
    return [one["body"] for one in board.notes("4", 3)]


def writes(gitlab) -> list[str]:
    """The verbs of all requests that were no reading."""
    return [verb for verb, _ in gitlab.calls if verb != "GET"]


def marks(board) -> list[Mark]:
    """The marks of the notes that have one."""
    return [mark for one in bodies(board) if (mark := mark_in(one))]


def _together(met: threading.Barrier, verb: str, _path: str) -> None:
    if verb == "POST":
        met.wait(20)


def test_a_note_is_created_once_and_edited_after(note, board, gitlab):
    """The first plan creates the note, the next one edits the same note, and an equal one writes nothing."""
    note.save("plan.json", small())
    created = note("plan.json")
    note.save("plan.json", small("26"))
    edited = note("plan.json", CI_PIPELINE_ID="101")
    again = note("plan.json", CI_PIPELINE_ID="101")

    assert [0, 0, 0] == [created.code, edited.code, again.code], created.err + edited.err + again.err
    assert ["POST", "PUT"] == writes(gitlab)
    assert ["Wrote", "Brought", "There is nothing new"] == [
        next(word for word in ("Wrote", "Brought", "There is nothing new") if word in one.out)
        for one in (created, edited, again)
    ]
    assert [101] == [one.pipeline for one in marks(board)]


def test_an_older_pipeline_leaves_the_note_as_it_is(note, board, gitlab):
    """A pipeline that ends late never puts its older plan over a newer one, and says so."""
    note.save("plan.json", small())
    note("plan.json", CI_PIPELINE_ID="200")
    before = bodies(board)
    late = note("plan.json", CI_PIPELINE_ID="150")

    assert (0, before, ["POST"]) == (late.code, bodies(board), writes(gitlab))
    assert "Pipeline 200 is newer than this one" in late.out


def test_earlier_plans_stay_as_a_line_each(note, board):
    """Plans before this one are told, the newest first; a job that runs again is not told twice."""
    for number in (1, 2, 3):
        note.save("plan.json", small(str(number)))
        note("plan.json", CI_PIPELINE_ID=str(number))
    note("plan.json", CI_PIPELINE_ID="3")
    (body,) = bodies(board)

    assert [2, 1] == [one.pipeline for one in marks(board)[0].earlier]
    assert 2 == body.count("to create, 1 to change, 0 to remove, 0 by hand; <code>")


def test_notes_of_others_are_never_touched(note, board):
    """A note that carries our mark but was written by somebody else is no note of ours."""
    note.save("plan.json", small())
    note("plan.json")
    (ours,) = board.notes("4", 3)
    board.found["4", 3] = []
    forged = board.put("4", 3, ALICE, ours["body"].replace("sha256:", "sha256:", 1))
    note("plan.json", CI_PIPELINE_ID="7")

    assert [ALICE, BOT] == [one["author"]["id"] for one in board.notes("4", 3)]
    assert ours["body"] == forged["body"]


def test_scopes_have_notes_of_their_own(note, board):
    """Two jobs that plan different things in one merge request keep two notes."""
    note.save("plan.json", small())
    for scope in ("prod", "test", "prod"):
        note("plan.json", "--scope", scope)

    assert ["prod", "test"] == sorted(one.scope for one in marks(board))


def test_a_note_is_found_behind_many_others(note, board):
    """Pages are read to the end; what GitLab itself noted is no note."""
    for number in range(250):
        board.put("4", 3, BOT if number % 2 else ALICE, f"approved {number}", system=number % 3 == 0)
    note.save("plan.json", small())
    note("plan.json")
    note("plan.json", CI_PIPELINE_ID="101")

    assert [101] == [one.pipeline for one in marks(board)]


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_jobs_that_race_leave_one_note(note, board, gitlab):
    """However jobs of several pipelines meet, one note is left, and it is the newest pipeline's."""
    note.save("plan.json", small())
    for _ in range(4):
        board.found["4", 3].clear()
        # Every job has listed no note before the first of them writes one.
        gitlab.gate = partial(_together, threading.Barrier(4))
        with ThreadPoolExecutor(4) as pool:
            ran = list(pool.map(lambda number: note("plan.json", CI_PIPELINE_ID=str(number)), (5, 8, 6, 7)))
        gitlab.gate = lambda _verb, _path: None

        assert [0] * 4 == [one.code for one in ran], "".join(one.err for one in ran)
        assert [8] == [one.pipeline for one in marks(board)]


def test_a_throttled_job_waits_and_writes_once(note, board, gitlab):
    """429 is waited for as long as it asks; a broken answer to a reading is asked for again."""
    gitlab.order(429, verb="POST", Retry_After="1")
    gitlab.order(502, verb="GET", part="notes", Retry_After="0")
    note.save("plan.json", small())
    ran = note("plan.json")

    assert (0, 1) == (ran.code, len(bodies(board))), ran.err


def test_a_new_note_is_not_sent_again_without_an_answer(note, board, gitlab):
    """A write that was answered with an error of the server may have happened, so it is not repeated."""
    gitlab.order(500, verb="POST")
    note.save("plan.json", small())
    ran = note("plan.json")

    assert (1, ["POST"]) == (ran.code, writes(gitlab))


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"RECONCILER_GITLAB_TOKEN": ""}, "RECONCILER_GITLAB_TOKEN is not set"),
        ({"RECONCILER_GITLAB_TOKEN": "", "CI_JOB_TOKEN": ""}, "There is no token for GitLab"),
        ({"CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "44"}, "comes from a fork"),
        ({"CI_SERVER_URL": ""}, "No GitLab is known here"),
        ({"CI_MERGE_REQUEST_IID": "", "CI_COMMIT_SHA": ""}, "no pipeline of a merge request or a branch"),
    ],
)
def test_what_can_not_be_written_is_said(note, gitlab, variables, said):
    """Forks, missing tokens and places that are no pipeline are skipped with a sentence, and nothing is sent."""
    note.save("plan.json", small())
    ran = note("plan.json", **variables)

    assert (0, []) == (ran.code, gitlab.calls), ran.err
    assert said in " ".join(ran.out.split())


@pytest.mark.parametrize("role", [0, 10])
@pytest.mark.parametrize("scope", ["api", "read_api", "read_user"])
def test_a_token_that_may_not_write_says_what_it_needs(note, gitlab, board, role, scope):
    """A token that is there and is refused ends with 9, names scope and role, and shows nothing of itself."""
    gitlab.token(TOKEN, BOT, scope, role=role)
    note.save("plan.json", small())
    ran = note("plan.json", "--debug")

    assert (9, []) == (ran.code, bodies(board))
    assert "Reporter" in ran.err
    assert not [one for one in (TOKEN, JOB) if one in ran.out + ran.err]


@pytest.mark.parametrize("token", ["glpat-revoked", "glpat-Pl4nted\tt0ken", "glpat-Pl4nted-t0kén"])
def test_a_token_that_is_none_is_an_error_without_it(note, token):
    """A token that was revoked, or copied badly, ends the job without being shown, tracebacks included."""
    note.save("plan.json", small())
    ran = note("plan.json", "--debug", RECONCILER_GITLAB_TOKEN=token)

    assert ran.code in {1, 9}
    assert "glpat" not in ran.out + ran.err


def test_a_trusted_project_writes_into_another_ones_merge_request(note, board):
    """`--project` and `--merge-request` say where to write, also from a pipeline of another project."""
    note.save("plan.json", small())
    ran = note.on_main(
        "plan.json", "--project", "group/p4", "--merge-request", "3", CI_PROJECT_ID="99", RECONCILER_GITLAB_TOKEN=TOKEN
    )

    assert (0, 1) == (ran.code, len(bodies(board))), ran.err


def test_a_redirect_takes_no_token_along(note, gitlab):
    """A server that sends us elsewhere gets no second request, and no other server a first one."""
    gitlab.order(302, verb="GET", Location=f"{gitlab.url}/api/v4/user", times=9)
    note.save("plan.json", small())
    ran = note("plan.json")

    assert (1, 1) == (ran.code, len(gitlab.calls))


def test_an_answer_that_is_no_gitlabs_is_an_error_of_ours(note, gitlab):
    """A page of a proxy, or JSON of another form, ends in a sentence."""
    note.save("plan.json", small())
    for body in (b"<html>", b"[1]", b'{"id": "x"}', b"null"):
        gitlab.order(200, part="user", body=body)
        ran = note("plan.json")

        assert (1, False) == (ran.code, "unforeseen" in ran.err), ran.err


def test_a_plan_that_was_altered_is_not_told(note, gitlab):
    """The file's digest is checked as `show` does."""
    note.save("plan.json", small())
    path = note.folder / "plan.json"
    path.write_text(path.read_text().replace("Mass deletion", "Mass del"))

    assert (5, []) == (note("plan.json").code, gitlab.calls)


def test_json_is_one_document(note):
    """`--format json` says what was done."""
    note.save("plan.json", plan(tenant("contoso")))
    told = json.loads(note("plan.json", "--format", "json").out)

    assert (1, "created", [], 0) == (told["format"], told["step"], told["issues"], told["exit"]["code"])
