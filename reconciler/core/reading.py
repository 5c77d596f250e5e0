"""Reads out of an object what the safety rules ask for: who is told, whether at all, and how severe."""

from typing import Final

from pydantic import JsonValue

from reconciler.core.values import Fields

SEVERITIES: Final = ("informational", "low", "medium", "high")
"""The severities of an alert policy, from the lowest."""


def notifies(fields: Fields) -> bool:
    """Whether an alert policy's notifications are on."""
    return _notifications(fields).get("enabled") is True


def recipients(fields: Fields) -> set[str]:
    """Who an alert policy tells, or must at least tell where a policy document says `at_least`."""
    value = _notifications(fields).get("recipients")
    return set(_texts(value.get("at_least") if isinstance(value, dict) else value))


def severity_rank(fields: Fields | None) -> int | None:
    """How severe a custom alert policy is, as a place in SEVERITIES; None where it can't be told."""
    definition = fields.get("definition") if fields else None
    severity = definition.get("severity") if isinstance(definition, dict) else None
    return SEVERITIES.index(severity) if isinstance(severity, str) and severity in SEVERITIES else None


def _notifications(fields: Fields) -> Fields:
    value = fields.get("notifications")
    return value if isinstance(value, dict) else {}


def _texts(value: JsonValue) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
