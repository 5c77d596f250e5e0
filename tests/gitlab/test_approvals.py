"""An unblock is made only where GitLab proves that enough others approved the entry as it stands."""

from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.flow.reviews import NOBODY
from tests.gitlab.reviewed import ENTRY, GUARDRAILS, HEAD, ON_ONE_LINE, TEXT, Scene, scene
from tests.whole.stage import dated

LATER = TEXT.replace("Password reset", "Password reset and sessions revoked")


@pytest.fixture
def at(tmp_path, emulator):
    """A project whose guardrails want one approval."""
    with scene(tmp_path, emulator) as made:
        yield made


@pytest.mark.parametrize("how", ["merge", "squash", "fast-forward"])
@pytest.mark.parametrize("entry", [ENTRY, ON_ONE_LINE])
def test_an_entry_that_another_approved_unblocks(at, how, entry):
    """However it was merged and laid out; the plan names the merge request, and claims no more than it knows."""
    at.project.merged(dated(HEAD + entry), "alice", "bob", how=how)
    (change,) = at.on.plan().tenants[0].changes
    claim = "the entry names lead@contoso.com as the one who approved it"

    assert f"merge request !1, approved by 1 other; {claim}" == change.why


def test_who_merges_may_have_approved(at):
    """Merging brings nothing new."""
    request = at.project.propose(TEXT)
    at.project.approve(request, "carol")
    at.project.merge(request, who="carol")

    assert "" == at.held()


def alone(at: Scene):
    """Nobody approved."""
    at.project.merged(TEXT, "alice")


def by_its_author(at: Scene):
    """Who opened it approved."""
    at.project.merged(TEXT, "alice", "alice")


def by_a_committer(at: Scene):
    """Who added a commit approved."""
    request = at.project.propose(HEAD + "    []\n", "alice")
    at.project.push(request, TEXT, "bob")
    at.project.approve(request, "bob")
    at.project.merge(request)


def by_who_committed_anothers_work(at: Scene):
    """Git's committer is another than its author, and approved."""
    request = at.project.propose(TEXT, "alice", committer="bob")
    at.project.approve(request, "bob")
    at.project.merge(request)


def by_a_pusher(at: Scene):
    """Who pushed wrote somebody else's name into the commit."""
    request = at.project.propose(HEAD + "    []\n", "alice")
    at.project.push(request, TEXT, "alice", pusher="bob")
    at.project.approve(request, "bob")
    at.project.merge(request)


def by_a_robot(at: Scene):
    """A token approved."""
    at.project.merged(TEXT, "alice", "robot")


def by_a_blocked_account(at: Scene):
    """Who approved may not sign in any more."""
    at.project.merged(TEXT, "alice", "bob")
    at.project.people["bob"]["state"] = "blocked"


def before_the_last_change(at: Scene):
    """What was approved is not what was merged, and nobody reset the approvals."""
    request = at.project.propose(TEXT)
    at.project.approve(request, "bob")
    at.project.push(request, LATER, "alice")
    at.project.merge(request)


def before_a_change_of_blanks(at: Scene):
    """A patch-id that does not look at blanks hides a change of meaning."""
    request = at.project.propose(TEXT.replace("reason: Password reset", 'reason: "Password  reset"'))
    at.project.approve(request, "bob")
    at.project.push(request, TEXT.replace("reason: Password reset", 'reason: "Password reset"'), "alice")
    for version in request.versions:
        version["patch_id_sha"] = "the same"
    at.project.merge(request)


def with_an_unknown_author(at: Scene):
    """A commit bears an address that no account has."""
    request = at.project.propose(TEXT)
    at.project.push(request, LATER, "alice", writer="nobody@elsewhere.example")
    at.project.approve(request, "bob")
    at.project.merge(request)


def with_an_unknown_committer(at: Scene):
    """Who committed it can't be told, so it may have been the one who approved."""
    request = at.project.propose(TEXT, committer="nobody@elsewhere.example")
    at.project.approve(request, "bob")
    at.project.merge(request)


def with_commits_that_are_not_shown(at: Scene):
    """GitLab counts more commits than it tells of."""
    at.project.merged(TEXT, "alice", "bob").commits.append(at.project.git("rev-parse", "main~2").strip())
    at.project.mails.pop("carol@contoso.com")


def pushed(at: Scene):
    """No merge request at all."""
    at.project.write(TEXT)
    at.project.commit("carol")


def edited_without_one(at: Scene):
    """One line was changed on the default branch afterwards."""
    at.project.merged(TEXT, "alice", "bob")
    at.project.write(LATER)
    at.project.commit("carol")


def edited_unapproved(at: Scene):
    """One line was changed by a merge request that nobody approved."""
    at.project.merged(TEXT, "alice", "bob")
    at.project.merged(LATER, "alice")


def into_another_branch(at: Scene):
    """What was approved was approved for a branch that is not the default one."""
    request = at.project.propose(TEXT, target="release")
    at.project.approve(request, "bob")
    at.project.merge(request)


def put_together(at: Scene):
    """Every line was approved, in two entries; the lines between them were taken out without approval."""
    first = ENTRY.replace("expires: EXPIRES", "expires: 2026-01-01")
    second = ENTRY.replace("alice@contoso.com", "bob@contoso.com")
    both = dated(HEAD + first + second).splitlines(keepends=True)
    at.project.merged("".join(both), "alice", "bob")
    at.project.merged("".join(both[:7] + both[12:]), "alice")


def of_another_tenant(at: Scene):
    """The entry was approved for another tenant than the one that the document names now."""
    at.project.merged(TEXT.replace("000000000001", "000000000009"), "alice", "bob")
    at.project.merged(TEXT, "alice")


def moved(at: Scene):
    """The document was renamed, so no approved version of this file has the entry."""
    at.project.merged(TEXT, "alice", "bob")
    at.project.git("mv", "policies/contoso.yaml", "policies/moved.yaml")
    at.project.commit("carol")


def changed_here(at: Scene):
    """The file that is read is not the one that was committed."""
    at.project.merged(TEXT, "alice", "bob")
    at.project.write(TEXT + "# by hand\n")


def lines_that_git_does_not_count(at: Scene):
    """Line ends that only YAML knows would let Git's blame look at other lines."""
    at.project.merged(TEXT.replace("name: contoso\n", "name: contoso # x\r\n# y\r# z\n"), "alice", "bob")


def still_open(at: Scene):
    """The pipeline of the merge request itself."""
    request = at.project.propose(TEXT)
    at.project.approve(request, "bob")
    at.project.git("checkout", "--quiet", request.branch)


def nowhere(at: Scene):
    """No Git checkout."""
    at.project.merged(TEXT, "alice", "bob")
    (at.project.folder / ".git").rename(at.project.folder / "elsewhere")


@pytest.mark.parametrize(
    ("history", "says"),
    [
        (alone, "merge request !1 carries 0 of 1 approvals that count. Remove the entry by one"),
        (by_its_author, "that of alice does not, who opened, wrote, committed or pushed it"),
        (by_a_committer, "that of bob does not, who opened"),
        (by_who_committed_anothers_work, "that of bob does not, who opened"),
        (by_a_pusher, "that of bob does not, who opened"),
        (by_a_robot, "that of robot does not, which is no person"),
        (by_a_blocked_account, "that of bob does not, whose account is blocked"),
        (before_the_last_change, "that of bob does not, because it was given to an earlier version"),
        (before_a_change_of_blanks, "that of bob does not, because it was given to an earlier version"),
        (with_an_unknown_author, "GitLab knows no account for an author or committer of 1 commit of it"),
        (with_an_unknown_committer, "GitLab knows no account for an author or committer of 1 commit of it"),
        (with_commits_that_are_not_shown, "GitLab knows no account for an author or committer of 1 commit of it"),
        (pushed, "came by no merge request"),
        (edited_without_one, "came by no merge request"),
        (edited_unapproved, "merge request !2 carries 0 of 1 approvals"),
        (into_another_branch, "came by no merge request"),
        (put_together, "no merge request that was approved shows this entry as it stands now"),
        (of_another_tenant, "no merge request that was approved shows this entry as it stands now, for this tenant"),
        (moved, "no merge request that was approved shows this entry as it stands now"),
        (changed_here, "differs from commit"),
        (lines_that_git_does_not_count, "can't be found in commit"),
        (still_open, "merge request !1, which brings it, is not merged yet. It is proven once that is merged"),
        (nowhere, "the policies are in no Git checkout here"),
    ],
)
def test_whatever_is_not_proven_is_held(at, history, says):
    """Held with the reason."""
    history(at)

    assert says in at.held()


@pytest.mark.parametrize(("names", "says"), [(("bob",), "carries 1 of 2 approvals"), (("bob", "dave"), "")])
def test_as_many_as_the_guardrails_say(tmp_path, emulator, names, says):
    """With `min: 2` one is not enough."""
    with scene(tmp_path, emulator, guardrails=GUARDRAILS.replace("min: 1", "min: 2")) as at:
        at.project.merged(TEXT, "alice", *names)

        assert (says in at.held(), bool(says)) == (True, bool(at.held()))


def test_another_project_may_hold_the_policies(tmp_path, emulator):
    """The project of the job is another one; a full path names it as well as a number."""
    other = {"CI_PROJECT_ID": "8", "RECONCILER_GITLAB_PROJECT": "contoso/policies"}
    with scene(tmp_path, emulator, environment=other) as at:
        at.project.merged(TEXT, "alice", "bob")

        assert "" == at.held()


def test_without_the_rule_gitlab_is_not_asked(tmp_path, emulator):
    """No guardrail wants it, so no request is sent, and the claim is called a claim."""
    with scene(tmp_path, emulator, guardrails="kind: guardrails\n") as at:
        at.project.merged(TEXT, "alice")
        (change,) = at.on.plan().tenants[0].changes

        assert ([], "the entry names lead@contoso.com as the one who approved it") == (at.gitlab.calls, change.why)


def test_no_place_of_reviews_holds(at, tmp_path: Path):
    """Whoever plans without GitLab unblocks nobody."""
    at.project.merged(TEXT, "alice", "bob")
    on = replace(at.on, ports=replace(at.on.ports, reviews=NOBODY))

    assert "No place is known here" in Scene(at.project, at.gitlab, on).held()
