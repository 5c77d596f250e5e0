"""The commit of a folder is read from what Git itself writes, and nothing is claimed where it can't be told."""

import subprocess

import pytest

from reconciler.adapters.revision import commit_of

WHO = ("-c", "user.name=x", "-c", "user.email=x@contoso.com", "-c", "commit.gpgsign=false")


def git(folder, *words):
    """What git says."""
    ran = subprocess.run(["git", *WHO, *words], cwd=folder, check=True, capture_output=True, text=True)
    return ran.stdout.strip()


@pytest.fixture
def repository(tmp_path):
    """A folder with one commit and a folder of policies in it."""
    git(tmp_path, "init", "--quiet", "-b", "main")
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "a.yaml").write_text("kind: tenant\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "-m", "one")
    return tmp_path


def test_a_branch_a_packed_branch_and_a_bare_commit(repository):
    """However Git keeps it, it is what git rev-parse says."""
    head = git(repository, "rev-parse", "HEAD")
    loose = commit_of(repository / "policies")
    git(repository, "pack-refs", "--all")
    packed = commit_of(repository / "policies")
    git(repository, "checkout", "--quiet", "--detach")

    assert [head] * 3 == [loose, packed, commit_of(repository / "policies")]


def test_a_worktree(repository, tmp_path_factory):
    """Its files are elsewhere, its branches in the repository that it is of."""
    other = tmp_path_factory.mktemp("other") / "tree"
    git(repository, "worktree", "add", "--quiet", "-b", "side", str(other))
    git(other, "commit", "--quiet", "--allow-empty", "-m", "two")

    assert git(other, "rev-parse", "HEAD") == commit_of(other / "policies") != git(repository, "rev-parse", "HEAD")


def test_where_it_can_not_be_told(repository, tmp_path_factory):
    """No repository, no commit yet, or files that are no such thing: nothing is claimed and nothing fails."""
    bare = tmp_path_factory.mktemp("bare")
    git(bare, "init", "--quiet")
    (repository / ".git" / "HEAD").write_bytes(b"\xff\xfe")

    assert ["", ""] == [commit_of(bare), commit_of(repository)]
