"""Where a mailbox sends its mail on, and what its rules hide: the two checks of evidence that look at mail."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue

from reconciler.core.request import Answers, Query, Question
from reconciler.core.values import Row, fold_name, is_mailbox, lookup
from reconciler.facts.folders import HIDING
from reconciler.kinds.restricted_sender.person import mailbox_query
from reconciler.kinds.restricted_sender.wire import Block

ACCEPTED: Final = Query(name="domains", service="exo", cmdlet="Get-AcceptedDomain", optional=True)
_SENDING: Final = ("ForwardTo", "ForwardAsAttachmentTo", "RedirectTo")
_DELETING: Final = ("DeleteMessage", "SoftDeleteMessage")
# Made by the service in every mailbox, and ignored by CIPP. Whoever holds a mailbox may give these names to rules of
# their own, so they excuse what such a rule does with a message, and never that it sends it outside.
_USUAL: Final = re.compile(r"junk e-mail rule|microsoft\.exchange\.oof\..*")
_BRACKETS: Final = re.compile(r".*\[\s*([A-Za-z0-9]+)\s*:\s*([^\[\]]+?)\s*\]\s*", re.DOTALL)
_PARTS: Final = re.compile(r"[\\/:]+")
_WORDS: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Place:
    """Where mail is sent: an address, an object of the tenant's directory, or something that can't be read."""

    address: str | None = None
    identity: str | None = None


def rules_question(block: Block) -> Query:
    """Hidden rules too, because those of an attacker are; Graph likely leaves them out, so it is never asked."""
    parameters: Row = {"Mailbox": block.ref, "IncludeHidden": True}
    return Query(
        name=f"rules:{block.address}", service="exo", cmdlet="Get-InboxRule", parameters=parameters, optional=True
    )


def forwards(mailbox: Row) -> list[Place]:
    """Where the mailbox itself forwards to; ForwardingAddress is an object of the directory (EXO-DOC)."""
    by_address, by_object = lookup(mailbox, "ForwardingSmtpAddress"), lookup(mailbox, "ForwardingAddress")
    found = [] if by_address in (None, "") else [place(by_address)]
    if by_object in (None, ""):
        return found
    return [*found, Place(identity=by_object) if isinstance(by_object, str) else Place()]


def sent_by(rule: Row) -> list[Place]:
    """Where a rule forwards or redirects to."""
    return [place(one) for name in _SENDING for one in _several(lookup(rule, name))]


def hides(rule: Row) -> bool | None:
    """Whether a rule deletes messages or moves them where nobody looks; None where that can't be told."""
    if _USUAL.fullmatch(fold_name(str(lookup(rule, "Name") or ""))):
        return False
    if any(_is_on(lookup(rule, name)) for name in _DELETING):
        return True
    folder = lookup(rule, "MoveToFolder")
    if folder in (None, ""):
        return False
    return _hiding(folder) if isinstance(folder, str) else None


def enabled(rules: Iterable[Row]) -> list[Row]:
    """The rules that work: all but those that say that they don't."""
    return [rule for rule in rules if str(lookup(rule, "Enabled")).casefold() != "false"]


def mail_questions(places: Iterable[Place]) -> Iterator[Question]:
    """What must be known to tell inside from outside: accepted domains, and whether objects are mailboxes."""
    known = list(places)
    if any(one.address for one in known):
        yield ACCEPTED
    for one in known:
        if one.identity:
            yield _target(one.identity)


def outside(places: Iterable[Place], answers: Answers) -> bool | str:
    """Whether any of the places is outside of the tenant, or why that is not known."""
    found = [_is_outside(one, answers) for one in places]
    return True if True in found else next((one for one in found if isinstance(one, str)), False)


def place(value: JsonValue) -> Place:
    """A recipient as mailboxes and rules spell it: `smtp:a@b`, `a@b`, `"Name" [SMTP:a@b]`, `"Name" [EX:/o=…]`."""
    if not isinstance(value, str):
        return Place()
    if found := _BRACKETS.fullmatch(value):
        scheme, rest = found[1].casefold(), found[2]
        if scheme == "ex":
            return Place(identity=rest)
        return _address(rest) if scheme == "smtp" else Place()
    return _address(re.sub(r"(?i)^\s*smtp:", "", value))


def _address(text: str) -> Place:
    return Place(address=fold_name(text)) if is_mailbox(text) else Place()


def _is_outside(one: Place, answers: Answers) -> bool | str:
    if one.address:
        return _foreign_domain(one.address.rpartition("@")[2], answers)
    if one.identity is None:
        return "where mail is sent is spelled in a way that can't be read; look at it in Exchange Online"
    name = _target(one.identity).name
    if name in answers:
        return not answers[name]
    return answers.unanswered.get(name, "whether a target of mail is a mailbox of the tenant was not asked")


def _foreign_domain(domain: str, answers: Answers) -> bool | str:
    rows = answers.get(ACCEPTED.name, ())
    accepted = {fold_name(str(lookup(row, "DomainName") or lookup(row, "Name") or "")) for row in rows} - {""}
    if not accepted:
        return answers.unanswered.get(ACCEPTED.name, "the accepted domains of the tenant are not known")
    return domain not in accepted


def _target(identity: str) -> Query:
    return mailbox_query(f"target:{identity.casefold()}", identity)


def _several(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else [] if value in (None, "") else [value]


def _is_on(value: JsonValue) -> bool:
    return str(value).casefold() == "true"


def _hiding(folder: str) -> bool:
    """Whether any part of the path is such a folder; what lies below Archive is as hidden as Archive itself."""
    parts = [fold_name(part) for part in _PARTS.split(folder)]
    return any(part in HIDING or "rss" in _WORDS.split(part) for part in parts)
