"""Restricted senders: Get- and Remove-BlockedSenderAddress, in Exchange Online only."""

from datetime import UTC, datetime

from reconciler.emulator.answer import Result
from reconciler.emulator.binder import Parameter, address, text
from reconciler.emulator.records import parse_date
from reconciler.emulator.visibility import Rows

from .command import Call, Cmdlet, broken_rule, matching, missing


def _standing(rows: Rows, now: datetime) -> Rows:
    """Leave out temporary blocks of an earlier day: they end at midnight, UTC (OS-DOC)."""
    today = now.astimezone(UTC).date()
    return tuple(row for row in rows if not row["TemporaryBlock"] or parse_date(row["CreatedDatetime"]).date() >= today)


def _get(call: Call) -> Result:
    rows = _standing(call.tenant.blocked.read(call.now), call.now)
    wanted = call.word("SenderAddress")
    if wanted is not None:
        rows = tuple(matching(rows, "SenderAddress", wanted))
    switches = call.tenant.switches
    if switches.error_action_hides_blocks and "erroraction" in call.given:
        rows = ()
    if switches.block_date_spelling != "Datetime":
        rows = tuple({key.replace("Datetime", "DateTime"): value for key, value in row.items()} for row in rows)
    return Result(rows)


def _remove(call: Call) -> Result:
    wanted = str(call.word("SenderAddress"))
    tenant, rows = call.tenant, _standing(call.tenant.blocked.actual, call.now)
    found = matching(rows, "SenderAddress", wanted)
    if not found:
        # No source tells what happens here (domain.md, open point 2).
        if tenant.switches.unblock_absent == "silent":
            return Result(None)
        raise missing(wanted)
    used, limit = tenant.unblocks.get(wanted.casefold(), 0), tenant.switches.unblock_limit
    if limit and used >= limit:
        # EXO-DOC: an account may be unblocked a limited number of times; neither number nor text is published.
        raise broken_rule(
            f"The sender {wanted} was unblocked as often as is allowed. Contact Microsoft support to unblock it.",
            "Microsoft.Exchange.Management.BlockedSenderAddress.UnblockLimitExceededException",
        )
    call.write("senders", tuple(row for row in rows if row not in found))
    call.do(lambda: tenant.unblocks.update({wanted.casefold(): used + 1}))
    return Result(None)


# Neither cmdlet has Confirm, WhatIf or Identity (EXO-DOC).
CMDLETS = (
    Cmdlet("Get-BlockedSenderAddress", _get, (Parameter("SenderAddress", address, nullable=True),)),
    Cmdlet(
        "Remove-BlockedSenderAddress",
        _remove,
        (Parameter("SenderAddress", address, required=True), Parameter("Reason", text, nullable=True)),
    ),
)
