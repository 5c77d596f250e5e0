"""A plan's exact cmdlets as a script that an administrator reads and runs by hand.

Comments hold words and numbers of ours only: a value stands in code, as a literal, or nowhere.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from reconciler.core.errors import PlanError
from reconciler.core.plan import Plan, TenantPlan
from reconciler.core.request import Command
from reconciler.core.values import stamp, utc
from reconciler.report.powershell_literal import expression, literal
from reconciler.report.words import counted

_CMDLET: Final = re.compile(r"[A-Z][A-Za-z]+-[A-Z][A-Za-z0-9]+", re.ASCII)
_PARAMETER: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*", re.ASCII)
_STOPS: Final = frozenset({"refusal", "held"})
_WAYS: Final = {"api": "", "companion": ", by a companion", "portal": ""}
# Windows PowerShell 5.1 would read this file in an old encoding, in which parts of letters are quotes.
_HEAD: Final = """\
#Requires -Version 7.2
#Requires -Modules @{ ModuleName = 'ExchangeOnlineManagement'; ModuleVersion = '3.4.0' }

# The cmdlets of a plan, for a person to read and to run by hand.
#
# READ THIS BEFORE YOU RUN IT. It goes past everything that `reconciler apply` does for you:
#   - Guardrails, budgets, approvals and evidence are not judged again, nor is a tenant's mode.
#   - Nothing is read again first: what has changed since the plan was made is overwritten.
#   - Nothing is read back: that a cmdlet ends without an error does not prove that it worked.
#   - The ledger records nothing, so later runs know nothing of what you do here.
#
# Connect this window to one tenant, in this order, run the script, disconnect, and go on with the next tenant:
#   Connect-IPPSSession        for alert policies
#   Connect-ExchangeOnline     for restricted senders and the audit log, of which the other service has a cmdlet too
# The changes of tenants that are not connected are left out, and that is said.
#
"""
_START: Final = """\
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

function Test-Tenant([string] $TenantId) {
    @(Get-ConnectionInformation | Where-Object { $_.State -eq 'Connected' -and $_.TenantID -eq $TenantId }).Count -gt 0
}

# A cmdlet runs where its name was connected last: it must be this tenant, and this service.
function Assert-Cmdlet([string] $TenantId, [bool] $Compliance, [string[]] $Name) {
    $modules = @(Get-ConnectionInformation |
        Where-Object { $_.State -eq 'Connected' -and $_.TenantID -eq $TenantId -and $_.IsEopSession -eq $Compliance } |
        ForEach-Object { Split-Path -Path $_.ModuleName -Leaf })
    foreach ($one in $Name) {
        $found = Get-Command -Name $one -ErrorAction SilentlyContinue
        if ($null -eq $found -or $found.Source -notin $modules) {
            throw ('{0} would not run in the tenant and the service that it is meant for. ' -f $one) +
                'Disconnect everything, connect to this one tenant, and see that the account has the role.'
        }
    }
}

"""
_END: Final = """\

if ($connected -eq 0) { throw 'This window is connected to no tenant of the plan, so nothing was done.' }
"""
_NOTHING: Final = "\nWrite-Host 'This plan has nothing to run by hand in PowerShell.'\n"


def to_powershell(plan: Plan) -> str:
    """The script of a plan; what is held, refused or done in the portal is counted in it and never code."""
    tenants = "".join(part for one in plan.tenants for part in _tenant(one))
    runs = any(_commands(one) and not _obstacle(one) for one in plan.tenants)
    return "".join((_HEAD, *_about(plan), *((_START, *_expiry(plan), tenants, _END) if runs else (tenants, _NOTHING))))


def _about(plan: Plan) -> Iterator[str]:
    yield f"# The plan may be carried out until {stamp(_until(plan))}.\n"
    if not plan.complete:
        yield "# The plan is incomplete: a tenant, or a part of it, could not be read.\n"
    if quiet := sum(not _matters(one) for one in plan.tenants):
        yield f"# Nothing is to be done in {counted(quiet, 'tenant')}, and of these nothing stands here.\n"
    yield "\n"


def _until(plan: Plan) -> datetime:
    """When the plan expires, to the second: built anew from numbers, so that no text of a file gets in here."""
    try:
        return utc(plan.expires_at).replace(microsecond=0)
    except ValueError as error:
        raise PlanError("The plan's times are no times. Make a new plan with `reconciler plan --out FILE`.") from error


def _expiry(plan: Plan) -> Iterator[str]:
    numbers = ", ".join(str(one) for one in _until(plan).timetuple()[:6])
    yield f"if ([datetime]::UtcNow -gt [datetime]::new({numbers})) {{\n"
    yield "    throw 'The plan has expired. Make a new one, or delete this check and know why.'\n}\n$connected = 0\n"


def _matters(tenant: TenantPlan) -> bool:
    return bool(tenant.changes or tenant.unreadable or any(one.severity in _STOPS for one in tenant.findings))


def _tenant(tenant: TenantPlan) -> Iterator[str]:
    """What there is to say of a tenant, and its cmdlets where they may stand here."""
    if not _matters(tenant):
        return
    yield "\n# ---- The next tenant ----\n"
    if not tenant.complete:
        yield "# It could not be read completely.\n"
    if held := sum(one.severity == "held" for one in tenant.findings):
        yield f"# {counted(held, 'item')} held, and not here. See the plan.\n"
    if portal := sum(one.via == "portal" for one in tenant.changes):
        yield f"# {counted(portal, 'change')} by hand in the portal, and not here. See the plan.\n"
    if obstacle := _obstacle(tenant):
        yield f"# {obstacle}, so none of its changes stands here. See the plan.\n"
    elif _commands(tenant):
        yield from _block(tenant)


def _obstacle(tenant: TenantPlan) -> str:
    """Why nothing of a tenant may be run; empty where its cmdlets may stand here."""
    if any(one.severity == "refusal" for one in tenant.findings):
        return "A guardrail refuses this tenant"
    if all(map(_is_sound, _commands(tenant))):
        return ""
    return "The plan holds something for this tenant that is no cmdlet"


def _commands(tenant: TenantPlan) -> list[Command]:
    return [command for one in tenant.changes if one.via != "portal" for command in one.commands]


def _is_sound(command: Command) -> bool:
    return bool(_CMDLET.fullmatch(command.cmdlet)) and all(map(_PARAMETER.fullmatch, command.parameters))


def _block(tenant: TenantPlan) -> Iterator[str]:
    """The cmdlets of one tenant, which run only where the window is connected to just this tenant."""
    changes = [one for one in tenant.changes if one.via != "portal" and one.commands]
    name, tenant_id = literal(tenant.name), literal(tenant.tenant_id)
    yield f"if (Test-Tenant {tenant_id}) {{\n    $connected++\n"
    for service, flag in (("exo", "$false"), ("compliance", "$true")):
        names = sorted({one.cmdlet for one in _commands(tenant) if one.service == service})
        if names:
            yield f"    Assert-Cmdlet {tenant_id} {flag} {expression([*names])}\n"
    for number, change in enumerate(changes, start=1):
        yield f"\n    # Change {number} of {len(changes)}: {change.action}{_WAYS[change.via]}\n"
        yield f"    Write-Host {literal(change.address)}\n"
        yield from map(_call, change.commands)
    yield f"}}\nelse {{\n    Write-Warning ('Not connected, so left out: ' + {name})\n}}\n"


def _call(command: Command) -> str:
    width = max(map(len, command.parameters), default=0)
    lines = "".join(f"        {name:<{width}} = {expression(given)}\n" for name, given in command.parameters.items())
    # A module does not see the script's own preference, so each call says that an error ends the script.
    return f"    $parameters = @{{\n{lines}    }}\n    {command.cmdlet} @parameters -ErrorAction Stop\n"
