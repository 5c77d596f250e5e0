"""Verdicts on the account of a blocked sender: each check passes, fails or is unknown, and unknown never passes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from reconciler.core.request import Answers
from reconciler.core.values import Row, stamp, utc
from reconciler.kinds.restricted_sender import evidence_ask as asked
from reconciler.kinds.restricted_sender import mail
from reconciler.kinds.restricted_sender.account import kept_elsewhere
from reconciler.kinds.restricted_sender.person import Person, account, person
from reconciler.kinds.restricted_sender.wire import Block

_HARMLESS: Final = frozenset({"none", "confirmedsafe", "remediated", "dismissed"})
_RISKY: Final = frozenset({"atrisk", "confirmedcompromised"})
_BEFORE: Final = timedelta(hours=24)
"""How long before a block a new sign-in method may have been the attacker's (docs/evidence.md)."""
_OLDEST_METHOD: Final = "28c10230-6103-485e-b985-444c60001490"
"""The password counts as a method too, under one id for everybody (GRAPH); a check of its own looks at it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one check says, and why, without the values that it rests on."""

    check: str
    verdict: Literal["pass", "fail", "unknown"]
    reason: str = ""


Said = tuple[Literal["pass", "fail", "unknown"], str]
_PASS: Final[Said] = ("pass", "")


def verdicts(block: Block, checks: Iterable[str], answers: Answers) -> tuple[Verdict, ...]:
    """The verdict of each check, in their order; without a person none of them is known."""
    found = person(block, answers)
    if isinstance(found, str):
        return tuple(Verdict(check, "unknown", found) for check in checks)
    return tuple(Verdict(check, *CHECKS[check](block, found, answers)) for check in checks)


def new_methods(block: Block, answers: Answers) -> str:
    """What to say of sign-in methods that are as new as the block; empty where there are none, or it was not asked."""
    found = person(block, answers)
    if isinstance(found, str) or found.id is None or block.since is None:
        return ""
    name = asked.methods_question(found.id).name
    if reason := answers.unanswered.get(name):
        return f"whether a sign-in method was registered around the block is not known: {reason}"
    since = block.since - _BEFORE
    fresh = sorted(at for row in answers.get(name, ()) if (at := _registered_at(row)) is not None and at >= since)
    if not fresh:
        return ""
    return (
        f"sign-in methods registered since 24 hours before the block: {', '.join(map(stamp, fresh))}. An attacker's "
        "own counts as registered too: ask the person whether each is theirs."
    )


def _password(block: Block, found: Person, answers: Answers) -> Said:
    row = account(found, answers)
    if isinstance(row, str):
        return "unknown", row
    if reason := kept_elsewhere(row, answers):
        return "unknown", reason
    text = "the password was not changed since the block began: reset it"
    return _later(block, row, "lastPasswordChangeDateTime", text)


def _sessions(block: Block, found: Person, answers: Answers) -> Said:
    row = account(found, answers)
    if isinstance(row, str):
        return "unknown", row
    text = "sessions from before the block still hold: revoke them (Revoke-MgUserSignInSession)"
    return _later(block, row, "signInSessionsValidFromDateTime", text)


def _later(block: Block, row: Row, name: str, failed: str) -> Said:
    if block.since is None:
        return "unknown", "the start of the block can't be read, so nothing can be said to be later"
    try:
        return _PASS if utc(str(row.get(name))) > block.since else ("fail", failed)
    except ValueError:
        return "unknown", f"the directory shows no {name} of the account"


def _enabled(_block: Block, found: Person, answers: Answers) -> Said:
    row = account(found, answers)
    if isinstance(row, str):
        return "unknown", row
    match row.get("accountEnabled"):
        case True:
            return _PASS
        case False:
            return "fail", "sign-in to the account is blocked: allow it again once the account is safe"
        case _:
            return "unknown", "the directory does not show whether sign-in to the account is allowed"


def _registered(_block: Block, found: Person, answers: Answers) -> Said:
    rows = _by_id(found, answers, lambda identifier: asked.registration_question(identifier).name)
    if isinstance(rows, str):
        return "unknown", rows
    flags = [row.get("isMfaRegistered") for row in rows]
    if flags == [True]:
        return _PASS
    if flags != [False]:
        return "unknown", "the registration report has no line for the account yet; it lags behind"
    at = f" as of {rows[0]['lastUpdatedDateTime']}" if rows[0].get("lastUpdatedDateTime") else ""
    return "fail", f"no second factor is registered by the report{at}, which may lag: let the person register one"


def _risk(_block: Block, found: Person, answers: Answers) -> Said:
    rows = _by_id(found, answers, lambda identifier: asked.risk_question(identifier).name)
    if isinstance(rows, str):
        return "unknown", rows
    states = {f"{row.get('riskState', '?') or '?'}".casefold() for row in rows}  # "none" is a state, None is not
    if states & _RISKY:
        return "fail", "the account is at risk: look at it under risky users in Entra, then remediate or dismiss"
    return _PASS if states <= _HARMLESS else ("unknown", "the risk state of the account is one that is not known here")


def _forwarding(_block: Block, found: Person, answers: Answers) -> Said:
    away = mail.outside(mail.forwards(found.mailbox), answers)
    if isinstance(away, str):
        return "unknown", away
    text = "the mailbox forwards outside of the tenant: remove ForwardingSmtpAddress or ForwardingAddress (Set-Mailbox)"
    return ("fail", text) if away else _PASS


def _rules(block: Block, _found: Person, answers: Answers) -> Said:
    name = mail.rules_question(block).name
    if name not in answers:
        return "unknown", answers.unanswered.get(name, "the inbox rules were not asked for")
    working = mail.enabled(answers[name])
    away = [mail.outside(mail.sent_by(rule), answers) for rule in working]
    hidden = [mail.hides(rule) for rule in working]
    bad = sum(sends is True or puts is True for sends, puts in zip(away, hidden, strict=True))
    if bad:
        return "fail", (
            f"{bad} inbox rule{' sends' if bad == 1 else 's send'} mail outside, or delete or hide it: look at "
            "Get-InboxRule -IncludeHidden, and disable what the person did not make"
        )
    reason = next((one for one in away if isinstance(one, str)), "a rule moves mail to a folder that can't be read")
    return ("unknown", reason) if None in hidden or any(isinstance(one, str) for one in away) else _PASS


def _by_id(found: Person, answers: Answers, name_of: Callable[[str], str]) -> tuple[Row, ...] | str:
    if found.id is None:
        row = account(found, answers)
        return row if isinstance(row, str) else "the directory shows no id of the account"
    name = name_of(found.id)
    return answers[name] if name in answers else answers.unanswered.get(name, "this was not asked for")


def _registered_at(row: Row) -> datetime | None:
    """When a method was registered; not every sort of method tells."""
    try:
        return None if row.get("id") == _OLDEST_METHOD else utc(str(row.get("createdDateTime")))
    except ValueError:
        return None


CHECKS: Final[dict[str, Callable[[Block, Person, Answers], Said]]] = {
    "password_changed_since_block": _password,
    "sessions_revoked_since_block": _sessions,
    "mfa_registered": _registered,
    "account_enabled": _enabled,
    "not_at_risk": _risk,
    "no_external_forwarding": _forwarding,
    "no_suspicious_inbox_rules": _rules,
}
"""Every check that guardrails may require, in the words of policies."""
