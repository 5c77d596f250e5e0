"""Our words for the audit log: on or off."""

from typing import Final

from pydantic import Field, JsonValue, TypeAdapter

from reconciler.core.kind import Moment, Parsed, Section
from reconciler.core.resource import Wanted, address_of
from reconciler.core.values import Fields, Frozen
from reconciler.core.words import Switch

KIND_NAME: Final = "audit-log"


class AuditLog(Frozen):
    """Unified auditing, without which no alert policy works."""

    enabled: Switch = Field(default=False, description="Whether what users and administrators do is recorded.")


_SECTION: Final = TypeAdapter(AuditLog)


def check(value: JsonValue) -> Fields:
    """One document's section, canonical. Raises ValidationError."""
    return _SECTION.validate_python(value).model_dump(mode="json", exclude_unset=True)


def schema() -> Fields:
    """The JSON Schema of the section."""
    enabled = AuditLog.model_json_schema()["properties"]["enabled"]
    return {
        "type": "object",
        "description": "The unified audit log, without which no alert policy works.",
        "properties": {"enabled": {key: enabled[key] for key in ("enum", "description")}},
        "additionalProperties": False,
    }


def parse(section: Section, _moment: Moment) -> Parsed:
    """The audit log as one wanted object, if anything is written of it."""
    if "enabled" not in section.value:
        return Parsed()
    origin = section.origin("enabled")
    wanted = Wanted(
        kind=KIND_NAME,
        address=address_of(section.tenant.name, KIND_NAME),
        name=KIND_NAME,
        body=section.value,
        origin=origin,
        origins={"enabled": origin},
    )
    return Parsed((wanted,))
