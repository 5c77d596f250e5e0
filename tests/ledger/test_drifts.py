"""What the ledger tells of drift over time, on both databases."""

import pytest

from reconciler.adapters.ledger import open_archive, open_ledger
from reconciler.core.records import DriftRecord
from tests.ledger.things import CONTOSO, DAY, FABRIKAM, NOW

AUDIT, ALARM = ("contoso/audit-log", "enabled"), ("contoso/alert-policy/Alarm \0", "notifications.recipients")


@pytest.fixture
def archive(url):
    """The archive of the ledger."""
    opened = open_archive(url)
    yield opened
    opened.close()


def record(key, first, last, closed=None):
    """A record, in days from the first reading."""
    return DriftRecord(
        address=key[0],
        field=key[1],
        first_seen=NOW + first * DAY,
        last_seen=NOW + last * DAY,
        closed_at=None if closed is None else NOW + closed * DAY,
    )


def test_drift_is_told_from_its_first_reading_to_the_one_without_it(ledger, archive):
    """Each time that a difference was there is a record of its own, the oldest first."""
    for day, keys in enumerate(((AUDIT,), (AUDIT, ALARM), (ALARM,), (AUDIT, ALARM))):
        ledger.drifted(CONTOSO, keys, NOW + day * DAY)
    ledger.drifted(FABRIKAM, (("fabrikam/audit-log", "enabled"),), NOW + 4 * DAY)

    told = archive.drifts(NOW)

    assert (
        record(AUDIT, 0, 1, 2),
        record(ALARM, 1, 3),
        record(AUDIT, 3, 3),
        record(("fabrikam/audit-log", "enabled"), 4, 4),
    ) == told


def test_what_was_over_before_is_not_told(ledger, archive):
    """Drift that was closed before the time asked for is left out; what is open is told, however old."""
    ledger.drifted(CONTOSO, (AUDIT, ALARM), NOW)
    ledger.drifted(CONTOSO, (ALARM,), NOW + DAY)

    assert (record(ALARM, 0, 1),) == archive.drifts(NOW + 2 * DAY)
    assert 2 == len(archive.drifts(NOW + DAY))


def test_a_person_who_was_forgotten_has_no_name_here(ledger, archive):
    """The record stays, under a name that says nothing."""
    ledger.drifted(CONTOSO, (("contoso/restricted-sender/alice@contoso.com", "blocked"),), NOW)

    archive.forget("alice@contoso.com", NOW)
    (one,) = archive.drifts(NOW)

    assert one.address.startswith("contoso/restricted-sender/forgotten-")
    assert "alice" not in one.model_dump_json()


def test_where_there_is_no_ledger_none_is_made(tmp_path):
    """To draw a picture is no reason to make a ledger."""
    archive = open_archive(f"sqlite:///{tmp_path / 'none' / 'ledger.db'}")

    assert () == archive.drifts(NOW)
    assert [] == list(tmp_path.iterdir())
    archive.close()


def test_a_ledger_without_any_drift_has_none_to_tell(url, archive):
    """A new ledger is empty."""
    opened = open_ledger(url)
    opened.drifted(CONTOSO, (), NOW)
    opened.close()

    assert () == archive.drifts(NOW)
