"""Many threads and processes on one ledger, and one that is killed."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from reconciler.adapters.ledger import open_ledger
from reconciler.core.errors import LedgerError
from tests.ledger.things import CONTOSO, NOW, alert, begun, rows_of, unblock, wrote

ROOT = Path(__file__).parents[2]


def process(url, what):
    """A process of its own that writes to the ledger."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.ledger.writer", url, what],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_threads_share_a_ledger(ledger):
    """Thirty-two threads write for a tenant each; nothing is lost and every number is given once."""
    run = begun(ledger)

    def work(number):
        ledger.lock(run, f"tenant-{number}")
        return [ledger.start(run, f"tenant-{number}", alert(str(one)), NOW) for one in range(10)]

    with ThreadPoolExecutor(32) as pool:
        numbers = list(pool.map(work, range(32)))

    found = [[one.id for one in ledger.history(f"tenant-{number}", NOW).writes] for number in range(32)]
    assert [sorted(some, reverse=True) for some in numbers] == found
    assert 320 == len({one for some in numbers for one in some})


def test_a_ledger_is_made_once(url):
    """Eight who find no ledger at the same moment make one together."""
    together, ledgers = threading.Barrier(8), [open_ledger(url) for _ in range(8)]

    def work(ledger):
        together.wait()
        wrote(ledger, unblock())

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, ledgers))

    assert [8] * 8 == [len(one.history(CONTOSO, NOW).writes) for one in ledgers]
    for one in ledgers:
        one.close()


@pytest.mark.slow
def test_processes_make_and_share_a_ledger(url):
    """Four processes begin with no ledger at all, make it together, and lose no write."""
    running = [process(url, "25") for _ in range(4)]

    assert [("", "", 0)] * 4 == [(*one.communicate(timeout=50), one.returncode) for one in running]
    assert 100 == len(open_ledger(url).history(CONTOSO, NOW).writes)


def test_a_killed_run_leaves_its_write_visible(url):
    """Killed between start and finish, the write is there as started, and so is its command."""
    with process(url, "begin") as running:
        assert "sending\n" == running.stdout.readline()
        os.kill(running.pid, signal.SIGKILL)

    found = open_ledger(url).history(CONTOSO, NOW)
    with rows_of(url) as ask:
        assert (True, ["started"], {"alice@contoso.com": 1}) == (
            found.known,
            [one.state for one in found.writes],
            found.unblocks,
        )
        assert [("started", None)] == ask("SELECT outcome, answered_at FROM commands")
        assert [(None,)] == ask("SELECT exit_code FROM runs")


def test_a_write_waits_for_another_process(tmp_path):
    """While someone else writes to the file we wait, and then go on."""
    file = tmp_path / "ledger.db"
    ledger = open_ledger(f"sqlite:///{file}")
    wrote(ledger, alert())
    with ThreadPoolExecutor(1) as pool:
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        waiting = pool.submit(wrote, ledger, alert())
        assert not threading.Event().wait(0.2)
        assert not waiting.done()
        other.execute("COMMIT")
        other.close()

        assert 2 == waiting.result(timeout=20)
    ledger.close()


@pytest.mark.slow
def test_a_lock_that_is_never_given_back_is_explained(url, ledger):
    """After ten seconds we stop waiting for another process, and say so."""
    wrote(ledger, alert())
    exclusive = (
        "LOCK TABLE runs"
        if "postgresql" in url
        else "INSERT INTO runs (id, command, at, machine_at) VALUES ('theirs', '', '', '')"
    )
    with rows_of(url) as ask:
        ask(exclusive)
        with pytest.raises(LedgerError, match="is in use by another process"):
            begun(ledger)
