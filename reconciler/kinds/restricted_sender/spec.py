"""Our words for approvals: each lifts the one block that a person reviewed, and is no standing right."""

import re
from datetime import date
from typing import Annotated, Final

from pydantic import BeforeValidator, Field, JsonValue, TypeAdapter, WithJsonSchema

from reconciler.core.values import Fields, Frozen, fold_name, is_mailbox, stamp, utc
from reconciler.core.words import cited, mailbox, refuse, text
from reconciler.facts.limits import EVIDENCE_CHECKS

_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)?")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_ENTRY: Final = """
- address: {address}
  blocked_before: 2026-11-20T09:00:00Z  # when you looked at the block
  expires: 2026-11-27
  approved_by: name@example.com
  reason: what was done to make the account safe"""


def _instant(value: object) -> str:
    written = value.strip() if isinstance(value, str) else ""
    try:
        if _INSTANT.fullmatch(written):
            return stamp(utc(written.upper()))
    except ValueError:
        pass  # such as the 31st of November: the sentence below fits
    return refuse(f"{cited(value)} is no time.", "Write a date and a time in UTC, such as 2026-11-20T09:00:00Z.")


def _day(value: object) -> str:
    written = value.strip() if isinstance(value, str) else ""
    try:
        if _DAY.fullmatch(written):
            return date.fromisoformat(written).isoformat()
    except ValueError:
        pass  # such as the 31st of November: the sentence below fits
    return refuse(f"{cited(value)} is no date.", "Write the last day on which the approval holds, such as 2026-11-27.")


def _check(value: object) -> str:
    if value not in EVIDENCE_CHECKS:
        refuse(f"{cited(value)} is no check of evidence.", f"Write one of {', '.join(EVIDENCE_CHECKS)}.")
    return str(value)


def _entry(value: object) -> object:
    if isinstance(value, str):
        address = fold_name(value) if is_mailbox(value) else "name@example.com"
        refuse(
            f"{cited(value)} alone would be a standing right to send; an approval names one reviewed block.",
            f"Write the whole entry:{_ENTRY.format(address=address)}",
        )
    return value


Mailbox = Annotated[str, BeforeValidator(mailbox), WithJsonSchema({"type": "string", "format": "email"})]
Text = Annotated[str, BeforeValidator(text), WithJsonSchema({"type": "string", "minLength": 1})]
Instant = Annotated[str, BeforeValidator(_instant), WithJsonSchema({"type": "string", "format": "date-time"})]
Day = Annotated[str, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Check = Annotated[str, BeforeValidator(_check)]
_WAIVE_SCHEMA: Final[Fields] = {
    "type": "object",
    "properties": {name: {"type": "string"} for name in EVIDENCE_CHECKS},
    "additionalProperties": False,
}


class Entry(Frozen):
    """The approval of one reviewed block."""

    address: Annotated[Mailbox, Field(description="The blocked sender.")]
    blocked_before: Annotated[Instant, Field(description="When the block was reviewed: later blocks are not covered.")]
    expires: Annotated[Day, Field(description="The last day on which the approval holds, UTC.")]
    approved_by: Annotated[Mailbox, Field(description="Who answers for it; never the sender.")]
    reason: Annotated[Text, Field(description="What was done to make the account safe.")]
    ticket: Annotated[Text, Field(description="Where the case is kept.")] = ""
    waive: Annotated[dict[Check, Text], WithJsonSchema(_WAIVE_SCHEMA)] = Field(
        default_factory=dict, description="Checks of evidence to do without, and why."
    )


class Section(Frozen):
    """One tenant's approvals."""

    unblock: list[Annotated[Entry, BeforeValidator(_entry)]] = Field(default_factory=list)


_SECTION: Final = TypeAdapter(Section)


def check(value: JsonValue) -> Fields:
    """One document's approvals, canonical, in the order in which they are written. Raises ValidationError."""
    return _SECTION.validate_python(value).model_dump(mode="json", exclude_unset=True)


def schema() -> Fields:
    """The JSON Schema of the section, without references, so that it can stand anywhere."""
    entries: Fields = {"type": "array", "items": _bare(Entry.model_json_schema())}
    return {
        "type": "object",
        "description": "Blocks of senders that were reviewed and may be lifted.",
        "properties": {"unblock": entries},
        "additionalProperties": False,
    }


def _bare(value: JsonValue) -> JsonValue:
    """A schema without the titles and defaults that pydantic writes."""
    if isinstance(value, list):
        return [_bare(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: _bare(below) for key, below in value.items() if key not in {"title", "default"}}
