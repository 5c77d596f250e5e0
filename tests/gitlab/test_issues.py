"""`note` keeps one confidential issue for each tenant that drifts, over real HTTP."""

import json

import pytest

from tests.gitlab.place import ALICE, BOT, TOKEN
from tests.gitlab.plans import drift_of, drifted


@pytest.fixture
def tell(note):
    """Tell drift in a pipeline of the default branch, and return what became of each tenant's issue."""

    def told(*tenants, words: tuple[str, ...] = (), **variables: str) -> dict[str, str]:
        note.save("drift.json", drifted(*tenants))
        given = {"RECONCILER_GITLAB_TOKEN": TOKEN} | variables
        ran = note.on_main("drift.json", "--format", "json", *words, **given)
        assert 0 == ran.code, ran.err
        return {one["tenant"]: one["step"] for one in json.loads(ran.out)["issues"]}

    return told


def test_the_life_of_an_issue(tell, board):
    """Opened, left alone while nothing is new, brought up to date, closed with a comment, opened again."""
    steps = [
        tell(drift_of("contoso"))["contoso"],
        tell(drift_of("contoso"), CI_PIPELINE_ID="101")["contoso"],
        tell(drift_of("contoso", "medium"), CI_PIPELINE_ID="102")["contoso"],
        tell(drift_of("contoso", None), CI_PIPELINE_ID="103")["contoso"],
        tell(drift_of("contoso", None), CI_PIPELINE_ID="104")["contoso"],
        tell(drift_of("contoso"), CI_PIPELINE_ID="105")["contoso"],
    ]
    (issue,) = board.tickets["4"]

    assert ["opened", "unchanged", "updated", "closed", "none", "reopened"] == steps
    assert ("opened", True, ["reconciler", "drift"]) == (issue["state"], issue["confidential"], issue["labels"])
    assert ["The tenant was read completely"] == [one[:30] for one in board.said["4", 1]]


def test_a_tenant_that_could_not_be_read_keeps_its_issue(tell, board):
    """Nothing is closed, changed or opened on a guess."""
    tell(drift_of("contoso"))
    before = dict(board.tickets["4"][0])
    later = tell(drift_of("contoso", None, complete=False), drift_of("fabrikam", complete=False), CI_PIPELINE_ID="101")

    assert ({"contoso": "left", "fabrikam": "left"}, [before]) == (later, board.tickets["4"])


def test_each_tenant_has_an_issue_of_its_own(tell, board):
    """Tenants that are as wanted have none, and a tenant that this run did not look at keeps its own."""
    tell(drift_of("contoso"), drift_of("fabrikam"), drift_of("calm", None))
    tell(drift_of("contoso", None), CI_PIPELINE_ID="101")
    found = {one["title"]: one["state"] for one in board.tickets["4"]}

    assert {"Drift in the tenant contoso": "closed", "Drift in the tenant fabrikam": "opened"} == found


@pytest.mark.parametrize(
    ("severity", "words", "expected"),
    [
        ("info", (), "none"),
        ("warning", (), "opened"),
        ("warning", ("--fail-on", "critical"), "none"),
        ("info", ("--fail-on", "info"), "opened"),
    ],
)
def test_severity_decides(tell, severity, words, expected):
    """Only what is open at or above --fail-on, by default a warning, makes an issue."""
    assert {"contoso": expected} == tell(drift_of("contoso", severity=severity), words=words)


def test_an_older_pipeline_changes_nothing(tell, board):
    """What a newer pipeline wrote stays."""
    tell(drift_of("contoso"), CI_PIPELINE_ID="200")

    assert {"contoso": "older"} == tell(drift_of("contoso", None), CI_PIPELINE_ID="150")
    assert ["opened"] == [one["state"] for one in board.tickets["4"]]


def test_what_people_did_to_an_issue_stays_or_is_mended(tell, board):
    """A label and a title of theirs stay; an issue that was made public is confidential again."""
    tell(drift_of("contoso"))
    board.tickets["4"][0] |= {"confidential": False, "labels": ["ours"], "title": "Who did this?"}
    tell(drift_of("contoso"), CI_PIPELINE_ID="101")
    (issue,) = board.tickets["4"]

    assert ("Who did this?", True) == (issue["title"], issue["confidential"])
    assert ["ours", "reconciler", "drift"] == issue["labels"]


def test_issues_of_others_are_never_touched(tell, board):
    """An issue with our mark that somebody else opened is none of ours."""
    tell(drift_of("contoso"))
    board.tickets["4"][0]["author"] = board.gitlab.users[ALICE]
    tell(drift_of("contoso", None), CI_PIPELINE_ID="101")
    tell(drift_of("contoso"), CI_PIPELINE_ID="102")

    assert [ALICE, BOT] == [one["author"]["id"] for one in board.tickets["4"]]
    assert ["opened", "opened"] == [one["state"] for one in board.tickets["4"]]


def test_of_two_issues_that_raced_the_older_goes_on(tell, board, gitlab):
    """Two jobs that open an issue at the same time leave one open."""
    tell(drift_of("contoso"))
    (first,) = board.tickets["4"]
    board.tickets["4"].clear()

    def meanwhile(verb: str, path: str) -> None:
        if verb == "POST" and path.endswith("/issues") and not board.tickets["4"]:
            board.tickets["4"].append(first)

    gitlab.gate = meanwhile
    first["iid"] = 1
    tell(drift_of("contoso"))

    assert [(1, "opened"), (2, "closed")] == [(one["iid"], one["state"]) for one in board.tickets["4"]]


def test_a_name_with_markup_stays_text(tell, board):
    """The title has letters, digits and hyphens of the name; the body shows all of it, escaped."""
    tell(drift_of("<b>@alice</b>"))
    (issue,) = board.tickets["4"]

    assert "Drift in the tenant ?b??alice??b?" == issue["title"]
    assert ("<b>" in issue["description"], "@alice" in issue["description"]) == (False, False)


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"CI_MERGE_REQUEST_IID": "3"}, "for others: nothing was written"),
        ({"CI_COMMIT_BRANCH": "feature"}, "for others: nothing was written"),
        ({"RECONCILER_GITLAB_TOKEN": ""}, "RECONCILER_GITLAB_TOKEN is not set"),
        ({"CI_PROJECT_ID": "6"}, "issues switched off"),
    ],
)
def test_where_no_issue_can_be_it_is_said(note, board, variables, said):
    """Only the default branch's drift is told, by a token that can write, in a project that has issues."""
    board.project(6, issues=False)
    note.save("drift.json", drifted(drift_of("contoso")))
    ran = note.on_main("drift.json", **{"RECONCILER_GITLAB_TOKEN": TOKEN} | variables)

    assert (0, []) == (ran.code, board.tickets["4"] + board.tickets["6"]), ran.err
    assert said in " ".join(ran.out.split())


def test_a_token_that_may_not_write_issues_is_an_error(note, gitlab):
    """A role that is too low ends with 9 and says which one is needed."""
    gitlab.token(TOKEN, BOT, role=10)
    note.save("drift.json", drifted(drift_of("contoso")))
    ran = note.on_main("drift.json", RECONCILER_GITLAB_TOKEN=TOKEN)

    assert (9, True) == (ran.code, "Reporter" in ran.err)
