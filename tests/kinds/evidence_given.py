"""A blocked sender whose every check passes, and the answers of a tenant that say so; tests change one thing each."""

from typing import Any

from reconciler.core.request import Answers, GraphQuery, Query
from reconciler.core.values import Row, stamp
from reconciler.facts.limits import EVIDENCE_CHECKS
from reconciler.kinds.restricted_sender import KIND
from reconciler.kinds.restricted_sender.evidence import verdicts
from reconciler.kinds.restricted_sender.wire import read
from tests.kinds.given import DAY, NOW, moment, wanted

ALICE = "alice@contoso.com"
ID = "a11ce000-0000-4000-8000-0000000000a1"
START = NOW - 2 * DAY
SINCE = stamp(NOW - DAY)
"""A time after the block began."""
BEFORE = stamp(START - 30 * DAY)
ENTRY = {
    "address": ALICE, "blocked_before": stamp(NOW - DAY), "expires": "2026-11-27",
    "approved_by": "lead@contoso.com", "reason": "Password reset",
}  # fmt: skip
ROW: Row = {"SenderAddress": "Alice@Contoso.com", "Reason": "", "CreatedDatetime": stamp(START)}
MAILBOX: Row = {
    "ExternalDirectoryObjectId": ID,
    "UserPrincipalName": "a.smith@contoso.com",
    "PrimarySmtpAddress": "Alice@contoso.com",
    "EmailAddresses": ["SMTP:Alice@contoso.com", "smtp:ally@contoso.com"],
    "ForwardingSmtpAddress": None,
    "ForwardingAddress": None,
}
USER: Row = {
    "id": ID,
    "userPrincipalName": "a.smith@contoso.com",
    "accountEnabled": True,
    "lastPasswordChangeDateTime": SINCE,
    "signInSessionsValidFromDateTime": SINCE,
    "onPremisesSyncEnabled": None,
    "onPremisesImmutableId": None,
}
HARMLESS: dict[str, tuple[Row, ...]] = {
    "blocked-senders": (ROW,),
    f"mailbox:{ALICE}": (MAILBOX,),
    f"user:{ID}": (USER,),
    f"registration:{ID}": ({"isMfaRegistered": True},),
    f"methods:{ID}": ({"id": "1", "createdDateTime": BEFORE},),
    f"risk:{ID}": (),
    f"rules:{ALICE}": (),
}
ACCEPTED: dict[str, tuple[Row, ...]] = {
    "domains": ({"DomainName": "contoso.onmicrosoft.com"}, {"DomainName": "Contoso.com"})
}
ALL = EVIDENCE_CHECKS


def answers(unanswered: Any = None, **changed: Any) -> Answers:
    """The harmless answers with some of them laid over: `mailbox`, `user`, `registration`, `risk`, `methods`, `rules`."""
    names = {name.partition(":")[0]: name for name in HARMLESS}
    laid = {names.get(name, name): rows for name, rows in changed.items()}
    for name in ("mailbox", "user"):
        if isinstance(changed.get(name), dict):
            laid[names[name]] = ({**HARMLESS[names[name]][0], **changed[name]},)
    whole = {**HARMLESS, **laid}
    return Answers({name: rows for name, rows in whole.items() if rows is not None}, unanswered)


def judged(given: Answers, *checks: str) -> dict[str, str]:
    """The verdict of each check, of all where none is named."""
    return {one.check: one.verdict for one in verdicts(read(ROW), checks or ALL, given)}


def reason(given: Answers, check: str) -> str:
    """Why a check says what it says."""
    (one,) = verdicts(read(ROW), (check,), given)
    return one.reason


def asked(given: Answers, *require: str, entry: dict[str, Any] | None = None, **more: Any) -> list[str]:
    """The names of the questions that follow these answers, as guardrails require the checks."""
    when = moment(evidence={"require": require}, **more)
    found = KIND.follow_up(wanted(KIND, {"unblock": [entry or ENTRY]}), given, when)
    assert all(isinstance(one, Query | GraphQuery) and one.optional for one in found)
    return [one.name for one in found if one.name not in given and one.name not in given.unanswered]
