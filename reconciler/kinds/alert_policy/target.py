"""What an alert policy should become: the written fields over the read ones, or a whole new object."""

from typing import Final

from pydantic import JsonValue

from reconciler.core.scope import overlay
from reconciler.core.values import Fields
from reconciler.facts.editable import NEEDED_TO_CREATE

WHOLE: Final = frozenset({"recipients", "daily_limit"})
"""Values that are replaced whole, though they may be written as mappings."""
_MANAGED: Final = ("enabled", "notifications", "definition")
_NEW: Final[Fields] = {
    "name": "",
    "enabled": True,
    "notifications": {"enabled": True, "recipients": [], "daily_limit": "none"},
    "definition": {
        "category": None,
        "severity": "low",
        "threat_type": None,
        "operations": [],
        "aggregation": "none",
        "threshold": None,
        "window": None,
        "filter": None,
        "comment": "",
    },
}
"""A new policy where nothing is written: the service's own severity, and an alert for each event (needs no licence)."""


def laid(body: Fields, before: Fields) -> Fields:
    """The object with the written fields in their place; `at_least` adds who is missing and removes nobody."""
    written: Fields = {name: body[name] for name in _MANAGED if name in body}
    told = below(written, "notifications")
    if "recipients" in told:
        actual = below(before, "notifications").get("recipients")
        written["notifications"] = {**told, "recipients": _recipients(told["recipients"], actual)}
    after = overlay(written, before, WHOLE)
    after["name"] = before["name"]
    return _without_leftovers(body, before, after)


def _recipients(written: JsonValue, actual: JsonValue) -> JsonValue:
    if not isinstance(written, dict):
        return written
    members = [*_list(written.get("at_least")), *_list(actual)]
    return [*sorted({str(member) for member in members})]


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _without_leftovers(body: Fields, before: Fields, after: Fields) -> Fields:
    """Where simple aggregation is given up, its threshold and window go too: the service refuses them without it."""
    written, was, new = below(body, "definition"), below(before, "definition"), below(after, "definition")
    if was.get("aggregation") == new.get("aggregation") or new.get("aggregation") == "simple":
        return after
    dropped: Fields = {name: None for name in ("threshold", "window") if name not in written}
    return {**after, "definition": {**new, **dropped}}


def made(name: str, body: Fields) -> Fields:
    """A whole new object: what is written, and the plain value of everything else."""
    return {**laid(body, _NEW), "name": name}


def missing(body: Fields) -> list[str]:
    """What a body must say, and does not, before the service would make a policy of it."""
    written, told = below(body, "definition"), below(body, "notifications")
    lacks = [f"definition.{name}" for name in NEEDED_TO_CREATE if name not in written]
    if written.get("threat_type", "Activity") == "Activity" and "operations" not in written:
        lacks.append("definition.operations")
    return lacks if "recipients" in told else [*lacks, "notifications.recipients"]


def below(fields: Fields, name: str) -> Fields:
    """A mapping inside of an object; empty where there is none."""
    value = fields.get(name)
    return value if isinstance(value, dict) else {}
