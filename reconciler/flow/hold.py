"""Takes a tenant for one run: of two runners one works, and the other waits a while or leaves with a sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from reconciler.core.errors import LedgerError
from reconciler.core.history import Holder, Lease
from reconciler.core.resource import Tenant
from reconciler.core.values import stamp
from reconciler.flow.ports import Ports

PATIENCE: Final = 60.0
"""Seconds that a run waits for another one, which is longer than a stopped owner keeps a tenant."""
_PAUSE: Final = 1.0


@contextmanager
def held(tenant: Tenant, run: str, ports: Ports) -> Iterator[None]:
    """The tenant is this run's alone until the block ends.

    Raises LedgerError where another run keeps it for too long, Interrupted where the run is told to stop.
    """
    lease = _taken(tenant, run, ports)
    try:
        yield
    finally:
        try:
            ports.ledger.unlock(lease)
        except LedgerError as error:
            ports.progress.say("ledger", str(error))


def _taken(tenant: Tenant, run: str, ports: Ports) -> Lease:
    waited = 0.0
    while isinstance(found := ports.ledger.lock(run, tenant.tenant_id), Holder):
        if waited >= PATIENCE:
            raise LedgerError(
                f"{_owner(found)} works on {tenant.name}, and this run waited {PATIENCE:g} s for it. "
                "Run again when it has ended."
            )
        if not waited:
            ports.progress.say(tenant.name, f"waiting: {_owner(found)} works on it")
        ports.clock.wait(_PAUSE)
        waited += _PAUSE
    return found


def _owner(found: Holder) -> str:
    by = f" by {found.who}" if found.who else ""
    since = stamp(found.since.replace(microsecond=0))
    return f"run {found.run}{by} (process {found.pid} on {found.host}, since {since})"
