"""The vendor's words for the audit log: read where it is true, and switched on in the order that works."""

from typing import Final

from reconciler.core.change import Change
from reconciler.core.errors import ReadError
from reconciler.core.kind import Moment
from reconciler.core.request import Answers, Command, Query
from reconciler.core.resource import Wanted
from reconciler.core.values import Fields, Row, lookup

QUESTION: Final = "audit-log"
ORGANIZATION: Final = "organization"
_FLAG: Final = "UnifiedAuditLogIngestionEnabled"


def query() -> tuple[Query, ...]:
    """Asked of Exchange Online only: Security & Compliance always says that auditing is off (EXO-DOC, AUD-DOC)."""
    return (Query(name=QUESTION, service="exo", cmdlet="Get-AdminAuditLogConfig"),)


def follow_up(wanted: tuple[Wanted, ...], answers: Answers, _moment: Moment) -> tuple[Query, ...]:
    """Whether the organization was ever customised, asked only where auditing is to be switched on."""
    if not any(one.body.get("enabled") is True for one in wanted) or current(answers)["enabled"]:
        return ()
    return (Query(name=ORGANIZATION, service="exo", cmdlet="Get-OrganizationConfig"),)


def current(answers: Answers) -> Fields:
    """The audit log as it is. Raises ReadError where the answer does not tell: off is never guessed."""
    rows = answers[QUESTION]
    if not rows:
        raise ReadError("The tenant answered no audit configuration, so it can't be told whether auditing is on.")
    # One object a tenant; should there be more, one that is on is enough (SCUBA, MS.SECURITYSUITE.5.1v1).
    return max(map(decode, rows), key=lambda fields: fields["enabled"] is True)


def decode(row: Row) -> Fields:
    """One row as the whole modelled object."""
    value = lookup(row, _FLAG)
    if isinstance(value, str):
        value = {"true": True, "false": False}.get(value.casefold(), value)
    if not isinstance(value, bool):
        raise ReadError(f"The audit configuration has no readable {_FLAG}: {value!r}.")
    return {"enabled": value}


def encode(change: Change, answers: Answers) -> tuple[Command, ...]:
    """The commands of a change; a dehydrated organization is customised first (CIPP's order)."""
    enabled = bool(change.after and change.after["enabled"])
    switch = _command("Set-AdminAuditLogConfig", {_FLAG: enabled})
    if enabled and is_dehydrated(answers):
        return (_command("Enable-OrganizationCustomization", {}), switch)
    return (switch,)


def is_dehydrated(answers: Answers) -> bool:
    """Whether the organization was never customised; where it does not say so itself, its audit object tells.

    The object of such an organization is a shared one, of an organization whose name starts with `sct-` (DUMP22).
    """
    flags = [str(lookup(row, "IsDehydrated")).casefold() for row in answers.get(ORGANIZATION, ())]
    if known := [flag for flag in flags if flag in {"true", "false"}]:
        return "true" in known
    return any(str(lookup(row, "OrganizationalUnitRoot")).startswith("sct-") for row in answers.get(QUESTION, ()))


def _command(cmdlet: str, parameters: Row) -> Command:
    return Command(service="exo", cmdlet=cmdlet, parameters={**parameters, "Confirm": False})
