"""One document at a time: what it is, whether its frame and its sections are right, and what they say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel, JsonValue, ValidationError

from reconciler.core.document import Document
from reconciler.core.errors import Diagnostic
from reconciler.core.kind import Kind
from reconciler.core.shown import nearest, shown
from reconciler.core.values import Fields
from reconciler.flow.load_faults import error, place, translate
from reconciler.flow.load_layers import Layer, layer
from reconciler.flow.load_models import AcceptancesFile
from reconciler.flow.schema import FRAMES, document_schema, sections_of


@dataclass(frozen=True, slots=True)
class Checked:
    """A document of a known kind: its frame, as far as that is right, and its sections that are."""

    document: Document
    kind: str
    frame: BaseModel | None
    layers: Mapping[str, Layer]
    broken: frozenset[str]
    """Sections that hold an error: nothing is concluded from them."""


STAND_INS: Final[Fields] = {
    "name": "unnamed",
    "tenant_id": "00000000-0000-0000-0000-000000000000",
    "domain": "unnamed.onmicrosoft.com",
}
"""What takes the place of a wrong value, so that the rest of its document can be judged in the same run."""


class Checker:
    """Checks documents against the frames and the kinds, and collects everything that is wrong."""

    def __init__(self, kinds: tuple[Kind, ...]) -> None:
        """Know the kinds whose sections documents may hold."""
        self.kinds = kinds
        self.faults: list[Diagnostic] = []

    def check(self, document: Document) -> Checked | None:
        """One document, or None where even its kind is unknown."""
        value = document.value
        if not isinstance(value, dict):
            if value is not None:
                self.faults.append(error(document.range(()), "A policy is a mapping.", "Begin it with `kind: tenant`."))
            return None
        name = value.get("kind")
        if not isinstance(name, str) or name not in FRAMES:
            self.faults.append(_unknown_kind(document, name, named="kind" in value))
            return None
        sections = sections_of(name, self.kinds)
        layers = {key: self._section(document, kind, value[key]) for key, kind in sections.items() if key in value}
        frame = self._frame(document, name, {key: one for key, one in value.items() if key not in sections})
        broken = frozenset(key for key, one in layers.items() if one is None)
        return Checked(document, name, frame, {key: one for key, one in layers.items() if one is not None}, broken)

    def _frame(self, document: Document, name: str, value: Fields) -> BaseModel | None:
        misplaced = sorted(value.keys() & {kind.section for kind in self.kinds})
        for key in misplaced:
            detail = "Move it to the tenant that it is for." if name == "baseline" else "Move it to a tenant."
            summary = f"`{key}` can't stand in a document of kind {name}."
            self.faults.append(error(document.key_range((key,)), summary, detail))
        own = {key: one for key, one in value.items() if key not in misplaced}
        try:
            return FRAMES[name].model_validate(own)
        except ValidationError as wrong:
            self.faults += translate(document, (), wrong, document_schema(name, self.kinds))
            return _mended(FRAMES[name], own, wrong)

    def _section(self, document: Document, kind: Kind, value: JsonValue) -> Layer | None:
        if not isinstance(value, dict):
            at = place(document, (kind.section,))
            self.faults.append(error(at, f"`{kind.section}` must be a mapping.", "Write `key: value` lines below it."))
            return None
        repeated = list(_repeated(document, kind, value))
        self.faults += repeated
        try:
            checked = kind.check(value)
        except ValidationError as wrong:
            self.faults += translate(document, (kind.section,), wrong, kind.schema())
            return None
        return None if repeated else layer(document, kind, checked)


def _mended(frame: type[BaseModel], value: Fields, wrong: ValidationError) -> BaseModel | None:
    """The frame without its wrong values: it is never used, but what else is wrong with it can be told."""
    bad = {item["loc"][:1] for item in wrong.errors()}
    stand_ins = {key: one for key, one in STAND_INS.items() if key in frame.model_fields}
    good: Fields = {**stand_ins, **{key: one for key, one in value.items() if (key,) not in bad}}
    if frame is AcceptancesFile:
        entries = value.get("acceptances")
        worse = {item["loc"][1] for item in wrong.errors() if len(item["loc"]) > 1}
        listed = entries if isinstance(entries, list) else []
        good["acceptances"] = [None if index in worse else one for index, one in enumerate(listed)]
    try:
        return frame.model_validate(good)
    except ValidationError:
        return None


def _repeated(document: Document, kind: Kind, value: Fields) -> Iterator[Diagnostic]:
    """Two spellings of one name in one document are a repeated key (CONTRACT 1.1)."""
    seen: dict[str, str] = {}
    for name in value if kind.key else ():
        first = seen.setdefault(kind.key(name) if kind.key else name, name)
        if first != name:
            line = document.keys[kind.section, first].line
            summary = f"`{shown(name)}` is repeated: it is the same as `{shown(first)}` in line {line}."
            yield error(document.key_range((kind.section, name)), summary, "Keep one of the two.")


def _unknown_kind(document: Document, name: JsonValue, *, named: bool) -> Diagnostic:
    kinds = ", ".join(f"`{one}`" for one in FRAMES)
    if not named:
        return error(document.range(()), "`kind` is missing.", f"Write `kind:` and one of {kinds}.")
    close = nearest(name, FRAMES) if isinstance(name, str) else f"Write one of {kinds}."
    return error(document.range(("kind",)), "There is no such kind of document.", close)
