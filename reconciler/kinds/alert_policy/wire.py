"""The vendor's words for alert policies: rows of Get-ProtectionAlert, read into ours or refused, never guessed."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pydantic import JsonValue

from reconciler.core.errors import ReadError
from reconciler.core.kind import Moment
from reconciler.core.request import Answers, Query
from reconciler.core.values import Fields, Row, clean_name, fold_name, lookup
from reconciler.facts import limits
from reconciler.kinds.alert_policy import defaults
from reconciler.kinds.alert_policy.properties import instant, number, text, texts, truth, unreadable, word
from reconciler.kinds.alert_policy.spec import MARKER
from reconciler.kinds.alert_policy.words import limit_of

QUESTION: Final = "alert-policies"
_MARKED: Final = re.compile(rf"{MARKER}([0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}})", re.IGNORECASE)
_SEVERITIES: Final = {theirs.casefold(): ours for ours, theirs in limits.SEVERITIES.items()}
_AGGREGATIONS: Final = {theirs.casefold(): ours for ours, theirs in limits.AGGREGATIONS.items()}
_CATEGORIES: Final = {word.casefold(): word for word in limits.CATEGORIES}
_THREAT_TYPES: Final = {word.casefold(): word for word in limits.THREAT_TYPES}


@dataclass(frozen=True, slots=True)
class Found:
    """One row of the list, known by what identifies it."""

    row: Row
    ref: str
    """The GUID that commands are addressed to."""
    fixed: str
    """The GUID, folded, that is the same in every tenant if this is a default policy."""
    name: str
    system: bool
    dlp: bool
    marker: str | None
    """The GUID of the default policy whose companion this is."""


def query() -> tuple[Query, ...]:
    """The one list that tells everything: an unknown identity would answer every policy (EXO-DOC), so none is sent."""
    return (Query(name=QUESTION, service="compliance", cmdlet="Get-ProtectionAlert"),)


@dataclass(frozen=True, slots=True)
class Rows:
    """Every row of a tenant, with the ways to find one."""

    all: tuple[Found, ...]
    by_fixed: dict[str, Found]
    """System rows by the GUID that is the same in every tenant."""
    by_name: dict[str, list[Found]]
    """All rows by their folded names: several may be equal but for case."""
    by_marker: dict[str, list[Found]]
    """Companions by the GUID of their default policy."""


def found(answers: Answers) -> Rows:
    """Every row of the list. Raises ReadError for one that can't be identified."""
    rows = tuple(identify(row) for row in answers[QUESTION])
    by_name: dict[str, list[Found]] = {}
    by_marker: dict[str, list[Found]] = {}
    for one in rows:
        by_name.setdefault(fold_name(one.name), []).append(one)
        if one.marker is not None:
            by_marker.setdefault(one.marker, []).append(one)
    return Rows(rows, {one.fixed: one for one in rows if one.system}, by_name, by_marker)


def identify(row: Row) -> Found:
    """What identifies a row. Raises ReadError where the name, the GUID or the kind of row can't be told."""
    name = lookup(row, "Name")
    if not isinstance(name, str) or not clean_name(name):
        raise ReadError(f"An alert policy has no readable name: {name!r}. Nothing is concluded from this list.")
    guid = lookup(row, "Guid")
    if not isinstance(guid, str) or not guid:
        raise unreadable(row, "Guid")
    fixed = str(lookup(row, "ImmutableId") or guid).casefold()
    category = lookup(row, "Category")
    # A known GUID proves a default policy, whatever else the row says (DUMP22/23/26).
    system = defaults.with_guid(fixed) is not None or truth(row, "IsSystemRule")
    return Found(
        row=row,
        ref=guid,
        fixed=fixed,
        name=clean_name(name),
        system=system,
        dlp=not system and (clean_name(name).startswith(limits.DLP_PREFIX) or category == limits.DLP_CATEGORY),
        marker=None if system else _marker(lookup(row, "Comment")),
    )


def decode(row: Row, moment: Moment) -> Fields:
    """One row as the whole modelled object; a pause that is not over reads as notifications off."""
    return fields(identify(row), moment)


def fields(one: Found, moment: Moment) -> Fields:
    """The same of a row that is known already."""
    row = one.row
    told = truth(row, "NotificationEnabled") and paused_until(row, moment.now) is None
    return {
        "name": one.name,
        "enabled": not truth(row, "Disabled"),
        "notifications": {
            "enabled": told,
            "recipients": _recipients(row),
            "daily_limit": limit_of(
                number(row, "NotifyUserThrottleThreshold"), number(row, "NotifyUserThrottleWindow")
            ),
        },
        "definition": None if one.system else definition(row),
    }


def definition(row: Row) -> Fields:
    """What a row watches; values that we do not know are kept as they are read (M365DSC#2839)."""
    return {
        "category": word(row, "Category", _CATEGORIES),
        "severity": word(row, "Severity", _SEVERITIES),
        "threat_type": word(row, "ThreatType", _THREAT_TYPES),
        "operations": [*sorted(set(texts(row, "Operation")))],
        "aggregation": word(row, "AggregationType", _AGGREGATIONS),
        "threshold": number(row, "Threshold"),
        "window": number(row, "TimeWindow"),
        "filter": text(row, "Filter"),
        "comment": text(row, "Comment") or "",
    }


def paused_until(row: Row, now: datetime) -> datetime | None:
    """When a pause of the notifications ends that is not over at `now`; else None."""
    until = instant(row, "NotifyUserSuppressionExpiryDate")
    return until if until is not None and until > now else None


def _recipients(row: Row) -> list[JsonValue]:
    token = limits.TENANT_ADMINS
    folded = {fold_name(text) for text in texts(row, "NotifyUser")}
    return [*sorted(token if one == token.casefold() else one for one in folded)]


def _marker(comment: JsonValue) -> str | None:
    marked = _MARKED.search(comment) if isinstance(comment, str) else None
    return marked[1].casefold() if marked else None
