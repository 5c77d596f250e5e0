"""What resuming and undoing rest on: kept plans, commits, and what was rolled back last."""

import pytest

from reconciler.adapters.ledger import open_archive
from reconciler.core.history import Ending, Lease
from tests.ledger.things import CONTOSO, DAY, FABRIKAM, NOW, alert, begun, rows_of, taken, unblock, wrote

PLAN = {"format": 1, "tenants": [{"name": "a\udc80\x00b", "changes": [unblock().model_dump(mode="json")]}]}


@pytest.fixture
def archive(url, ledger):
    """The same ledger as people read it."""
    opened = open_archive(url)
    yield opened
    opened.close()


def kept(ledger, *, expires=NOW + DAY, machine=NOW):
    """A run whose plan is kept."""
    run = begun(ledger)
    ledger.keep(run, "c0ffee", (PLAN, expires), machine)
    return run


def undoing(ledger, change, *, state="applied", tenant=CONTOSO):
    """A write that undoes what the run `first` did."""
    run = ledger.open_run("apply-rollback first", NOW, NOW, "sha256:00")
    lease = ledger.lock(run, tenant)
    assert isinstance(lease, Lease)
    number = ledger.start(run, tenant, change, NOW)
    ledger.finish((Ending(write=number, state=state),), NOW)
    ledger.unlock(lease)


def test_a_plan_comes_back_as_it_was_kept(ledger, archive):
    """With the commit of its policies, whatever text it holds."""
    run = kept(ledger)

    assert (PLAN, "c0ffee") == (archive.plan_of(run), archive.run(run).commit)
    assert archive.plan_of(begun(ledger)) is None


@pytest.mark.parametrize(("code", "left"), [(0, False), (8, False), (7, True), (130, True), (1, True)])
def test_a_plan_is_kept_as_long_as_its_run_has_something_to_do(code, left, ledger, archive):
    """The next run lets go of those that are over."""
    run = kept(ledger)
    ledger.close_run(run, code, NOW)
    kept(ledger)

    assert left == (archive.plan_of(run) is not None)


def test_an_expired_plan_is_let_go_of(ledger, archive):
    """Nothing could be done with it."""
    run = kept(ledger)
    kept(ledger, expires=NOW + 2 * DAY, machine=NOW + DAY)

    assert archive.plan_of(run) is None


def test_a_forgotten_person_is_taken_out_of_plans_too(ledger, archive):
    """Such a plan asks for somebody whom no policy names, so it can do nothing any more."""
    run = kept(ledger)
    archive.forget("alice@contoso.com", NOW)

    assert "alice" not in str(archive.plan_of(run))


def test_pruning_takes_the_plan_with_its_run(url, ledger, archive):
    """Nothing of an old run stays."""
    kept(ledger)
    ledger.open_run("apply", NOW, NOW + 40 * DAY, None)
    archive.prune(31 * DAY)

    with rows_of(url) as ask:
        assert [(0,)] == ask("SELECT count(*) FROM plans")


def test_only_what_was_planned_by_a_command_is_known_as_such(ledger, archive):
    """Command and digest belong together."""
    ledger.open_run("rollback first", NOW, NOW, "sha256:aa")

    assert archive.planned("rollback first", "sha256:aa")
    assert not archive.planned("rollback first", "sha256:bb")
    assert not archive.planned("apply", "sha256:aa")


def test_what_was_rolled_back_last_is_remembered(ledger):
    """However long ago, until something else is written."""
    wrote(ledger, alert())
    back = alert(before={"enabled": True}, after={"enabled": False})
    undoing(ledger, back)
    (one,) = ledger.history(CONTOSO, NOW + 400 * DAY).undone

    assert ("first", back.address, back.before, back.after) == (one.run, one.address, one.before, one.after)
    assert () == ledger.history(FABRIKAM, NOW).undone
    wrote(ledger, alert(), state="denied")
    assert 1 == len(ledger.history(CONTOSO, NOW).undone)
    wrote(ledger, alert())
    assert () == ledger.history(CONTOSO, NOW).undone


def test_an_undoing_that_was_refused_undid_nothing(ledger):
    """So there is nothing to warn of."""
    undoing(ledger, alert(), state="refused")

    assert () == ledger.history(CONTOSO, NOW).undone


def test_a_ledger_that_is_not_there_knows_nothing(archive):
    """Asking makes none."""
    assert (None, False) == (archive.plan_of("x"), archive.planned("apply", "sha256:00"))


def test_a_run_without_a_lock_still_keeps_its_plan(ledger, archive):
    """The plan is kept before any tenant is taken."""
    run = taken(ledger)
    ledger.keep(run, "", (PLAN, NOW + DAY), NOW)

    assert (PLAN, "") == (archive.plan_of(run), archive.run(run).commit)
