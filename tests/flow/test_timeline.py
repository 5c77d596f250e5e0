"""Drift over time: what a report tells of it, and what it says where the ledger has nothing to tell."""

from contextlib import contextmanager
from datetime import timedelta

from reconciler.core.errors import LedgerError
from reconciler.core.outcome import Drift, DriftEntry, TenantDrift, ended
from reconciler.core.records import DriftRecord
from reconciler.flow.timeline import timeline
from tests.flow.fakes import NOW

DAY = timedelta(days=1)
OPEN = DriftRecord(address="contoso/audit-log", field="enabled", first_seen=NOW - 200 * DAY, last_seen=NOW)


def drift(severity="critical"):
    """A result for contoso."""
    one = DriftEntry(
        address="contoso/audit-log", field="enabled", desired=True, actual=False, severity=severity, state="open"
    )
    return Drift(
        tenants=(TenantDrift(name="contoso", complete=True, drift=(one,), foreign={}, exit=ended(2)),), exit=ended(2)
    )


class Archive:
    """An archive that knows these records, or can't be read."""

    def __init__(self, *records, broken=False):
        self.records, self.broken, self.asked = records, broken, []

    def drifts(self, since):
        """The records."""
        self.asked.append(since)
        if self.broken:
            raise LedgerError("The ledger is away.")
        return self.records


@contextmanager
def opened(*records, broken=False):
    """The way to an archive."""
    yield Archive(*records, broken=broken)


def test_what_is_open_has_the_severity_of_today():
    """The ledger keeps no severities: what is still there has that of the result."""
    found = timeline(drift("warning"), opened(OPEN), NOW)

    assert (OPEN.model_copy(update={"severity": "warning"}),) == found.records
    assert (NOW - 90 * DAY, NOW, "") == (found.since, found.until, found.missing)


def test_other_tenants_have_no_part_in_it():
    """Only tenants of the result are told of, also where one's name begins another's."""
    others = (OPEN.model_copy(update={"address": f"{name}/audit-log"}) for name in ("fabrikam", "contoso-eu", "conto"))

    assert () == timeline(drift(), opened(*others), NOW).records


def test_an_earlier_time_sees_what_was_open_then():
    """Judged by an earlier time, what was closed after it is open, and what began after it is not there."""
    closed = OPEN.model_copy(update={"closed_at": NOW + DAY, "last_seen": NOW + DAY / 2})
    later = OPEN.model_copy(update={"first_seen": NOW + DAY})

    (one,) = timeline(drift(), opened(closed, later), NOW).records

    assert (None, NOW, "critical") == (one.closed_at, one.last_seen, one.severity)


def test_a_ledger_that_can_not_be_read_is_a_sentence():
    """The report is made all the same."""
    found = timeline(drift(), opened(broken=True), NOW)

    assert ("The ledger is away.", ()) == (found.missing, found.records)
