"""A tenant belongs to one run at a time, on both databases, and to nobody once that run died or stopped."""

import os
import platform
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from reconciler.adapters.ledger import open_ledger
from reconciler.core.errors import LedgerError
from reconciler.core.history import Caller, Holder, Lease
from tests.ledger.things import COMMAND, CONTOSO, FABRIKAM, NOW, begun, ended, rows_of, taken, unblock

SHORT = 0.8
"""Seconds of a term in tests that wait for its end."""


@contextmanager
def holder(url):
    """A process of its own that holds the tenant, and the run that it does so for."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.ledger.writer", url, "hold"],
        cwd=Path(__file__).parents[2], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as running:  # fmt: skip
        try:
            assert running.stdout
            yield running, running.stdout.readline().strip()
        finally:
            running.kill()


def got(ledger, run, seconds=20.0):
    """The lease of the tenant, tried for until it is there."""
    until = time.monotonic() + seconds
    while isinstance(found := ledger.lock(run, CONTOSO), Holder):
        assert time.monotonic() < until, found
        threading.Event().wait(0.05)
    return found


def test_two_runs_exclude_each_other(url, ledger):
    """The second is told who has the tenant; once that one lets go, it is free."""
    run = ledger.open_run("apply", NOW, NOW, None, Caller(who="lead"))
    lease = ledger.lock(run, CONTOSO)
    other = open_ledger(url)
    mine = begun(other)
    found = other.lock(mine, CONTOSO)
    assert isinstance(found, Holder)
    ledger.unlock(lease)

    assert (run, "lead", os.getpid(), platform.node()) == (found.run, found.who, found.pid, found.host)
    assert isinstance(other.lock(mine, CONTOSO), Lease)
    other.close()


def test_two_runs_of_one_process_exclude_each_other(ledger):
    """It is the run that has the tenant, not the process."""
    taken(ledger)

    assert isinstance(ledger.lock(begun(ledger), CONTOSO), Holder)


def test_tenants_are_locked_one_by_one(ledger):
    """A run at work on one tenant is in nobody's way on another."""
    taken(ledger)

    assert isinstance(ledger.lock(begun(ledger), FABRIKAM), Lease)


def test_tokens_rise(ledger):
    """Each lease has a higher token than any before it, in whatever tenant."""
    leases = []
    for tenant in (CONTOSO, FABRIKAM, CONTOSO):
        leases.append(ledger.lock(begun(ledger), tenant))
        ledger.unlock(leases[-1])

    assert [1, 2, 3] == [one.token for one in leases]


def test_nothing_is_sent_without_the_tenant(ledger):
    """A run that never took the tenant, or has let it go, can't begin a write."""
    run = begun(ledger)
    with pytest.raises(LedgerError, match="Nothing more is sent: this run has let go"):
        ledger.start(run, CONTOSO, unblock(), NOW)
    ledger.unlock(ledger.lock(run, CONTOSO))

    with pytest.raises(LedgerError, match="Nothing more is sent: this run has let go"):
        ledger.start(run, CONTOSO, unblock(), NOW)


@pytest.mark.slow
def test_a_killed_owner_s_tenant_is_free_at_once(url, ledger):
    """SIGKILL of the process that holds a tenant gives it to whoever asks next; only the server may take a moment."""
    run = begun(ledger)
    with holder(url) as (running, theirs):
        found = ledger.lock(run, CONTOSO)
        os.kill(running.pid, signal.SIGKILL)
        running.wait()

        assert (theirs, running.pid) == (found.run, found.pid)
        assert got(ledger, run, 5).token == 2


@pytest.mark.slow
def test_a_stopped_owner_loses_the_tenant_and_can_not_send(url):
    """Who does not renew for a whole term has it no longer, and finds that out before the next command."""
    ledger = open_ledger(url, term=SHORT)
    run = begun(ledger)
    with holder(url) as (running, _):
        os.kill(running.pid, signal.SIGSTOP)
        assert isinstance(ledger.lock(run, CONTOSO), Holder)
        lease = got(ledger, run)
        os.kill(running.pid, signal.SIGCONT)
        said, _ = running.communicate("\n", timeout=30)

        assert f"Nothing more is sent: run {run} has taken this tenant. Make a new plan.\n" == said
    assert ledger.history(CONTOSO, NOW).writes == ()
    ledger.unlock(lease)
    ledger.close()


@pytest.mark.slow
def test_an_owner_at_work_keeps_the_tenant(url):
    """Renewals go on for as long as it takes: three terms later the tenant is still its own."""
    ours, theirs = open_ledger(url, term=SHORT), open_ledger(url, term=SHORT)
    run = taken(ours)
    waiting = begun(theirs)
    until = time.monotonic() + 3 * SHORT
    while time.monotonic() < until:
        assert isinstance(theirs.lock(waiting, CONTOSO), Holder)
        threading.Event().wait(0.05)

    assert 1 == ours.start(run, CONTOSO, unblock(), NOW)
    ours.close()
    theirs.close()


def test_what_was_sent_is_recorded_even_by_who_lost_the_tenant(url):
    """A fence stands before commands only: the answer to one that was sent is never refused."""
    ours, theirs = open_ledger(url), open_ledger(url, term=0)
    number = ours.start(taken(ours), CONTOSO, unblock(), NOW)
    run = begun(theirs)
    theirs.lock(run, CONTOSO)
    assert isinstance(theirs.lock(run, CONTOSO), Lease)

    with pytest.raises(LedgerError, match=f"run {run} has taken"):
        ours.sent(number, 1, COMMAND, "started", NOW)
    ended(ours, number, "unanswered")
    assert ["unanswered"] == [one.state for one in theirs.history(CONTOSO, NOW).writes]
    ours.close()
    theirs.close()


@pytest.mark.parametrize("days", [-1000, 1000])
def test_no_clock_is_trusted(url, ledger, days):
    """An end that lies far in the past or in the future, by a clock that jumped, changes nothing."""
    taken(ledger)
    until = (NOW + timedelta(days=days)).isoformat().replace("+00:00", ".000000Z")
    with rows_of(url) as ask:
        ask(f"UPDATE locks SET until = '{until}'")

    assert isinstance(ledger.lock(begun(ledger), CONTOSO), Holder)


def test_a_closed_ledger_leaves_no_lock_behind(url, ledger, tmp_path):
    """Ending a run without letting go is enough to let go; no file stays."""
    taken(ledger)
    ledger.close()
    other = open_ledger(url)

    assert isinstance(other.lock(begun(other), CONTOSO), Lease)
    other.close()
    assert [] == list(tmp_path.rglob("*-lock-*"))


def test_a_dead_owner_s_file_is_removed(tmp_path):
    """What a killed process leaves beside the ledger goes with the next lock."""
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    with holder(url) as (running, _):
        os.kill(running.pid, signal.SIGKILL)
        running.wait()
    left = list(tmp_path.glob("*-lock-*"))
    ledger = open_ledger(url)
    got(ledger, begun(ledger))
    ledger.close()

    assert (1, []) == (len(left), list(tmp_path.glob("*-lock-*")))


def test_many_who_ask_at_once_get_it_one_after_the_other(url):
    """Eight threads with a ledger each: at no moment two of them have the tenant."""
    inside, most, guard = [], [], threading.Lock()

    def work():
        ledger = open_ledger(url)
        lease = got(ledger, begun(ledger), 40)
        with guard:
            inside.append(lease.token)
            most.append(len(inside))
        threading.Event().wait(0.01)
        with guard:
            inside.remove(lease.token)
        ledger.unlock(lease)
        ledger.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert [1] * 8 == most
