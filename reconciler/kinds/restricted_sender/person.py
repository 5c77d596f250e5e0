"""Who is behind a blocked address: the mailbox that bears it, and its account; nobody is ever guessed."""

import re
from dataclasses import dataclass
from typing import Final

from reconciler.core.request import Answers, GraphQuery, Query
from reconciler.core.values import Row, fold_name, is_mailbox, lookup
from reconciler.kinds.restricted_sender.wire import Block

_GUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NOBODY: Final = "00000000-0000-0000-0000-000000000000"
_PLAIN: Final = re.compile(r"[A-Za-z0-9._~@-]")
# The dates come on $select only (GRAPH); onPremisesImmutableId tells whether a federated sign-in can match at all.
_SELECTED: Final = (
    "id,userPrincipalName,accountEnabled,lastPasswordChangeDateTime,signInSessionsValidFromDateTime,"
    "onPremisesSyncEnabled,onPremisesImmutableId"
)


@dataclass(frozen=True, slots=True)
class Person:
    """One mailbox and the account behind it, as far as it is known."""

    mailbox: Row
    key: str
    """The name by which the directory knows the account: its id, else its user name."""
    id: str | None
    """Its id, which some questions need; None before the account was read by its user name."""


def mailbox_question(block: Block) -> Query:
    """Who has this address."""
    return mailbox_query(f"mailbox:{block.address}", block.ref)


def mailbox_query(name: str, identity: str) -> Query:
    """The mailbox of an address, a name or an identifier; that there is none is an answer too."""
    parameters: Row = {"Identity": identity}
    return Query(
        name=name, service="exo", cmdlet="Get-Mailbox", parameters=parameters, optional=True, absence_counts=True
    )


def user_question(key: str) -> GraphQuery:
    """The account with the dates that checks compare."""
    return GraphQuery(name=f"user:{key}", path=f"/users/{escaped(key)}?$select={_SELECTED}", optional=True)


def person(block: Block, answers: Answers) -> Person | str:
    """The one mailbox that bears the address and its account, or why there is none."""
    name = mailbox_question(block).name
    if name not in answers:
        return answers.unanswered.get(name, "who has this address was not asked")
    found = [row for row in answers[name] if block.address in _addresses(row)]
    if len(found) != 1:
        how_many = "no mailbox of the tenant has" if not found else f"{len(found)} mailboxes have"
        return f"{how_many} this address, so it can't be told whose account to look at"
    key = _key(found[0])
    if key is None:
        return "its mailbox names no account: neither ExternalDirectoryObjectId nor UserPrincipalName can be read"
    return Person(found[0], key, key if _GUID.fullmatch(key) else _id(key, answers))


def account(of: Person, answers: Answers) -> Row | str:
    """The account as the directory shows it, or why it does not."""
    name = user_question(of.key).name
    if name not in answers:
        return answers.unanswered.get(name, "the account was not asked for")
    rows = answers[name]
    return rows[0] if len(rows) == 1 else "the directory has no such account, although Exchange Online names it"


def escaped(text: str) -> str:
    """A text as one segment of a path, whatever it holds."""
    return "".join(one if _PLAIN.fullmatch(one) else "".join(f"%{byte:02X}" for byte in one.encode()) for one in text)


def _key(row: Row) -> str | None:
    identifier, name = lookup(row, "ExternalDirectoryObjectId"), lookup(row, "UserPrincipalName")
    if isinstance(identifier, str) and _GUID.fullmatch(identifier.lower()) and identifier != _NOBODY:
        return identifier.lower()
    return fold_name(name) if isinstance(name, str) and is_mailbox(name) else None


def _id(key: str, answers: Answers) -> str | None:
    found = [str(row.get("id", "")).lower() for row in answers.get(user_question(key).name, ())]
    return found[0] if len(found) == 1 and _GUID.fullmatch(found[0]) else None


def _addresses(row: Row) -> set[str]:
    """Every address of a mailbox, folded and without its `SMTP:`; one alone may come without a list."""
    listed = lookup(row, "EmailAddresses")
    several = listed if isinstance(listed, list) else [listed]
    texts = [*several, lookup(row, "PrimarySmtpAddress"), lookup(row, "UserPrincipalName")]
    return {fold_name(one).removeprefix("smtp:") for one in texts if isinstance(one, str)}
