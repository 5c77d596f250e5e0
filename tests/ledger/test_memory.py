"""What the ledger remembers, on both databases."""

from datetime import timedelta

import pytest

from reconciler.adapters.ledger import open_ledger
from reconciler.core.errors import LedgerError
from reconciler.core.history import Ending, History
from tests.ledger.things import (
    COMMAND,
    CONTOSO,
    DAY,
    FABRIKAM,
    NOW,
    alert,
    begun,
    ended,
    rows_of,
    taken,
    unblock,
    wrote,
)


def test_a_ledger_that_was_never_written_is_an_empty_history(ledger):
    """Before the first write nothing is known of any tenant."""
    assert History() == ledger.history(CONTOSO, NOW)


def test_a_run_that_wrote_nothing_leaves_a_tenant_unknown(ledger):
    """Planning or opening a run does not make a lost ledger look whole."""
    ledger.close_run(begun(ledger), 0, NOW)
    ledger.drifted(CONTOSO, (("contoso/audit-log", "enabled"),), NOW)

    assert not ledger.history(CONTOSO, NOW).known


def test_a_tenant_is_known_from_its_first_write_on(ledger):
    """A write that was only begun counts; other tenants stay unknown."""
    ledger.start(taken(ledger), CONTOSO, alert(), NOW)

    assert [True, False] == [ledger.history(one, NOW).known for one in (CONTOSO, FABRIKAM)]


def test_a_tenant_stays_known_when_its_writes_are_old(ledger):
    """Thirty quiet days don't bring back the caution for a lost ledger."""
    wrote(ledger, alert(), at=NOW - 90 * DAY)

    found = ledger.history(CONTOSO, NOW)

    assert (True, ()) == (found.known, found.writes)


@pytest.mark.parametrize(
    "name", ["Löschung ✓", "a\\u0041\\", 'say "so"', "line\nfeed", "nul\0", "\x1b[31m", "half \ud800"]
)
def test_any_text_comes_back_as_it_was(ledger, name):
    """Names are kept whatever characters YAML can write."""
    change = alert(name, before={"name": name}, after={name: [1, True, None, {}]})
    number = ledger.start(taken(ledger), CONTOSO, change, NOW)
    ended(ledger, number, "refused", name)

    found = ledger.history(CONTOSO, NOW).writes[0]

    assert (change.address, change.before, change.after, name) == (
        found.address,
        found.before,
        found.after,
        found.message,
    )


def test_a_create_has_no_before_and_a_delete_no_after(ledger):
    """Nothing is not an empty object."""
    change = alert().model_copy(update={"action": "create", "before": None, "after": {}})
    wrote(ledger, change)

    found = ledger.history(CONTOSO, NOW).writes[0]

    assert (None, {}) == (found.before, found.after)


def test_times_are_utc_and_exact(ledger):
    """A time of any zone comes back as the same instant, to the microsecond."""
    from datetime import timezone

    at = NOW.replace(microsecond=7).astimezone(timezone(timedelta(hours=5, minutes=30)))
    wrote(ledger, alert(), at=at)

    found = ledger.history(CONTOSO, at).writes[0].at

    assert (at, "+00:00") == (found, found.isoformat()[-6:])


def test_the_newest_write_of_an_object_and_way_stands_for_all(ledger):
    """Of policies only the newest write by each way is remembered, newest first."""
    wrote(ledger, alert("A"))
    kept = [wrote(ledger, alert("A")), wrote(ledger, alert("A", via="companion")), wrote(ledger, alert("B"))]

    assert kept[::-1] == [one.id for one in ledger.history(CONTOSO, NOW).writes]


def test_a_write_that_was_begun_and_never_ended_is_started(ledger):
    """What we know least about is not hidden."""
    ledger.start(taken(ledger), CONTOSO, unblock(), NOW)

    assert ["started"] == [one.state for one in ledger.history(CONTOSO, NOW).writes]


def test_every_unblock_of_thirty_days_is_remembered_and_counted(ledger):
    """Attempts on an account are limited, so each counts, whatever became of it and however it was spelled."""
    for days, state in ((31, "applied"), (29, "refused"), (2, "unanswered"), (1, "applied")):
        wrote(ledger, unblock("Alice@contoso.com"), at=NOW - days * DAY, state=state)
    wrote(ledger, unblock("a/b@contoso.com"))
    wrote(ledger, unblock("alice@contoso.com"), tenant=FABRIKAM)

    found = ledger.history(CONTOSO, NOW)

    assert ({"alice@contoso.com": 3, "a/b@contoso.com": 1}, 4) == (found.unblocks, len(found.writes))


def test_an_unblock_that_never_reached_the_service_is_not_counted(ledger):
    """A missing right uses up no attempt on the account, so it uses up no budget."""
    wrote(ledger, unblock(), state="denied")

    assert ({}, ["denied"]) == (
        ledger.history(CONTOSO, NOW).unblocks,
        [one.state for one in ledger.history(CONTOSO, NOW).writes],
    )


def test_a_clock_that_jumps_back_forgets_nothing(ledger):
    """A write from what now is the future is still there."""
    number = wrote(ledger, unblock(), at=NOW + 3 * DAY)

    found = ledger.history(CONTOSO, NOW)

    assert ([number], {"alice@contoso.com": 1}) == ([one.id for one in found.writes], found.unblocks)


def test_one_change_ends_as_the_next_begins(ledger):
    """Both stand in one flush, which is half the price of two."""
    run = taken(ledger)
    first = ledger.start(run, CONTOSO, alert("A"), NOW)
    ledger.start(run, CONTOSO, alert("B"), NOW, (Ending(write=first, state="answered"),))

    assert ["started", "answered"] == [one.state for one in ledger.history(CONTOSO, NOW).writes]


def test_settled_is_for_good(ledger):
    """A clock that is over never starts again, not even by a later word about the same write."""
    number = wrote(ledger, alert(), state="answered")
    before = ledger.history(CONTOSO, NOW).writes[0].settled
    ledger.settle((number,), NOW)
    ended(ledger, number)

    assert (False, True) == (before, ledger.history(CONTOSO, NOW).writes[0].settled)


def test_each_command_is_recorded_before_and_after_it_is_sent(url, ledger):
    """One row a command: when it was sent, and what came of it when."""
    number = ledger.start(taken(ledger), CONTOSO, unblock(), NOW)
    ledger.sent(number, 0, COMMAND, "answered", NOW + DAY)
    ledger.sent(number, 1, COMMAND, "started", NOW)
    ledger.close()

    with rows_of(url) as ask:
        assert [
            (
                0,
                "Remove-BlockedSenderAddress",
                "2026-11-23T12:00:00.000000Z",
                "answered",
                "2026-11-24T12:00:00.000000Z",
            ),
            (1, "Remove-BlockedSenderAddress", "2026-11-23T12:00:00.000000Z", "started", None),
        ] == ask("SELECT position, cmdlet, at, outcome, answered_at FROM commands ORDER BY position")


def test_a_run_keeps_both_times_and_its_end(url, ledger):
    """A shifted time and the machine's stand side by side; the run's name says when it began by the machine."""
    run = ledger.open_run("apply", NOW + DAY, NOW, "sha256:00")
    ledger.close_run(run, 8, NOW + timedelta(seconds=5))
    ledger.close()

    with rows_of(url) as ask:
        assert "20261123T120000Z" == run[:16]
        assert [
            (
                run,
                "apply",
                "2026-11-24T12:00:00.000000Z",
                "2026-11-23T12:00:00.000000Z",
                "sha256:00",
                "2026-11-23T12:00:05.000000Z",
                8,
            )
        ] == ask("SELECT id, command, at, machine_at, plan_digest, ended_at, exit_code FROM runs")


def test_drift_has_a_first_time_until_it_is_gone(ledger):
    """A difference keeps its first time while it stays, and starts anew when it comes back."""
    one, two = ("contoso/audit-log", "enabled"), ("contoso/alert-policy/Alarm \0", "enabled")
    seen = [
        ledger.drifted(CONTOSO, keys, NOW + days * DAY)
        for days, keys in enumerate(((one,), (one, two), (two,), (one, two)))
    ]

    assert [
        {one: "2026-11-23T12:00:00Z"},
        {one: "2026-11-23T12:00:00Z", two: "2026-11-24T12:00:00Z"},
        {two: "2026-11-24T12:00:00Z"},
        {one: "2026-11-26T12:00:00Z", two: "2026-11-24T12:00:00Z"},
    ] == seen


def test_drift_of_one_tenant_says_nothing_of_another(ledger):
    """A complete reading of one tenant closes nothing elsewhere."""
    key = ("contoso/audit-log", "enabled")
    ledger.drifted(CONTOSO, (key,), NOW)
    ledger.drifted(FABRIKAM, (), NOW + DAY)

    assert {key: "2026-11-23T12:00:00Z"} == ledger.drifted(CONTOSO, (key,), NOW + 2 * DAY)


@pytest.mark.parametrize(
    "call",
    [
        lambda one: ended(one, 99),
        lambda one: one.close_run("none", 0, NOW),
        lambda one: one.lock("none", CONTOSO),
    ],
)
def test_what_is_not_there_can_not_be_ended(ledger, call):
    """A ledger that was replaced in the middle of a run is an error, not a silence."""
    begun(ledger)

    with pytest.raises(LedgerError, match="was replaced or emptied"):
        call(ledger)


def test_another_process_sees_what_a_call_has_returned_from(url, ledger):
    """Every call is flushed before it returns."""
    number = ledger.start(taken(ledger), CONTOSO, alert(), NOW)
    other = open_ledger(url)

    assert [number] == [one.id for one in other.history(CONTOSO, NOW).writes]
    other.close()
