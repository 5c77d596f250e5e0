"""The ledger's memory of what each channel was told."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from reconciler.adapters.ledger.place import Place, place_of
from reconciler.adapters.ledger.schema import channels, notices
from reconciler.adapters.ledger.store import Store
from reconciler.core.notice import Memory, Told


def open_notices(url: str) -> "SqlNotices":
    """The memory in the ledger at this address; nothing is made before it is written. Raises LedgerError."""
    return SqlNotices(place_of(url))


class SqlNotices:
    """The port of notices on SQL; where there is no ledger nothing was told."""

    def __init__(self, place: Place) -> None:
        """Connect on first use."""
        self._place, self._store = place, Store(place)

    def told(self, channel: str) -> Memory:
        """What a channel was told that is not over, by tenant_id, and when it got a message last."""
        if not self._place.exists():
            return Memory()
        with self._store.reading() as connection:
            return Memory() if connection is None else _told(connection, channel)

    def tell(self, channel: str, known: Mapping[str, tuple[Told, ...]], at: datetime, *, sent: bool) -> None:
        """Put what a channel knows of these tenants in the place of what it knew; `sent`: it got a message."""
        with self._store.writing(alone=f"channel {channel}") as connection:
            for tenant_id, told in known.items():
                _replace(connection, {"channel": channel, "tenant_id": tenant_id, "at": at}, told)
            if sent:
                connection.execute(delete(channels).where(channels.c.name == channel))
                connection.execute(insert(channels), {"name": channel, "at": at})

    def close(self) -> None:
        """Let go of all connections."""
        self._store.close()


def _told(connection: Connection, channel: str) -> Memory:
    asked = select(notices).where(notices.c.channel == channel).order_by(notices.c.id)
    found: dict[str, list[Told]] = defaultdict(list)
    for row in connection.execute(asked):
        found[row.tenant_id].append(Told.model_validate({name: getattr(row, name) for name in Told.model_fields}))
    last = connection.execute(select(channels.c.at).where(channels.c.name == channel)).scalar()
    return Memory(told={tenant_id: tuple(told) for tenant_id, told in found.items()}, at=last)


def _replace(connection: Connection, of: dict[str, object], told: tuple[Told, ...]) -> None:
    old = notices.c.channel == of["channel"], notices.c.tenant_id == of["tenant_id"]
    connection.execute(delete(notices).where(*old))
    if told:
        connection.execute(insert(notices), [{**of, **one.model_dump(mode="json")} for one in told])
