"""Values that the tests of the wire start from."""

from datetime import UTC, datetime, timedelta
from typing import Any

from reconciler.core.errors import Interrupted
from reconciler.core.request import Command, Query
from reconciler.core.resource import Tenant

CONTOSO = "6f0c1d3e-0000-4000-8000-000000000001"
FABRIKAM = "6f0c1d3e-0000-4000-8000-000000000002"
EXO, COMPLIANCE = "outlook.office365.com", "eur02b.ps.compliance.protection.outlook.com"


class QuickClock:
    """The machine's time, plus every wait that was asked for and took no time; `stop_after` waits it is interrupted."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self.stop_after: int | None = None

    def machine(self) -> datetime:
        """The time, and what was waited."""
        return datetime.now(UTC) + timedelta(seconds=sum(self.waits))

    now = machine

    def wait(self, seconds: float) -> None:
        """Note the wait."""
        if self.stop_after is not None and len(self.waits) >= self.stop_after:
            raise Interrupted("stopped")
        self.waits.append(seconds)

    def stopping(self) -> bool:
        """Never."""
        return False


def contoso(**more: Any) -> Tenant:
    """The first tenant of the default seed."""
    given = {"name": "contoso", "tenant_id": CONTOSO, "domain": "contoso.onmicrosoft.com"} | more
    return Tenant(**given)


def fabrikam(**more: Any) -> Tenant:
    """The second one."""
    given = {"name": "fabrikam", "tenant_id": FABRIKAM, "domain": "fabrikam.onmicrosoft.com"} | more
    return Tenant(**given)


def alerts(**parameters: Any) -> Query:
    """The list of alert policies, which Security & Compliance keeps."""
    return Query(name="policies", service="compliance", cmdlet="Get-ProtectionAlert", parameters=parameters)


def blocked(**parameters: Any) -> Query:
    """The list of restricted senders, which Exchange Online keeps."""
    return Query(name="blocked", service="exo", cmdlet="Get-BlockedSenderAddress", parameters=parameters)


def unblock(address: str = "alice@contoso.com", **more: Any) -> Command:
    """The command that lifts a block."""
    return Command(service="exo", cmdlet="Remove-BlockedSenderAddress", parameters={"SenderAddress": address} | more)


def seed(count: int = 0, **more: Any) -> dict[str, Any]:
    """A seed with contoso alone: `count` blocked senders and what is given."""
    senders = [
        {"address": f"user{n:04d}@contoso.com", "since": "-2d", "reason": "OutboundSpamLast24Hours=1"}
        for n in range(count)
    ]
    app = {
        "client_id": "5f1e0000-0000-4000-8000-00000000000a",
        "secret": "a-secret-of-the-emulator",
        "app_roles": {
            "exo": ["Exchange.ManageAsApp"],
            "compliance": ["Exchange.ManageAsApp"],
            "graph": ["User.Read.All"],
        },
        "directory_roles": [
            "Exchange Administrator",
            "Security Administrator",
            "Compliance Administrator",
            "Global Reader",
        ],
    }
    tenant = {
        "name": "contoso",
        "tenant_id": CONTOSO,
        "domain": "contoso.onmicrosoft.com",
        "blocked": senders,
        "apps": [app],
    }
    return {"tenants": [tenant | more]}
