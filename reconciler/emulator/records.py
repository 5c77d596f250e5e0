"""How records spell dates and ids, and the row of a restricted sender."""

import uuid
from datetime import UTC, datetime

from .answer import Row

HOSTED = "FFO.extest.microsoft.com/Microsoft Exchange Hosted Organizations"
# Properties that hold a date, wherever they occur.
DATES = frozenset(
    {
        *("WhenChanged", "WhenCreated", "WhenChangedUTC", "WhenCreatedUTC", "NotifyUserSuppressionExpiryDate"),
        *("CreatedDatetime", "ChangedDatetime", "CreatedDateTime", "ChangedDateTime", "UnifiedAuditLogFirstOptInDate"),
        *("CreatedTime", "ExpirationTime"),
    }
)
NAMESPACE = uuid.UUID("5f1e0000-0000-4000-8000-0000000000ff")


def wire_date(moment: datetime, *, zone: str = "+00:00") -> str:
    """Spell a moment as the service does: UTC, seven digits, offset (go-exoscc, graph2otel)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "0" + zone


def parse_date(value: object) -> datetime:
    """Read an ISO date; without a zone it means UTC. Raises ValueError for anything else."""
    moment = datetime.fromisoformat(str(value))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def blocked_row(address: str, reason: str, created: datetime, changed: datetime, *, temporary: bool) -> Row:
    """A restricted sender; CreatedDatetime has its lower-case t on purpose (CIPP, RRL)."""
    return {
        "SenderAddress": address,
        "Reason": reason,
        "TemporaryBlock": temporary,
        "CreatedDatetime": wire_date(created),
        "ChangedDatetime": wire_date(changed),
    }
