"""On the branch, `note` says whether the plan is the one that the merge request showed, over real HTTP."""

import json

from reconciler.core.note_mark import mark_in, mark_of
from reconciler.core.pipeline import Pipeline
from reconciler.core.plan import Plan
from reconciler.report.note import note_body
from tests.gitlab.place import ALICE, BOT, MERGED, TOKEN
from tests.gitlab.plans import change, fleet, plan, small, tenant


def review(board, made: Plan, user: int = BOT) -> None:
    """Put the note of a plan into the merged merge request."""
    board.put("4", 2, user, note_body(made, mark_of(made, "reconciler", 90), Pipeline(number=90)))


def differences(ran) -> list[tuple[str, str]]:
    """What `--format json` says is otherwise: address or tenant, and how."""
    found = json.loads(ran.out)["review"]["differences"]
    return [(one["address"] or one["tenant"], one["what"]) for one in found]


def test_an_equal_plan_is_as_reviewed(note, board):
    """With the job's own token, which reads notes, the plan is said to be the reviewed one; nothing is written."""
    review(board, small())
    board.merge_request("4", 1, state="closed", commit=MERGED)
    board.merge_request("4", 9, state="merged", commit=MERGED, at="2026-11-20T12:00:00Z")
    note.save("plan.json", small())
    ran = note.on_main("plan.json")
    told = json.loads(note.on_main("plan.json", "--format", "json").out)

    assert (0, "As reviewed") == (ran.code, ran.out.strip().splitlines()[-1][:11]), ran.err
    assert (2, True, False) == tuple(told["review"][name] for name in ("merge_request", "as_reviewed", "noted"))


def test_the_note_gets_a_line_where_the_token_may_write(note, board):
    """With the note's token the sentence is put into the note too, in its place, and the mark stays."""
    review(board, small())
    note.save("plan.json", small())
    told = json.loads(note.on_main("plan.json", "--format", "json", RECONCILER_GITLAB_TOKEN=TOKEN).out)
    (body,) = (one["body"] for one in board.notes("4", 2))

    assert (True, 1) == (told["review"]["noted"], body.count("**After the merge:** As reviewed"))
    assert mark_of(small(), "reconciler", 90) == mark_in(body)


def test_a_token_that_only_reads_still_compares(note, board, gitlab):
    """The line in the note is an extra: where it can't be written, the comparison is told and nothing fails."""
    gitlab.token(TOKEN, BOT, "read_api")
    review(board, small())
    note.save("plan.json", small())
    ran = note.on_main("plan.json", RECONCILER_GITLAB_TOKEN=TOKEN)

    assert (0, True) == (ran.code, "As reviewed" in ran.out), ran.err


def test_what_differs_is_listed(note, board):
    """New, changed and vanished changes are told by address, tenants by name, and exit 0: it says, it does not gate."""
    one, two = change("contoso", "One"), change("contoso", "Two")
    review(board, plan(tenant("contoso", one, two), tenant("fabrikam"), tenant("old")))
    three = change("contoso", "Three")
    now = plan(tenant("contoso", change("contoso", "One", "26"), three), tenant("fabrikam"), tenant("young"))
    note.save("plan.json", now)
    ran = note.on_main("plan.json", "--format", "json", RECONCILER_GITLAB_TOKEN=TOKEN)

    assert (0, False) == (ran.code, json.loads(ran.out)["review"]["as_reviewed"])
    assert [
        ("contoso/alert-policy/One", "changed"),
        ("contoso/alert-policy/Three", "new"),
        ("contoso/alert-policy/Two", "gone"),
        ("old", "gone"),
        ("young", "new"),
    ] == differences(ran)
    assert "Not as reviewed in merge request" in board.notes("4", 2)[0]["body"]


def test_an_approval_that_came_since_is_told_as_that(note, board):
    """A sender who was held in the review because nobody had approved, and is unblocked now, is no surprise."""
    lifted = change("contoso", "x").model_copy(
        update={"address": "contoso/restricted-sender/alice@contoso.com", "kind": "restricted-sender", "fields": ()}
    )
    review(board, plan(tenant("contoso", change("contoso", "One"), held=("alice@contoso.com",))))
    note.save("plan.json", plan(tenant("contoso", change("contoso", "One"), lifted)))
    ran = note.on_main("plan.json")
    told = note.on_main("plan.json", "--format", "json")

    assert [("contoso/restricted-sender/alice@contoso.com", "proven")] == differences(told)
    assert "As reviewed in merge request !2, but for 1 that waited for approvals" in " ".join(ran.out.split())


def test_a_plan_of_thousands_is_compared_by_tenant(note, board):
    """Where single changes did not fit into the note, the tenant is named."""
    review(board, fleet(2, 1_500))
    made = fleet(2, 1_500)
    less = made.tenants[1].model_copy(update={"changes": made.tenants[1].changes[1:]})
    note.save("plan.json", plan(made.tenants[0], less))

    assert [("tenant-0001", "differs")] == differences(note.on_main("plan.json", "--format", "json"))


def test_a_branch_without_a_review_says_so(note, board):
    """A commit that was pushed, and a merge request without our note, are told and are no error."""
    note.save("plan.json", small())
    without = note.on_main("plan.json")
    pushed = note.on_main("plan.json", CI_COMMIT_SHA="b" * 40)

    assert [0, 0] == [without.code, pushed.code]
    assert "has no note of ours" in " ".join(without.out.split())
    assert "No merge request brought bbbbbbbbbbbb to main" in " ".join(pushed.out.split())


def test_a_forged_note_is_not_believed(note, board):
    """Where somebody else posts our mark too, the job's token believes none; the note's token knows its own."""
    review(board, fleet(2, 1))
    review(board, small(), user=ALICE)
    note.save("plan.json", small())
    job = note.on_main("plan.json")
    own = json.loads(note.on_main("plan.json", "--format", "json", RECONCILER_GITLAB_TOKEN=TOKEN).out)

    assert (0, True) == (job.code, "none is believed" in " ".join(job.out.split()))
    assert (False, "project_4_bot") == (own["review"]["as_reviewed"], own["review"]["author"])


def test_a_project_that_the_token_does_not_see_is_an_error(note, gitlab):
    """Reading without being a member ends with 9 and says what to check."""
    gitlab.token(TOKEN, BOT, role=0)
    note.save("plan.json", small())
    ran = note.on_main("plan.json", RECONCILER_GITLAB_TOKEN=TOKEN)

    assert (9, True) == (ran.code, "The token sees no commit" in ran.err)
