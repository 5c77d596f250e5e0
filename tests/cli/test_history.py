"""`history` and ledgers that can't be used, through the command line."""

import json
import sqlite3
from contextlib import closing

import pytest

from tests.cli.line import reconciler


@pytest.fixture
def at(environment, tmp_path):
    """The environment of a client of the emulator whose ledger lies in a folder that tests may break."""
    return environment | {
        "RECONCILER_LEDGER": f"sqlite:///{tmp_path / 'kept' / 'ledger.db'}",
        "GITLAB_USER_LOGIN": "lead",
    }


@pytest.fixture
def ledger(tmp_path):
    """The ledger's file."""
    return tmp_path / "kept" / "ledger.db"


def damaged(ledger):
    """Bytes that are no database."""
    ledger.write_bytes(b"no database " * 1000)


def of_the_future(ledger):
    """The schema of a version that is not written yet."""
    with closing(sqlite3.connect(ledger)) as connection, connection:
        connection.execute("UPDATE reconciler_ledger SET version_num = '9999'")


def in_the_way(ledger):
    """A folder where the file should be."""
    ledger.unlink()
    ledger.mkdir()


def test_history_tells_who_changed_what(folder, at):
    """An apply stands there with its user, its plan and each change; JSON holds the same, `--run` one run alone."""
    applied = reconciler(
        "apply",
        "--auto-approve",
        "--tenant",
        "contoso",
        "--wait",
        "0s",
        "--format",
        "json",
        folder=folder,
        environment=at,
    )
    run = json.loads(applied.out)["run"]
    text = reconciler("history", folder=folder, environment=at)
    document = json.loads(
        reconciler("history", "--run", run[:-2], "--format", "json", folder=folder, environment=at).out
    )

    assert (0, True, True) == (text.code, f"run {run}" in text.out, "apply by lead, begun " in text.out)
    assert (1, run, "lead", ["contoso"]) == (
        document["format"], document["runs"][0]["run"], document["runs"][0]["who"],
        [one["name"] for one in document["runs"][0]["tenants"]],
    )  # fmt: skip
    assert {one["address"] for one in document["runs"][0]["tenants"][0]["writes"]} <= {
        one["address"] for one in json.loads(applied.out)["tenants"][0]["outcomes"]
    }


def test_history_needs_no_policies_and_makes_no_ledger(tmp_path):
    """In an empty folder there is nothing to tell, and nothing is left behind."""
    ran = reconciler("history", folder=tmp_path)

    assert (0, "The ledger holds no runs.\n", []) == (ran.code, ran.out, list(tmp_path.iterdir()))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--run", "x"], "--run: the ledger has no run 'x'."),
        (["--tenant", "x"], "--tenant: the ledger knows no tenant 'x'. It knows none."),
        (["--selector", "a=b"], "--selector: the ledger holds no labels."),
        (["--forget", "alice"], "--forget: 'alice' is no mailbox."),
        (["--prune", "--keep", "30d"], "--keep: budgets count over thirty days, so 31d is the least."),
        (["--prune", "--run", "x"], "--run, --forget and --prune: one at a time."),
        (["--prune", "--tenant", "x"], "--tenant chooses among runs that are listed"),
    ],
)
def test_what_can_not_be_asked_is_wrong_usage(tmp_path, words, said):
    """Each with a sentence of its own and exit 64."""
    ran = reconciler("history", *words, folder=tmp_path)

    assert (64, True) == (ran.code, said in ran.err)


@pytest.mark.slow
@pytest.mark.parametrize("broken", [damaged, of_the_future, in_the_way])
def test_apply_stops_and_plan_and_drift_go_on_without_a_ledger(folder, at, ledger, emulator, broken):
    """One clear error from apply, before anything is sent; the others end as they would and say what they don't know."""
    assert 0 == reconciler("apply", "--auto-approve", "--tenant", "fabrikam", folder=folder, environment=at).code
    broken(ledger)
    written = emulator.counts(kind="write")
    only = ("--tenant", "contoso")
    applied = reconciler("apply", "--auto-approve", *only, folder=folder, environment=at)
    plan = reconciler("plan", "--detailed-exitcode", *only, folder=folder, environment=at)
    drift = reconciler("drift", *only, folder=folder, environment=at)
    history = reconciler("history", folder=folder, environment=at)

    assert (1, 2, 2, 1) == (applied.code, plan.code, drift.code, history.code)
    assert written == emulator.counts(kind="write")
    assert ["error: The ledger "] * 2 == [
        next(line for line in ran.err.splitlines() if line.startswith("error"))[:18] for ran in (applied, history)
    ]
    assert ["ledger-unreachable"] * 2 == [
        "ledger-unreachable" if "ledger-unreachable" in ran.out else ran.out for ran in (plan, drift)
    ]
    assert "Traceback" not in applied.err + plan.err + drift.err + history.err
