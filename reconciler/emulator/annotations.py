"""Type annotations beside the values of a row, and one oddity that clients must survive."""

import re
from typing import Any

from .world import Row, Switches

Json = dict[str, Any]

TABLE = "#Exchange.GenericHashTable"
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*")
_GUID_LENGTH = 36


def annotated(row: Row, at: int, switches: Switches, selected: frozenset[str] | None) -> Json:
    """Spell row number `at`; `selected` holds lower-case names and keeps their annotations, None keeps all."""
    wanted = switches.annotations == "all" or (switches.annotations == "some" and at % 2 == 0)
    found: Json = {}
    for name, value in row.items():
        if selected is not None and name.lower() not in selected:
            continue
        spelled = _dictionary(value) if isinstance(value, dict) else value
        if wanted:
            _annotate(found, name, spelled)
        found[name] = spelled
    if switches.malformed_key and at == 0:
        found["WhenChanged(DateTime])"] = None  # a key like it stood in a live row (graph2otel)
    return found


def _dictionary(value: dict[str, object]) -> list[Json]:
    """Spell a dictionary as the service does: a list of its pairs (module port; go-exoscc fixtures)."""
    return [{"@odata.type": TABLE, "_key": key, "_value": member} for key, member in value.items()]


def _annotate(found: Json, name: str, value: object) -> None:
    """Guid carries both keys, DateTime and Int32 only the .NET name, a list only its OData type (go-exoscc)."""
    if isinstance(value, str):
        if len(value) == _GUID_LENGTH and _GUID.fullmatch(value):
            found[f"{name}@data.type"], found[f"{name}@odata.type"] = "System.Guid", "#Guid"
        elif value[4:5] == "-" and _DATE.fullmatch(value):
            found[f"{name}@data.type"] = "System.DateTime"
    elif isinstance(value, list | tuple):
        pairs = bool(value) and isinstance(value[0], dict)
        found[f"{name}@odata.type"] = f"#Collection({TABLE.removeprefix('#')})" if pairs else "#Collection(String)"
    elif type(value) is int:
        found[f"{name}@data.type"] = "System.Int32"
