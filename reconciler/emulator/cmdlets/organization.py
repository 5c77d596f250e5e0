"""The organization itself: its configuration, its domains, its outbound policy, and the one-time customization."""

from reconciler.emulator.answer import Result, Row
from reconciler.emulator.binder import Parameter, text
from reconciler.emulator.rows import customize

from .command import CONFIRM, WHAT_IF, Call, Cmdlet, broken_rule, matching, missing


def _config(call: Call) -> Result:
    tenant = call.tenant
    names = {"Name": tenant.domain, "Identity": tenant.domain, "DisplayName": tenant.name}
    return Result(({**names, "Guid": tenant.id, "IsDehydrated": tenant.dehydrated, "AuditDisabled": False},))


def _customize(call: Call) -> Result:
    tenant = call.tenant
    if not tenant.dehydrated:
        # Works once (EXO-DOC).
        raise broken_rule(
            "This operation is not required. Organization is already enabled for customization.",
            "System.InvalidOperationException",
        )

    def enable() -> None:
        customize(tenant, dehydrated=False)
        tenant.refusals_left = tenant.switches.lingering_dehydration

    call.do(enable)
    return Result(None)


def _domains(call: Call) -> Result:
    tenant = call.tenant
    custom = [name for name in tenant.domains if name != tenant.domain]
    default = custom[0] if custom else tenant.domain

    def row(name: str) -> Row:
        kind = {"DomainType": "Authoritative", "InitialDomain": name == tenant.domain, "Default": name == default}
        return {"DomainName": name, "Name": name, "Identity": name, **kind}

    return _named(tuple(map(row, tenant.domains)), call.word("Identity"))


def _outbound(call: Call) -> Result:
    return _named((call.tenant.outbound_policy,), call.word("Identity"))


def _named(rows: tuple[Row, ...], wanted: str | None) -> Result:
    if wanted is None:
        return Result(rows)
    found = matching(rows, "Identity", wanted)
    if not found:
        raise missing(wanted)
    return Result(tuple(found))


IDENTITY = Parameter("Identity", text, nullable=True)
CMDLETS = (
    Cmdlet("Get-OrganizationConfig", _config),
    Cmdlet("Enable-OrganizationCustomization", _customize, (CONFIRM, WHAT_IF)),
    Cmdlet("Get-AcceptedDomain", _domains, (IDENTITY,)),
    Cmdlet("Get-HostedOutboundSpamFilterPolicy", _outbound, (IDENTITY,)),
)
