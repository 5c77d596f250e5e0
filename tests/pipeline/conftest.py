"""What the pipelines run with: a release of this checkout, and a tenant that trusts GitLab."""

import pytest

from tests.cli.line import bare
from tests.gitlab.notes_api import desk
from tests.gitlab.server import GitLab
from tests.ledger import postgres
from tests.pipeline import release as releases
from tests.pipeline.runner import PROJECT
from tests.pipeline.stage import Issuer, emulator

TRUSTED = "security/m365"
NOTE_TOKEN = "glpat-made-up-for-tests"


@pytest.fixture(scope="session")
def release(tmp_path_factory):
    """The wheel of this checkout and what its lock names."""
    return releases.build(tmp_path_factory.mktemp("release"))


@pytest.fixture(scope="session")
def installed(release, tmp_path_factory):
    """The command `reconciler` of a person who installed that wheel."""
    return releases.install(release, tmp_path_factory.mktemp("person") / "venv")


@pytest.fixture(scope="session")
def issuer():
    """Who signs ID tokens."""
    return Issuer()


@pytest.fixture(scope="module")
def jobs(release, issuer, tmp_path_factory):
    """The environment of every job: the emulated tenant, and pip's settings. No identity and no secret is in it."""
    home = tmp_path_factory.mktemp("home")
    readers = (("main", PROJECT), ("feature", PROJECT), ("main", TRUSTED))
    with emulator(issuer, readers, ("main", PROJECT)) as running:
        client = running.environment(bare())
        given = {name: text for name, text in client.items() if not name.startswith(("AZURE_", "RECONCILER_"))}
        yield given | release.pip() | {"HOME": str(home), "NO_PROXY": "127.0.0.1", "TMPDIR": str(home)}


@pytest.fixture(scope="session")
def ledger():
    """The URL of a ledger that lasts."""
    with postgres.server() as folder:
        yield f"postgresql+psycopg://ledger@/postgres?host={folder}"


@pytest.fixture(scope="module")
def gitlab():
    """A GitLab with the project of the policies (11), the trusted one (21), and one account that writes notes."""
    with GitLab() as running:
        running.user(7, "project_11_bot", bot=True)
        running.token(NOTE_TOKEN, 7)
        board = desk(running)
        for number, path in ((11, PROJECT), (21, TRUSTED)):
            board.project(number)
            board.projects[str(number)]["path_with_namespace"] = path
        yield board


def notes(board):
    """What a job needs to write to that GitLab."""
    return {"CI_SERVER_URL": board.gitlab.url, "RECONCILER_GITLAB_TOKEN": NOTE_TOKEN}
