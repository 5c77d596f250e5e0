"""What the ledger costs: a plan with it and with one that remembers nothing, and a change with its commits."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from benchmarks.measure import ROOT, Row, python, side_by_side
from reconciler.adapters.ledger import SqlLedger, open_ledger

if TYPE_CHECKING:
    from reconciler.core.change import Change
    from reconciler.core.history import History
    from reconciler.core.values import Fields

LATENCY_MS = 600
REMEMBERED = 300
"""Changes that the ledger holds when a plan reads it: a month of a busy tenant."""
CHANGES = 100
TENANT = "6f0c1d3e-0000-4000-8000-000000000001"


class NullLedger(SqlLedger):
    """Remembers nothing."""

    def __init__(self) -> None:
        """Have no place."""

    def history(self, *_: object) -> "History":
        """Nothing."""
        from reconciler.core.history import History

        return History()

    def close(self) -> None:
        """Let go of nothing."""


class Silent:
    """Progress that nobody sees."""

    def say(self, tenant: str, step: str) -> None:
        """Say nothing."""

    def hush(self, line: str) -> None:
        """Say nothing of sign-in either."""


def plan(which: str) -> None:
    """Plan contoso in this process, with the ledger of the environment, or with none."""
    from reconciler.flow.make_plan import make_plan
    from reconciler.wiring import read_policies, run_ports, settings_from

    settings = settings_from(policies=ROOT / "policies")
    chosen = tuple(one for one in read_policies(settings).desired if one.tenant.name == "contoso")
    with run_ports(settings, Silent(), Event(), Silent().hush) as ports:
        made = make_plan(chosen, replace(ports, ledger=NullLedger()) if which == "null" else ports)
    if not made.complete:
        sys.exit(f"bench: the plan is incomplete: {made.exit}")


def planning() -> list[Row]:
    """A plan in a process of its own, imports included, on a service that takes 600 ms for each answer."""
    from reconciler.emulator import Emulator

    with tempfile.TemporaryDirectory() as folder, Emulator() as emulator:
        emulator.change({"tenant": "contoso", "switch": {"latency_ms": LATENCY_MS}})
        url = f"sqlite:///{folder}/ledger.db"
        with _ledger(url) as ledger:
            _write(ledger, REMEMBERED)
        environment = {**emulator.environment(), "RECONCILER_LEDGER": url, "PYTHONPATH": str(ROOT)}
        ours, bare = (python("-m", "benchmarks.ledger", which, environment=environment) for which in ("file", "null"))
        with_it, without = side_by_side(ours, bare, 7)
    against = f"with a null ledger: {without:.2f} s"
    return [
        Row(f"plan at {LATENCY_MS} ms, ledger and imports", with_it / without, "x", against, target=1.05),
        Row("  what the ledger adds", (with_it - without) * 1_000, "ms"),
    ]


def writing() -> list[Row]:
    """All commits of a run of a hundred changes on SQLite, a change; against as many bare flushes of the same disk."""
    with tempfile.TemporaryDirectory() as folder, _ledger(f"sqlite:///{folder}/ledger.db") as ledger:
        file = Path(folder) / "bare"
        ours, bare = side_by_side(lambda: _write(ledger, CHANGES), lambda: _flush(file, CHANGES), 7)
    against = f"one flush of this disk: {bare / CHANGES * 1_000:.2f} ms"
    return [Row("ledger of one change on SQLite", ours / CHANGES * 1_000, "ms", against, target=2)]


def _write(ledger: SqlLedger, count: int) -> None:
    """What apply tells the ledger of a run of so many changes, each with one command, all of them read back."""
    from reconciler.core.history import Ending, Lease

    now = datetime.now(UTC)
    run = ledger.open_run("apply", now, now, "sha256:00")
    lease = ledger.lock(run, TENANT)
    if not isinstance(lease, Lease):
        sys.exit("bench: somebody else has the ledger's tenant.")
    numbers: list[int] = []
    for number in range(count):
        ended = tuple(Ending(write=one, state="answered", answered=(0, "answered")) for one in numbers[-1:])
        numbers.append(ledger.start(run, TENANT, _change(number), now, ended))
    ledger.finish(tuple(Ending(write=one, state="applied", settled=True) for one in numbers), now)
    ledger.unlock(lease)
    ledger.close_run(run, 0, now)


def _change(number: int) -> "Change":
    from reconciler.core.change import Change
    from reconciler.core.request import Command

    name = f"Policy {number}"
    before: Fields = {"name": name, "enabled": False, "definition": None}
    command = Command(
        service="compliance", cmdlet="Set-ProtectionAlert", parameters={"Identity": name, "Disabled": False}
    )
    address = f"contoso/alert-policy/{name}"
    after: Fields = {**before, "enabled": True}
    return Change(
        address=address,
        kind="alert-policy",
        action="update",
        via="api",
        ref=name,
        before=before,
        after=after,
        commands=(command,),
    )


def _flush(file: Path, count: int) -> None:
    with file.open("ab") as opened:
        for _ in range(count):
            opened.write(bytes(4_096))
            opened.flush()
            os.fsync(opened.fileno())


@contextmanager
def _ledger(url: str) -> Iterator[SqlLedger]:
    opened = open_ledger(url)
    yield opened
    opened.close()


if __name__ == "__main__":
    plan(sys.argv[1])
