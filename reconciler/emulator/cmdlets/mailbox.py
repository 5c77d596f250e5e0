"""What evidence asks of mailboxes: Get-Mailbox and Get-InboxRule."""

from reconciler.emulator.answer import Result, Row
from reconciler.emulator.binder import Parameter, text, truth
from reconciler.emulator.people import mailbox_row, rule_row

from .command import Call, Cmdlet, broken_rule, missing

NAMES = (
    "ExternalDirectoryObjectId",
    "UserPrincipalName",
    "PrimarySmtpAddress",
    "Alias",
    "DisplayName",
    "Identity",
    "Guid",
    "Name",
    "LegacyExchangeDN",
)


def _find(call: Call, wanted: str) -> list[tuple[dict[str, object], Row]]:
    pairs = [(raw, mailbox_row(raw)) for raw in call.tenant.mailboxes]
    found = [pair for pair in pairs if wanted.casefold() in _identities(pair[1])]
    if not found:
        raise missing(wanted)
    return found


def _identities(row: Row) -> set[str]:
    addresses = row["EmailAddresses"]
    proxies = [str(one) for one in addresses] if isinstance(addresses, list) else []
    plain = [one.partition(":")[2] for one in proxies]
    return {str(one).casefold() for one in (*proxies, *plain, *(row.get(name) for name in NAMES)) if one}


def _mailboxes(call: Call) -> Result:
    wanted = call.word("Identity")
    rows = [row for _, row in _find(call, wanted)] if wanted else [mailbox_row(raw) for raw in call.tenant.mailboxes]
    return Result(tuple(rows))


def _rules(call: Call) -> Result:
    wanted = call.word("Mailbox")
    if wanted is None:
        raise broken_rule("An app has no mailbox of its own: Mailbox must be given.", "System.ArgumentNullException")
    raw, row = _find(call, wanted)[0]
    rules = raw.get("Rules")
    shown = [
        rule_row(one, str(row["Identity"]))
        for one in (rules if isinstance(rules, list) else [])
        if call.flag("IncludeHidden") or not one.get("Hidden")
    ]
    return Result(tuple(shown))


# Who honours ResultSize, and with which link, is the envelope's affair (switch result_size).
CMDLETS = (
    Cmdlet("Get-Mailbox", _mailboxes, (Parameter("Identity", text, nullable=True), Parameter("ResultSize", text))),
    Cmdlet("Get-InboxRule", _rules, (Parameter("Mailbox", text, nullable=True), Parameter("IncludeHidden", truth))),
)
