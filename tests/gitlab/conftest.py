"""A GitLab for each test: two people, a bot with a note token, a job's token, and a project with a merge request."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.emulator import Emulator
from tests.gitlab.notes_api import Desk, desk
from tests.gitlab.place import ALICE, BOT, JOB, MERGED, RUNNER, TOKEN, Place
from tests.gitlab.server import GitLab


@pytest.fixture
def gitlab() -> Iterator[GitLab]:
    """The server, with accounts and tokens."""
    with GitLab() as running:
        running.user(ALICE, "alice")
        running.user(BOT, "project_4_bot", bot=True)
        running.user(RUNNER, "runner")
        running.token(TOKEN, BOT)
        running.token(JOB, RUNNER, job=True)
        yield running


@pytest.fixture
def board(gitlab: GitLab) -> Desk:
    """Its data: project 4, merge request !3 open, !2 merged."""
    made = desk(gitlab)
    project = made.project(4)
    made.merge_request(project, 3)
    made.merge_request(project, 2, state="merged", commit=MERGED, at="2026-11-23T12:00:00Z")
    return made


@pytest.fixture
def note(tmp_path: Path, gitlab: GitLab, board: Desk) -> Place:
    """The command, in a folder of its own."""
    return Place(tmp_path, gitlab)


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """A running emulator with its built-in tenants; a stage on it starts anew."""
    with Emulator() as running:
        yield running
