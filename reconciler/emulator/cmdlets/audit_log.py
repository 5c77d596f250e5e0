"""The audit object: Get-AdminAuditLogConfig in both services, Set-AdminAuditLogConfig in Exchange Online only."""

from reconciler.emulator.answer import CmdletError, Result
from reconciler.emulator.binder import Parameter, truth
from reconciler.emulator.records import wire_date
from reconciler.emulator.rows import organization

from .command import CONFIRM, WHAT_IF, Call, Cmdlet, broken_rule, unchanged

FLAG = "UnifiedAuditLogIngestionEnabled"
AUDIT_MAILBOX = "8cc370d3-822a-4ab8-a926-bb94bd0641a9"
DELAY = "The admin audit log configuration change you specified could take up to 60 minutes to take effect."


def _get(call: Call) -> Result:
    if call.service == "compliance":
        # The same object, but the flag is always False here (EXO-DOC, AUD-DOC).
        return Result(({**call.tenant.audit.shown[0], FLAG: False},))
    return Result(call.tenant.audit.read(call.now))


def _set(call: Call) -> Result:
    tenant = call.tenant
    if tenant.switches.audit_anchor != "any" and AUDIT_MAILBOX not in (call.caller.anchor or ""):
        raise CmdletError(
            404,
            "NotFound",
            "Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException",
            f"The audit configuration of '{tenant.domain}' couldn't be found from this anchor mailbox.",
        )
    if tenant.dehydrated or tenant.refusals_left > 0:
        # simuland#17: the refusal can go on after customization has been enabled.
        call.do(lambda: setattr(tenant, "refusals_left", max(0, tenant.refusals_left - 1)))
        raise dehydrated()
    row = tenant.audit.actual[0]
    wanted = call.arguments.get(FLAG, row[FLAG])
    if wanted == row[FLAG]:
        return unchanged(row["Identity"])
    opted = row["UnifiedAuditLogFirstOptInDate"] or (wire_date(call.now) if wanted else None)
    when = wire_date(call.now)
    changed = {FLAG: wanted, "UnifiedAuditLogFirstOptInDate": opted, "WhenChanged": when, **organization(tenant)}
    call.write("audit", ({**row, **changed},))
    return Result(None, (DELAY,))


def dehydrated() -> CmdletError:
    """What an organization answers that was never customised (simuland#17)."""
    return broken_rule(
        "The command you tried to run isn't currently allowed in your organization. To run it, you first need "
        "to run the command: Enable-OrganizationCustomization. [Cmdlet-InvalidOperationInDehydratedContextException]",
        "Microsoft.Exchange.Configuration.Tasks.InvalidOperationInDehydratedContextException",
    )


CMDLETS = (
    Cmdlet("Get-AdminAuditLogConfig", _get),
    Cmdlet("Set-AdminAuditLogConfig", _set, (Parameter(FLAG, truth), Parameter("Force", truth), CONFIRM, WHAT_IF)),
)
