"""Our words for alert policies: what a document may say of one, checked and made canonical."""

from typing import Annotated, Final, Self

from pydantic import AfterValidator, BeforeValidator, Field, JsonValue, TypeAdapter, WithJsonSchema, model_validator

from reconciler.core.values import Fields, Frozen
from reconciler.core.words import Switch, Text, refuse
from reconciler.facts import limits
from reconciler.kinds.alert_policy.words import DailyLimit, Recipients, Whole, words

VIAS: Final = ("portal", "api", "companion")
_OPERATIONS: Final = "Write operations: [New-InboxRule], or leave the key out."
MARKER: Final = "reconciler-companion:"
"""What the comment of a companion holds, followed by the GUID of its default policy."""


def _from(least: int) -> AfterValidator:
    def check(value: int) -> int:
        return value if value >= least else refuse(f"{value} is too small.", f"Write {least} or more.")

    return AfterValidator(check)


def _operations(value: list[str]) -> list[str]:
    return sorted(set(value)) or refuse("No operation is named.", _OPERATIONS)


def _comment(value: str) -> str:
    return value if MARKER not in value else refuse(f"{MARKER} marks what via: companion keeps.", "Write other words.")


def _enum(known: tuple[str, ...] | dict[str, str]) -> WithJsonSchema:
    return WithJsonSchema({"enum": [*known]})


Category = Annotated[str, BeforeValidator(words(limits.CATEGORIES, "category")), _enum(limits.CATEGORIES)]
Severity = Annotated[str, BeforeValidator(words(limits.SEVERITIES, "severity")), _enum(limits.SEVERITIES)]
ThreatType = Annotated[str, BeforeValidator(words(limits.THREAT_TYPES, "threat type")), _enum(limits.THREAT_TYPES)]
Aggregation = Annotated[str, BeforeValidator(words(limits.AGGREGATIONS, "aggregation")), _enum(limits.AGGREGATIONS)]
Via = Annotated[str, BeforeValidator(words(VIAS, "way to write a default policy")), _enum(VIAS)]


class Definition(Frozen):
    """What a policy of our own watches; default policies have none to manage."""

    category: Annotated[Category, Field(description="Where the portal sorts the alert.")] = ""
    severity: Annotated[Severity, Field(description="How bad the alert is.")] = ""
    threat_type: Annotated[ThreatType, Field(description="Can't be changed once the policy is there.")] = ""
    operations: Annotated[list[Text], AfterValidator(_operations)] = Field(
        default_factory=list, description="The operation that raises the alert."
    )
    aggregation: Annotated[Aggregation, Field(description="none: each event raises an alert.")] = ""
    threshold: Annotated[
        Whole, _from(limits.LEAST_THRESHOLD), Field(description="Events that raise an alert; with aggregation simple.")
    ] = 0
    window: Annotated[
        Whole, _from(limits.LEAST_WINDOW), Field(description="Minutes to count events in; with aggregation simple.")
    ] = 0
    filter: Annotated[Text, Field(description="A condition in the service's filter language.")] = ""
    comment: Annotated[Text, AfterValidator(_comment), Field(description="A text for people.")] = ""


class Notifications(Frozen):
    """Who is told by e-mail, and how often."""

    enabled: Annotated[Switch, Field(description="Whether anybody is told by e-mail.")] = False
    recipients: Recipients = None
    daily_limit: DailyLimit = None


class Policy(Frozen):
    """What one document says of one alert policy. Only what is written counts; defaults here are never used."""

    present: Annotated[Switch, Field(description="off is the only way to ask for a removal.")] = True
    enabled: Annotated[Switch, Field(description="Whether the policy raises alerts.")] = False
    notifications: Annotated[
        Notifications,
        WithJsonSchema(Notifications.model_json_schema()),
    ] = Field(default_factory=Notifications, description="Who is told by e-mail.")
    definition: Annotated[
        Definition,
        WithJsonSchema(Definition.model_json_schema()),
    ] = Field(default_factory=Definition, description="What a policy of your own watches; not for default policies.")
    via: Annotated[Via, Field(description="How to write a default policy: portal (as a rule), api or companion.")] = ""

    @model_validator(mode="after")
    def _removed_or_described(self) -> Self:
        if "present" in self.model_fields_set and not self.present and len(self.model_fields_set) > 1:
            refuse("present: false asks for a removal, so nothing else may stand beside it.", "Write one or the other.")
        return self


_SECTION: Final = TypeAdapter(dict[str, Policy])


def check(value: JsonValue) -> Fields:
    """One document's alert policies, canonical, under the names as they were written. Raises ValidationError."""
    policies = _SECTION.validate_python(value)
    return {name: policy.model_dump(mode="json", exclude_unset=True) for name, policy in policies.items()}


def schema() -> Fields:
    """The JSON Schema of the section, without references, so that it can stand anywhere."""
    return {
        "type": "object",
        "description": "Alert policies by name: default ones of the service, and your own.",
        "additionalProperties": _bare(Policy.model_json_schema()),
    }


def _bare(value: JsonValue) -> JsonValue:
    """A schema without the titles and defaults that pydantic writes: nothing that is not written has a value."""
    if isinstance(value, list):
        return [_bare(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: _bare(below) for key, below in value.items() if key not in {"title", "default"}}
