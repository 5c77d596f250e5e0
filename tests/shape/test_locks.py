"""The locks name no host, hold every dependency, and each direct dependency has its reason in writing."""

import re

import pytest

from tests.shape.repository import project, text

LOCKS = ["reconciler/requirements.txt", "requirements/dev.txt"]


def canonical(requirement: str) -> str:
    """The normalised name of a requirement, without extras, versions and markers."""
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert name is not None, f"{requirement!r} does not begin with the name of a package."
    return re.sub(r"[-_.]+", "-", name.group()).lower()


def requirements(*groups: str) -> set[str]:
    """The direct requirements of the given groups of pyproject.toml (`""`: those of the package itself)."""
    extras, tools = project()["project"]["optional-dependencies"], project()["dependency-groups"]
    lists = {"": project()["project"]["dependencies"], **extras, **tools}
    found = [line for group in groups for line in lists[group]]
    named = {canonical(line) for line in found if isinstance(line, str)}
    return named.union(*(requirements(line["include-group"]) for line in found if isinstance(line, dict)))


def locked(lock: str) -> dict[str, str]:
    """Name and version of every package in a lock."""
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text(lock), re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_host_and_no_path(lock):
    """Whoever installs from a lock chooses the index; the lock holds names, versions and hashes only."""
    foreign = [line for line in text(lock).splitlines() if "://" in line or re.search(r"--(?!hash=)", line)]

    assert [] == foreign


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_hashes(lock):
    """No package comes in unless its bytes are known."""
    blocks = re.split(r"^(?=[a-z0-9])", text(lock), flags=re.MULTILINE)
    bare = [block.split()[0] for block in blocks if "==" in block and "--hash=sha256:" not in block]

    assert [] == bare


def test_the_locks_hold_every_direct_dependency():
    """A dependency in pyproject.toml that is in no lock would only work where it happens to be installed."""
    runtime = requirements("", "emulator", "gitlab", "notify", "postgres", "build") - locked(LOCKS[0]).keys()
    dev = requirements("", "emulator", "gitlab", "notify", "postgres", "dev") - locked(LOCKS[1]).keys()

    assert (set(), set()) == (runtime, dev)


def test_the_dev_lock_has_the_versions_of_the_runtime_lock():
    """What is tested is what is shipped."""
    dev = locked(LOCKS[1])

    assert locked(LOCKS[0]) == {name: dev[name] for name in locked(LOCKS[0])}


def test_every_direct_dependency_has_its_reason():
    """docs/dependencies.md has one line for each direct dependency, and none for anything else."""
    rows = re.findall(r"^\| ([A-Za-z0-9-]+) \| (\S.*) \|$", text("docs/dependencies.md"), re.MULTILINE)
    explained = {canonical(name) for name, reason in rows if reason != "why"}

    assert requirements("", "emulator", "gitlab", "notify", "postgres", "build", "dev") == explained
