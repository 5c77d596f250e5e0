"""The archive port on SQL: past runs for people to read, and what people may take out of the ledger."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from reconciler.adapters.ledger.archive import begun_as, drifts, newest, tenants
from reconciler.adapters.ledger.forget import forget, prune
from reconciler.adapters.ledger.keep import kept, planned
from reconciler.adapters.ledger.place import Place
from reconciler.adapters.ledger.store import Store
from reconciler.core.errors import LedgerError
from reconciler.core.records import DriftRecord, RunRecord
from reconciler.core.values import Fields


class SqlArchive:
    """What a ledger holds for people; where there is none it is empty, and none is made."""

    def __init__(self, place: Place) -> None:
        """Connect on first use."""
        self._place, self._store = place, Store(place)

    def tenants(self) -> dict[str, str]:
        """The name of every tenant that a run has come to, by its identifier."""
        if not self._place.exists():
            return {}
        with self._store.reading() as connection:
            return {} if connection is None else tenants(connection)

    def runs(self, *, limit: int, tenants: Iterable[str] | None = None) -> tuple[RunRecord, ...]:
        """The newest runs, newest first; with `tenants` those that came to one of them, and only these parts."""
        if not self._place.exists():
            return ()
        with self._store.reading() as connection:
            return () if connection is None else newest(connection, limit, tenants)

    def run(self, name: str) -> RunRecord | None:
        """One run by its identifier, or by a beginning of it that no other run has. Raises LedgerError for two."""
        if not name or not self._place.exists():
            return None
        with self._store.reading() as connection:
            found = () if connection is None else begun_as(connection, name)
        exact = [one for one in found if one.run == name]
        if len(found) > 1 and not exact:
            raise LedgerError(
                f"More than one run begins with {name}: {', '.join(one.run for one in found)}, … Write more."
            )
        return next(iter(exact or found), None)

    def plan_of(self, run: str) -> Fields | None:
        """The document of the plan that a run carries out, as long as it may be resumed."""
        if not self._place.exists():
            return None
        with self._store.reading() as connection:
            return None if connection is None else kept(connection, run)

    def planned(self, command: str, plan_digest: str) -> bool:
        """Whether a run of this command made, or carried out, a plan with this digest."""
        if not self._place.exists():
            return False
        with self._store.reading() as connection:
            return connection is not None and planned(connection, command, plan_digest)

    def drifts(self, since: datetime) -> tuple[DriftRecord, ...]:
        """All drift that was open at some time since then, the oldest first."""
        if not self._place.exists():
            return ()
        with self._store.reading() as connection:
            return () if connection is None else drifts(connection, since)

    def forget(self, address: str, at: datetime) -> int:
        """Replace an address wherever it stands; how many rows were changed."""
        if not self._place.exists():
            return 0
        with self._store.writing() as connection:
            return forget(connection, address, at)

    def prune(self, keep: timedelta) -> int:
        """Delete runs that began longer than `keep` before the newest, but each tenant's newest, and count them."""
        if not self._place.exists():
            return 0
        with self._store.writing() as connection:
            return prune(connection, keep)

    def close(self) -> None:
        """Let go of all connections."""
        self._store.close()
