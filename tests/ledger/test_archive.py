"""What the ledger tells people of past runs, and what it lets go on request, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import Text

from reconciler.adapters.ledger import forget as forgetting
from reconciler.adapters.ledger import open_archive, open_ledger
from reconciler.adapters.ledger.columns import Json, Words
from reconciler.adapters.ledger.schema import metadata
from reconciler.core.change import Evidence
from reconciler.core.errors import LedgerError
from reconciler.core.history import Caller, Ending
from reconciler.core.outcome import Outcome, TenantOutcomes, ended
from tests.ledger.things import COMMAND, CONTOSO, DAY, FABRIKAM, NOW, alert, begun, rows_of, unblock, wrote

ALICE = "alice@contoso.com"
OTHERS = ["malice@contoso.com", "alice@contoso.com.example", "alice@contoso.community"]
# Text that a person's address never stands in: words of ours, times, and digests.
OURS = {
    "runs": {"id", "command", "plan_digest", "tool", "commit"},
    "run_tenants": {"run", "tenant_id"},
    "writes": {"run", "tenant_id", "kind", "via", "action", "state"},
    "commands": {"service", "cmdlet"},
    "drift": {"tenant_id"},
    "notices": {"channel", "tenant_id", "state", "severity"},
    "channels": {"name"},
    "locks": {"tenant_id", "run", "host"},
    "forgotten": {"salt"},
    "acknowledgements": {"run", "rule"},
    "evidence": {"run", "tenant_id", "name", "verdict", "at"},
    "results": {"run", "tenant_id", "name"},
    "plans": {"run"},
}


@pytest.fixture
def archive(url):
    """The archive of the ledger."""
    opened = open_archive(url)
    yield opened
    opened.close()


def lived(ledger, *, at=NOW, sender=ALICE):
    """A run in which everything happened that a ledger keeps."""
    run = ledger.open_run(
        "apply", at, at, "sha256:00", Caller(who=sender, tool="1.2.3", acks=("max-tenants", "max-changes"))
    )
    lease = ledger.lock(run, CONTOSO)
    change = unblock(sender)
    change = change.model_copy(update={"commands": (COMMAND.model_copy(update={"parameters": {"Address": sender}}),)})
    ledger.judged(run, CONTOSO, (Evidence(address=change.address, check="mfa_registered", verdict="pass", at="t"),))
    number = ledger.start(run, CONTOSO, change, at)
    said = f"{sender.upper()} is free"
    ledger.finish((Ending(write=number, state="answered", message=said, answered=(0, f"answered {sender}")),), at)
    ledger.finish((Ending(write=number, state="applied", message=said, settled=True),), at)
    outcome = Outcome(address=change.address, via="api", action="delete", state="applied", message=said)
    result = TenantOutcomes(name="contoso", outcomes=(outcome,), exit=ended(8, f"{change.address}: {said}"))
    ledger.concluded(run, CONTOSO, result, at)
    ledger.unlock(lease)
    ledger.close_run(run, 8, at + timedelta(seconds=3))
    ledger.drifted(CONTOSO, ((change.address, "blocked"),), at)
    return run


def texts(url):
    """Everything that stands in the ledger, table by table."""
    with rows_of(url) as ask:
        return {name: str(ask(f"SELECT * FROM {name}")) for name in metadata.tables}


def test_a_run_is_told_whole(ledger, archive):
    """Who ran what when with which acknowledgements; each change before and after, its commands, evidence, outcome."""
    run = lived(ledger)
    (found,) = archive.runs(limit=20)
    (tenant,) = found.tenants
    (write,) = tenant.writes

    assert (run, "apply", ALICE, "1.2.3", 8, NOW + timedelta(seconds=3), ["max-changes", "max-tenants"]) == (
        found.run, found.command, found.who, found.tool, found.exit_code, found.ended_at,
        [one.rule for one in found.acknowledgements],
    )  # fmt: skip
    assert ("contoso", CONTOSO, 8, "applied", "pass") == (
        tenant.name, tenant.tenant_id, tenant.exit_code, tenant.outcomes[0].state, tenant.evidence[0].verdict,
    )  # fmt: skip
    assert ("applied", NOW, None, [("Remove-BlockedSenderAddress", f"answered {ALICE}")]) == (
        write.state, write.settled_at, write.after, [(one.command.cmdlet, one.outcome) for one in write.commands],
    )  # fmt: skip
    assert {CONTOSO: "contoso"} == archive.tenants()


def test_a_run_that_was_killed_is_told_as_far_as_it_came(ledger, archive):
    """No end, no result: the write is there, and its address names the tenant."""
    run = begun(ledger)
    ledger.lock(run, CONTOSO)
    ledger.start(run, CONTOSO, unblock(), NOW)
    (found,) = archive.runs(limit=1)

    assert (None, None, [("contoso", None, ["started"])]) == (
        found.ended_at,
        found.exit_code,
        [(one.name, one.exit_code, [write.state for write in one.writes]) for one in found.tenants],
    )


def test_runs_are_newest_first_and_limited(ledger, archive):
    """The limit counts runs, from the newest."""
    runs = [begun(ledger, NOW + days * DAY) for days in (0, 2, 1)]

    assert [runs[1], runs[2]] == [one.run for one in archive.runs(limit=2)]


def test_runs_of_a_tenant_hold_only_its_part(ledger, archive):
    """A run that came to two tenants is told of the one that was asked for."""
    run = begun(ledger)
    for tenant, name in ((CONTOSO, "contoso"), (FABRIKAM, "fabrikam")):
        ledger.concluded(run, tenant, TenantOutcomes(name=name, exit=ended(0)), NOW)
    begun(ledger)

    assert [(run, ["fabrikam"])] == [
        (one.run, [tenant.name for tenant in one.tenants]) for one in archive.runs(limit=9, tenants=[FABRIKAM])
    ]


def test_a_run_is_found_by_a_beginning_of_its_name(ledger, archive):
    """One is enough; for two that begin alike the way out is said; none is none, also for wildcards."""
    run, other = begun(ledger), begun(ledger)

    assert [run, run, None, None] == [getattr(archive.run(name), "run", None) for name in (run, run[:-1], "2%", "")]
    with pytest.raises(LedgerError, match=f"More than one run begins with 2026.*{max(run, other)}.*Write more"):
        archive.run("2026")


def test_an_archive_of_nothing_is_empty_and_makes_nothing(url, archive, tmp_path):
    """Reading, forgetting and pruning a ledger that was never made leaves none behind."""
    assert ((), {}, None, 0, 0) == (
        archive.runs(limit=1),
        archive.tenants(),
        archive.run("x"),
        *([0, 0] if "postgresql" in url else [archive.forget(ALICE, NOW), archive.prune(31 * DAY)]),
    )
    assert [] == list(tmp_path.iterdir())


def test_every_text_is_looked_at_when_somebody_is_forgotten():
    """A new column with text in it is either one of ours or one that is searched."""
    searched = {table.name: set(names) for table, names in forgetting.PLACES}
    free = {
        name: {one.name for one in table.columns if isinstance(one.type, Words | Json | Text)}
        for name, table in metadata.tables.items()
    }

    assert {name: OURS[name] | searched.get(name, set()) for name in free} == free


def test_a_forgotten_address_stands_nowhere(url, ledger, archive):
    """In no table, no spelling; others whose addresses hold or extend it are left alone."""
    lived(ledger)
    for other in OTHERS:
        lived(ledger, sender=other)
    count = archive.forget("Alice@Contoso.com", NOW)
    ledger.close()
    left = texts(url)

    assert count >= 6
    assert [] == [
        name for name, text in left.items() if ALICE in text.lower().replace(OTHERS[0], "").replace(OTHERS[1], "").replace(OTHERS[2], "")
    ]  # fmt: skip
    assert all(other in left["writes"] for other in OTHERS)


def test_no_byte_of_a_forgotten_address_is_left_in_the_file(tmp_path):
    """SQLite keeps no copy in free pages or beside the file."""
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    ledger, archive = open_ledger(url), open_archive(url)
    for days in range(40):
        lived(ledger, at=NOW + days * DAY)
    assert b"alice" in b"".join(path.read_bytes() for path in tmp_path.iterdir()).lower()
    archive.forget(ALICE, NOW)
    ledger.close()
    archive.close()

    assert [("ledger.db", False)] == [
        (path.name, b"alice@" in path.read_bytes().lower()) for path in tmp_path.iterdir()
    ]


def test_budgets_and_clocks_know_a_forgotten_sender_again(ledger, archive):
    """Who names the address finds every unblock of it; who does not finds a name that says nothing."""
    for days in (3, 1):
        wrote(ledger, unblock(), at=NOW - days * DAY, state="applied")
    before = ledger.history(CONTOSO, NOW)
    archive.forget(ALICE, NOW)
    named, unnamed = (
        ledger.history(CONTOSO, NOW, ["Alice@contoso.com"]),
        ledger.history(CONTOSO, NOW, ["bob@contoso.com"]),
    )

    assert before == named
    assert ["forgotten-"] == [name[:10] for name in unnamed.unblocks]
    assert [2] == list(unnamed.unblocks.values())


def test_somebody_forgotten_twice_is_known_by_both(ledger, archive):
    """An unblock after the first request counts beside those before it."""
    for _ in range(2):
        wrote(ledger, unblock())
        archive.forget(ALICE, NOW)

    assert {ALICE: 2} == ledger.history(CONTOSO, NOW, [ALICE]).unblocks


def test_after_a_month_nobody_can_tell_whom_a_name_stood_for(ledger, archive):
    """What ties the name to the address goes when budgets need it no longer."""
    wrote(ledger, unblock())
    archive.forget(ALICE, NOW)
    archive.forget("bob@contoso.com", NOW + 32 * DAY)

    assert [True] == [name.startswith("forgotten-") for name in ledger.history(CONTOSO, NOW, [ALICE]).unblocks]


def test_old_runs_go_and_each_tenant_s_newest_stays(url, ledger, archive):
    """What is older than the limit is deleted in every table; a quiet tenant is not taken for an unknown one."""
    lived(ledger, at=NOW - 500 * DAY, sender="old@contoso.com")
    kept = lived(ledger, at=NOW - 450 * DAY)
    wrote(ledger, alert(), at=NOW, tenant=FABRIKAM)

    assert 1 == archive.prune(400 * DAY)
    assert [kept] == [one.run for one in archive.runs(limit=9, tenants=[CONTOSO])]
    assert ledger.history(CONTOSO, NOW).known
    ledger.close()
    assert [] == [name for name, text in texts(url).items() if "old@" in text and name != "drift"]


def test_pruning_asks_no_clock(ledger, archive):
    """Age counts from the newest run, so a machine whose clock jumped deletes nothing that is recent among runs."""
    for days in (900, 899):
        wrote(ledger, alert(), at=NOW - days * DAY)

    assert (0, 2) == (archive.prune(31 * DAY), len(archive.runs(limit=9)))
