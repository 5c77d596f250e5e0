"""The JSON Schema of policy documents: for editors, and for naming the keys that a mapping may have."""

from collections.abc import Mapping
from functools import cache
from typing import Final

from pydantic import BaseModel, JsonValue

from reconciler.core.kind import Kind
from reconciler.core.values import Fields
from reconciler.flow.load_guardrails import GuardrailsFile
from reconciler.flow.load_models import AcceptancesFile, BaselineFile, TenantFile
from reconciler.flow.load_notifications import NotificationsFile

FRAMES: Final[Mapping[str, type[BaseModel]]] = {
    "tenant": TenantFile,
    "baseline": BaselineFile,
    "guardrails": GuardrailsFile,
    "acceptances": AcceptancesFile,
    "notifications": NotificationsFile,
}
"""What the key `kind` of a document may say."""


def schema(kinds: tuple[Kind, ...]) -> Fields:
    """One JSON Schema (draft 2020-12) for every sort of policy document, without references."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "reconciler policy document",
        "type": "object",
        "required": ["kind"],
        "oneOf": [document_schema(name, kinds) for name in FRAMES],
    }


def document_schema(name: str, kinds: tuple[Kind, ...]) -> Fields:
    """The JSON Schema of one kind of document, with the sections that it may hold."""
    frame = _inlined(FRAMES[name])
    sections: Fields = {key: kind.schema() for key, kind in sections_of(name, kinds).items()}
    properties = frame.get("properties")
    return {**frame, "properties": {**(properties if isinstance(properties, dict) else {}), **sections}}


def sections_of(name: str, kinds: tuple[Kind, ...]) -> dict[str, Kind]:
    """The sections that a kind of document may hold, by their keys; an approval names one tenant."""
    match name:
        case "tenant":
            return {kind.section: kind for kind in kinds}
        case "baseline":
            return {kind.section: kind for kind in kinds if kind.in_baselines}
        case _:
            return {}


@cache
def _inlined(frame: type[BaseModel]) -> Fields:
    """The schema of a frame, with what it refers to in its place, and without `null`, which no policy may write."""
    whole: Fields = frame.model_json_schema()
    definitions = whole.pop("$defs", {})
    known = definitions if isinstance(definitions, dict) else {}

    def resolve(value: JsonValue) -> JsonValue:
        match value:
            case {"$ref": str(name)}:
                return resolve(known[name.rpartition("/")[2]])
            case {"anyOf": [dict() as only, {"type": "null"}]} if isinstance(value, dict):
                kept = {key: one for key, one in value.items() if key not in {"anyOf", "default"}}
                return resolve({**only, **kept})
            case dict():
                return {key: resolve(below) for key, below in value.items()}
            case list():
                return [resolve(item) for item in value]
            case _:
                return value

    return {key: resolve(below) for key, below in whole.items()}
