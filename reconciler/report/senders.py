"""The restricted senders as a page: who may not send, since when, why, what policies say of it, and evidence."""

import re
from collections.abc import Iterator
from typing import Final

from pydantic import JsonValue

from reconciler.core.outcome import Senders, TenantSenders
from reconciler.core.values import Fields
from reconciler.report.evidence import evidence_facts
from reconciler.report.page import Entry, Fact, Page, Piece, Section, Tone, groups
from reconciler.report.tiles import FOUND, Labels, tiles
from reconciler.report.words import counted, members, unreadable_group, value

_APPROVALS: Final[dict[str, tuple[str, str, Tone]]] = {
    "valid": ("-", "to unblock", "delete"),
    "newer-block": ("=", "held: blocked anew since the approval", "held"),
    "expired": ("=", "held: the approval has expired", "held"),
    "missing-evidence": ("=", "held: evidence is missing", "held"),
    "approval-unproven": ("=", "held: not proven to be approved", "held"),
    "none": (".", "no approval", "plain"),
}
_TILES: Final[Labels] = {"restricted": ("restricted", "plain"), "valid": ("to unblock", "delete")}
_ALSO: Final[Labels] = {**FOUND, "none": ("no approval", "muted")}
_WORDS: Final = re.compile(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
"""Where one word of the service's `InternalRecipientCountToday` ends and the next begins."""


def senders_page(senders: Senders, *, verbose: bool = False) -> Page:
    """The page of a list of senders; `verbose` adds the service's own words."""
    number = sum(len(tenant.senders) for tenant in senders.tenants)
    unread = sum(not tenant.complete for tenant in senders.tenants)
    more = f"; {counted(unread, 'tenant')} could not be read" if unread else ""
    sections = tuple(_section(tenant, verbose=verbose) for tenant in senders.tenants)
    return Page(
        title="Restricted senders",
        verdict=f"{counted(number, 'restricted sender')} in {counted(len(senders.tenants), 'tenant')}{more}.",
        tone="error" if unread else "plain",
        sections=sections,
        tiles=tiles(sections, _TILES, _ALSO),
    )


def _section(tenant: TenantSenders, *, verbose: bool) -> Section:
    quiet = ("Nobody is restricted.",) if tenant.complete and not tenant.senders else ()
    entries = tuple(_entry(one, verbose=verbose) for one in tenant.senders)
    listed = groups(("Restricted", entries), head="Approval")
    groups_of = (*unreadable_group(tenant.name, tenant.unreadable), *listed)
    return Section(tenant.name, notes=quiet, groups=groups_of, exit_code=tenant.exit.code)


def _entry(sender: Fields, *, verbose: bool) -> Entry:
    approval = str(sender.get("approval", "none"))
    mark, verb, tone = _APPROVALS.get(approval, (".", approval, "plain"))
    return Entry(
        mark,
        verb,
        tone,
        value(sender.get("address")),
        place=_place(sender.get("entry")),
        facts=(*_times(sender), *_reason(sender.get("reason"), verbose=verbose), *evidence_facts(sender)),
        tags=("restricted", approval if approval in {"valid", "none"} else "held"),
    )


def _times(sender: Fields) -> Iterator[Fact]:
    since, changed = sender.get("blocked_since"), sender.get("changed")
    word = " (temporary)" if sender.get("temporary") is True else ""
    yield Fact("blocked since", (Piece(f"{since or 'an unknown time'}{word}"),))
    if changed is not None and changed != since:
        yield Fact("changed", (Piece(value(changed)),))


def _reason(reason: JsonValue, *, verbose: bool) -> Iterator[Fact]:
    """The service's reason in words, as far as its kind was understood; else, or on request, as it stands."""
    parts = reason if isinstance(reason, dict) else {"raw": reason}
    raw, kind, known = str(parts.get("raw") or ""), parts.get("kind"), parts.get("facts")
    understood = isinstance(kind, str) and kind != "unknown"
    if understood:
        told = [f"{_words(name)} {value(below)}" for name, below in (known if isinstance(known, dict) else {}).items()]
        yield Fact("reason", (Piece(str(kind).replace("-", " ")),))
        if told:
            yield Fact("details", members([*told]))
    if verbose or not understood:
        yield Fact("in the service's words", (Piece(raw or "(no reason given)", "muted"),))


def _words(name: str) -> str:
    """A name of the service as words: `outbound spam last 24 hours`; abbreviations stay as they are."""
    return " ".join(word if word.isupper() else word.lower() for word in _WORDS.sub(" ", name).split())


def _place(entry: JsonValue) -> str:
    return f"{entry.get('file')}:{entry.get('line')}" if isinstance(entry, dict) else ""
