"""SQLite files that can't be used: one clear error each, and nothing is made worse."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from reconciler.adapters.ledger import open_ledger
from reconciler.core.errors import LedgerError
from tests.ledger.things import CONTOSO, NOW, alert, begun, wrote

NOBODY = 65534
CALLS = [lambda one: one.history(CONTOSO, NOW), begun]
FILL = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
from reconciler.adapters.ledger import open_ledger
from reconciler.core.errors import LedgerError
from tests.ledger.things import alert, wrote
ledger = open_ledger(sys.argv[1])
try:
    while True:
        print(wrote(ledger, alert(after={"text": "x" * 2000})), flush=True)
except LedgerError as error:
    print(error)
"""


@contextmanager
def unprivileged():
    """Files are used with the rights of an ordinary account, also where the tests run as root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def folder():
    """A folder that every account can reach."""
    made = Path(tempfile.mkdtemp())
    made.chmod(0o755)
    yield made
    made.chmod(0o755)
    shutil.rmtree(made)


@pytest.fixture
def file(folder):
    """A ledger with one write, closed, that every account may read and none may write."""
    file = folder / "ledger.db"
    ledger = open_ledger(f"sqlite:///{file}")
    wrote(ledger, alert())
    ledger.close()
    file.chmod(0o444)
    return file


def refused(file, call):
    """What is said when a ledger can't be used."""
    ledger = open_ledger(f"sqlite:///{file}")
    with pytest.raises(LedgerError) as caught:
        call(ledger)
    ledger.close()
    assert str(file) in str(caught.value)
    return str(caught.value)


def test_a_read_only_ledger_can_not_be_written(file):
    """Without the right to write, apply stops before it sends anything."""
    file.parent.chmod(0o777)
    with unprivileged():
        assert "can't be written. Give this account the right" in refused(file, begun)


def test_a_read_only_folder_is_explained(file):
    """A folder in which nothing can be made is an error for reading too, because SQLite needs a file beside."""
    file.parent.chmod(0o555)
    with unprivileged():
        assert [True, True] == [
            "Give this account" in said or "This account must" in said for said in (refused(file, one) for one in CALLS)
        ]


def test_a_folder_that_may_not_be_entered_is_explained(folder):
    """What can't even be looked for is not taken for absent."""
    folder.chmod(0)
    with unprivileged():
        assert [True, True] == ["account" in refused(folder / "ledger.db", one) for one in CALLS]


@pytest.mark.parametrize("call", CALLS)
def test_a_damaged_file_is_explained_and_left_alone(file, call):
    """Bytes that are no database are never written over."""
    file.chmod(0o600)
    file.write_bytes(b"no database " * 1000)
    before = file.read_bytes()

    assert "is damaged, or no SQLite file at all. Restore a copy" in refused(file, call)
    assert before == file.read_bytes()


@pytest.mark.parametrize("call", CALLS)
def test_a_file_with_torn_pages_is_explained(file, call):
    """A file whose middle is lost is an error with a way out."""
    file.chmod(0o600)
    raw = file.read_bytes()
    file.write_bytes(raw[:4096] + os.urandom(len(raw) - 4096))

    assert "is damaged" in refused(file, call)


@pytest.mark.parametrize("call", CALLS)
def test_another_program_s_database_is_left_alone(folder, call):
    """A mistyped path does not put our tables into somebody's file."""
    file = folder / "theirs.db"
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE theirs (id)")
    connection.close()
    before = file.read_bytes()

    assert "is some other database. Set RECONCILER_LEDGER to another file." in refused(file, call)
    assert before == file.read_bytes()


def test_a_missing_folder_is_not_made_two_deep(folder):
    """One folder is made; a whole missing tree is a mistyped path."""
    assert f"the folder {folder / 'a'} does not exist" in refused(folder / "a" / "b" / "ledger.db", begun)
    assert [] == list(folder.iterdir())


def test_a_folder_that_is_a_file_is_explained(folder):
    """A path through a file leads nowhere."""
    (folder / "a").write_text("")

    assert "is a file, so the ledger" in refused(folder / "a" / "ledger.db", begun)


def test_a_folder_in_place_of_the_file_is_explained(folder):
    """A ledger is a file."""
    assert ["can't be opened"] * 2 == [
        "can't be opened" if "can't be opened" in refused(folder, one) else "" for one in CALLS
    ]


def test_a_full_disk_stops_us_and_loses_nothing(folder):
    """When nothing more can be written, the call says so, and all that calls returned from is still there."""
    url = f"sqlite:///{folder / 'ledger.db'}"
    done = subprocess.run(
        [sys.executable, "-c", FILL, url],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )
    *numbers, said = done.stdout.splitlines()
    ledger = open_ledger(url)

    assert ("", True) == (done.stderr, "the disk is full or failing. Make room, check the disk, and run again." in said)
    assert int(numbers[-1]) <= ledger.history(CONTOSO, NOW).writes[0].id <= int(numbers[-1]) + 1
    ledger.close()
