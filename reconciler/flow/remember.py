"""Runs as the ledger keeps them: begun before anything is done, concluded tenant by tenant, and ended."""

from reconciler.core.errors import LedgerError
from reconciler.core.history import Caller
from reconciler.core.outcome import Exit, TenantOutcomes
from reconciler.flow.ports import Ports


def begin(command: str, plan_digest: str, ports: Ports, acks: frozenset[str]) -> str:
    """Open a run and return its identifier. Raises LedgerError where the ledger can't be written."""
    clock = ports.clock
    caller = Caller(who=ports.who, tool=ports.tool.version, acks=tuple(sorted(acks)))
    return ports.ledger.open_run(command, clock.now(), clock.machine(), plan_digest, caller)


def conclude(run: str, tenant_id: str, result: TenantOutcomes, ports: Ports) -> None:
    """Record how a run ended in a tenant; each write is on record already, so a ledger that fails now is only said."""
    try:
        ports.ledger.concluded(run, tenant_id, result, ports.clock.now())
    except LedgerError as error:
        ports.progress.say("ledger", str(error))


def end(run: str, result: Exit, ports: Ports) -> None:
    """Close a run; a ledger that fails now is only said."""
    try:
        ports.ledger.close_run(run, result.code, ports.clock.machine())
    except LedgerError as error:
        ports.progress.say("ledger", str(error))


def acknowledge(command: str, plan_digest: str, result: Exit, ports: Ports, acks: frozenset[str]) -> None:
    """Record who acknowledged what in a run that writes to no tenant; without a ledger that is only said."""
    if not acks:
        return
    try:
        end(begin(command, plan_digest, ports, acks), result, ports)
    except LedgerError as error:
        ports.progress.say("ledger", f"the acknowledgement could not be recorded: {error}")
