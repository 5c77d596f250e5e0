"""Blocked inbound connectors: Get- and Remove-BlockedConnector."""

from reconciler.emulator.answer import Result
from reconciler.emulator.binder import Parameter, guid, text

from .command import Call, Cmdlet, matching, missing


def _get(call: Call) -> Result:
    rows = tuple({**dict.fromkeys(("ConnectorName", "Reason", "CreatedTime", "ExpirationTime")),
                  "TenantId": call.tenant.id, **row} for row in call.tenant.connectors)  # fmt: skip
    wanted = call.word("ConnectorId")
    return Result(rows if wanted is None else tuple(matching(rows, "ConnectorId", wanted)))


def _remove(call: Call) -> Result:
    found = matching(tuple(call.tenant.connectors), "ConnectorId", str(call.word("ConnectorId")))
    if not found:
        raise missing(str(call.word("ConnectorId")))
    call.do(lambda: call.tenant.connectors.remove(found[0]))
    return Result(None)


CMDLETS = (
    Cmdlet("Get-BlockedConnector", _get, (Parameter("ConnectorId", guid, nullable=True),)),
    Cmdlet(
        "Remove-BlockedConnector",
        _remove,
        (Parameter("ConnectorId", guid, required=True), Parameter("Reason", text, nullable=True)),
    ),
)
