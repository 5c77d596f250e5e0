"""Running a cmdlet for a caller: permission, parameters, confirmation, the cmdlet, and the spelling of its rows."""

from reconciler.emulator.answer import Caller, CmdletError, Result, Row, Service
from reconciler.emulator.binder import bind
from reconciler.emulator.records import DATES
from reconciler.emulator.roles import allowed, may_use
from reconciler.emulator.tenant import Tenant

from . import audit_log, blocked_connector, blocked_sender, mailbox, organization, protection_alert, role_assignment
from .command import Call, Cmdlet

__all__ = ["CMDLETS", "allowed", "kind_of", "run"]

CMDLETS: dict[str, Cmdlet] = {
    cmdlet.name.casefold(): cmdlet
    for family in (
        protection_alert,
        blocked_sender,
        blocked_connector,
        audit_log,
        organization,
        role_assignment,
        mailbox,
    )
    for cmdlet in family.CMDLETS
}


def kind_of(cmdlet: str) -> str:
    """`read` for every Get- and Search- cmdlet, `write` for all others."""
    return "read" if cmdlet.casefold().startswith(("get-", "search-")) else "write"


def run(tenant: Tenant, service: Service, cmdlet: str, parameters: dict[str, object], caller: Caller) -> Result:
    """Run a cmdlet; raises CmdletError for every refusal. The gateway has counted the request before."""
    known = CMDLETS.get(cmdlet.casefold())
    if known is None or known.name not in allowed(tenant, service, caller):
        raise forbidden(cmdlet)
    with tenant.lock:
        arguments = bind(known.name, known.parameters, parameters, string_delta=tenant.switches.string_delta)
        if any(not may_use(known.name, name, caller) for name in arguments):
            raise forbidden(cmdlet)
        return _run(known, Call(tenant, service, caller, arguments, given=frozenset(map(str.casefold, parameters))))


def _run(cmdlet: Cmdlet, call: Call) -> Result:
    asks = call.arguments.pop("Confirm", None) is True
    # WhatIf works in Exchange Online and is ignored by Security & Compliance, which goes ahead (EXO-DOC).
    call.pretend = asks or (call.arguments.pop("WhatIf", None) is True and call.service == "exo")
    result = cmdlet.run(call)
    if kind_of(cmdlet.name) == "write" and not call.pretend:
        call.tenant.saved()
    if asks:
        # The service validates, changes nothing and asks (module port).
        target = call.word("Identity") or call.word("Name") or call.tenant.domain
        return Result(None, confirmation=f'Are you sure you want to perform this action?\n{cmdlet.name} "{target}".')
    if call.pretend:
        return Result(None)
    if result.rows is None:
        return result
    return Result(tuple(_spelled(call.tenant, row) for row in result.rows), result.warnings)


def forbidden(cmdlet: str) -> CmdletError:
    """An unknown cmdlet and one that the caller may not run look the same (graph2otel)."""
    return CmdletError(
        403,
        "Forbidden",
        "Microsoft.Exchange.Configuration.Tasks.CmdletAccessDeniedException",
        f"User is not allowed to call {cmdlet}",
    )


def _spelled(tenant: Tenant, row: Row) -> Row:
    """A copy of a row as this tenant's switches spell dates and lists with one item."""
    switches = tenant.switches
    copy = {key: list(value) if isinstance(value, list) else value for key, value in row.items()}
    if switches.date_style != "offset":
        end = "Z" if switches.date_style == "z" else ""
        for key in copy.keys() & DATES:
            copy[key] = str(copy[key]).replace("+00:00", end) if copy[key] else copy[key]
    if switches.single_item_lists == "scalar":
        return {key: value[0] if isinstance(value, list) and len(value) == 1 else value for key, value in copy.items()}
    return copy
