"""Addresses of ledgers, what is made where, and that nothing heavy is loaded before its time."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from reconciler.adapters.ledger import open_ledger
from reconciler.core.errors import LedgerError
from tests.ledger import postgres
from tests.ledger.conftest import ON_POSTGRES
from tests.ledger.things import CONTOSO, NOW, alert, begun, wrote

SECRET = "s3cr3t-w0rd"
READ_NOTHING = """
import sys
from datetime import datetime, UTC
from reconciler.adapters.ledger import open_ledger
ledger = open_ledger("sqlite:///.reconciler/ledger.db")
print(ledger.history("t", datetime.now(UTC)).known, ledger.drifted("t", (), datetime.now(UTC)))
print(sorted({"sqlalchemy", "alembic", "sqlite3"} & set(sys.modules)))
"""
WRITE_AGAIN = """
import sys
from datetime import datetime, UTC
from reconciler.adapters.ledger import open_ledger
open_ledger("sqlite:///ledger.db").open_run("apply", datetime.now(UTC), datetime.now(UTC), None)
print("alembic" in sys.modules)
"""
NO_DRIVER = """
import sys
sys.modules["psycopg"] = None
from datetime import datetime, UTC
from reconciler.adapters.ledger import open_ledger
open_ledger("postgresql+psycopg://me:s3cr3t-w0rd@db.example/ledger").history("t", datetime.now(UTC))
"""


def python(script, folder):
    """What a fresh interpreter says about a script that runs in a folder."""
    root = str(Path(__file__).parents[2])
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": root},
        capture_output=True,
        text=True,
        check=False,
    )


def test_reading_what_is_not_there_makes_nothing_and_loads_nothing(tmp_path):
    """The first plan of a new checkout leaves no file behind and imports no database library."""
    assert "False {}\n[]\n" == python(READ_NOTHING, tmp_path).stdout
    assert [] == list(tmp_path.iterdir())


def test_migrations_load_only_when_one_is_needed(tmp_path):
    """The first write makes the tables; the second run does not even load what makes them."""
    assert ["True\n", "False\n"] == [python(WRITE_AGAIN, tmp_path).stdout for _ in range(2)]


def test_a_relative_file_is_under_the_current_folder_and_private(tmp_path):
    """The folder is 0700 and the file 0600, and a ledger that was closed is one file."""
    done = python(WRITE_AGAIN.replace("ledger.db", ".reconciler/ledger.db"), tmp_path)
    folder = tmp_path / ".reconciler"

    assert ("", ["ledger.db"]) == (done.stderr, [path.name for path in folder.iterdir()])
    assert [0o700, 0o600] == [stat.S_IMODE(path.stat().st_mode) for path in (folder, folder / "ledger.db")]


def test_files_beside_the_ledger_are_private_too(tmp_path):
    """While it is open, the newest part of a ledger stands in a file of the same mode."""
    ledger = open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    wrote(ledger, alert())

    assert {"ledger.db": 0o600, "ledger.db-wal": 0o600, "ledger.db-shm": 0o600} == {
        path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()
    }
    ledger.close()


@pytest.mark.parametrize("name", ["a b%20#ü.db", "per%cent/x.db"])
def test_a_path_is_taken_as_it_is(tmp_path, name):
    """Nothing in a path means anything but itself."""
    ledger = open_ledger(f"sqlite:///{tmp_path / name}")
    wrote(ledger, alert())
    ledger.close()

    assert (tmp_path / name).is_file()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "not a URL"),
        ("ledger.db", "not a URL"),
        (f"mysql://me:{SECRET}@db.example/x", "starts with mysql:"),
        (
            f"postgresql://me:{SECRET}@db.example/x",
            r"starts with postgresql://, and a PostgreSQL ledger with postgresql\+psycopg://",
        ),
        ("sqlite://ledger.db", "starts with sqlite:"),
        ("sqlite:///", "needs the path of a file"),
        ("sqlite:///:memory:", "needs the path of a file"),
        ("sqlite:///ledger.db?mode=ro", "without options"),
        ("sqlite:///folder/", "is a folder"),
    ],
)
def test_an_address_that_is_none_is_refused_at_once(url, said):
    """The message names the two forms, and never what was written."""
    with pytest.raises(LedgerError, match=said) as caught:
        open_ledger(url)

    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql+psycopg://me:{SECRET}@127.0.0.1:1/ledger?connect_timeout=2",
        f"postgresql+psycopg://me:x@{SECRET}@127.0.0.1:1/ledger",
        f"postgresql+psycopg://me:x/{SECRET}@127.0.0.1:1/ledger",
        f"postgresql+psycopg://me@127.0.0.1:{SECRET}/ledger",
        f"postgresql+psycopg://127.0.0.1:1/ledger?password={SECRET}",
        f"postgresql+psycopg://me:p@127.0.0.1:1/ledger?sslpassword={SECRET}",
    ],
)
def test_a_password_is_never_said(url):
    """Whatever is wrong with a server or its address, message and repr hold no password."""
    ledger = open_ledger(url)
    with pytest.raises(LedgerError) as caught:
        ledger.history(CONTOSO, NOW)

    assert SECRET not in f"{caught.value} {caught.value!r} {ledger!r} {vars(ledger)!r}"
    ledger.close()


def test_a_missing_driver_is_named_with_what_installs_it(tmp_path):
    """Without the extra a PostgreSQL ledger can't be opened, and the way out is in the message."""
    done = python(NO_DRIVER, tmp_path).stderr

    assert (
        "LedgerError: A PostgreSQL ledger needs the driver psycopg, which is not installed. Install `reconciler[postgres]`."
        in done
    )
    assert SECRET not in done


@ON_POSTGRES
def test_an_unknown_database_is_explained(socket_folder):
    """The server's own words are part of the message."""
    ledger = open_ledger(f"postgresql+psycopg://ledger:{SECRET}@/nowhere?host={socket_folder}")

    with pytest.raises(LedgerError, match=r'database "nowhere" does not exist.*Check RECONCILER_LEDGER') as caught:
        begun(ledger)
    assert SECRET not in str(caught.value)
    ledger.close()


@ON_POSTGRES
def test_a_database_may_belong_to_others_too(postgres_url):
    """On PostgreSQL our tables stand beside those of others."""
    import psycopg

    with psycopg.connect(postgres_url.replace("+psycopg", "")) as connection:
        connection.execute(
            "CREATE TABLE alembic_version (version_num text); INSERT INTO alembic_version VALUES ('abc')"
        )
    ledger = open_ledger(postgres_url)
    wrote(ledger, alert())

    assert ledger.history(CONTOSO, NOW).known
    ledger.close()


def test_the_reason_for_leaving_postgresql_out_is_a_sentence():
    """Where no server is installed the tests that need one say so, and how to get it."""
    assert postgres.AVAILABLE or "apt-get install postgresql" in postgres.WHY_NOT
