"""What others approved unblocks, however it came: honest histories are not held for want of form."""

import pytest

from tests.gitlab.approvals_api import NOREPLY
from tests.gitlab.reviewed import ENTRY, TEXT, Scene, scene
from tests.whole.stage import dated

LATER = TEXT.replace("Password reset", "Password reset and sessions revoked")


@pytest.fixture
def at(tmp_path, emulator):
    """A project whose guardrails want one approval."""
    with scene(tmp_path, emulator) as made:
        yield made


def rebased(at: Scene):
    """An approval before a rebase that changed nothing of the patch."""
    request = at.project.propose(TEXT)
    at.project.approve(request, "bob")
    at.project.write("# A remark\n", "README.md")
    at.project.commit("carol")
    at.project.rebase(request, "alice")
    at.project.merge(request)


def edited_and_approved(at: Scene):
    """Two merge requests, each approved."""
    at.project.merged(TEXT, "alice", "bob")
    at.project.merged(LATER, "carol", "dave")


def changed_around_it(at: Scene):
    """Unapproved changes of other lines of the file, above and below."""
    at.project.merged(TEXT, "alice", "bob")
    at.project.merged(f"# A remark\n{TEXT}{ENTRY.replace('alice', 'erin')}".replace("BEFORE", "2026-01-01T00:00Z"))
    at.project.write(at.project.git("show", "main:policies/contoso.yaml").replace("EXPIRES", "2026-01-02"))
    at.project.commit("carol")


def on_an_older_server(at: Scene):
    """A GitLab that tells the time of an approval only in its notes."""
    at.project.tells_times = False
    at.project.merged(TEXT, "alice", "bob")


def with_the_line_ends_of_windows(at: Scene):
    """Carriage returns before the line ends."""
    at.project.merged(TEXT.replace("\n", "\r\n"), "alice", "bob")


def made_in_gitlabs_pages(at: Scene):
    """GitLab itself is the committer, and signs."""
    request = at.project.propose(TEXT, committer=NOREPLY)
    at.project.approve(request, "bob")
    at.project.merge(request)


def committed_by_a_third(at: Scene):
    """Author and committer are two known people, and the approver is neither."""
    request = at.project.propose(TEXT, "alice", committer="carol")
    at.project.approve(request, "bob")
    at.project.merge(request)


def latest_unproven(at: Scene):
    """Of two entries that cover the block the older one is approved."""
    at.project.merged(TEXT, "alice", "bob")
    at.project.merged(TEXT + dated(ENTRY.replace("Password", "Again password")), "alice")


@pytest.mark.parametrize(
    "history",
    [
        rebased, edited_and_approved, changed_around_it, on_an_older_server, made_in_gitlabs_pages,
        committed_by_a_third, latest_unproven, with_the_line_ends_of_windows,
    ],
)  # fmt: skip
def test_what_is_proven_is_not_held_for_want_of_form(at, history):
    """Rebases, edits that were approved, and everything that does not concern the entry."""
    history(at)

    assert "" == at.held()
