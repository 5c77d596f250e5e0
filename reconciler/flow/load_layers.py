"""Layers of one section: which value wins where several documents write it, and where that value stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import NamedTuple

from reconciler.core.change import Origin
from reconciler.core.document import Document, Path
from reconciler.core.errors import Range
from reconciler.core.kind import Kind
from reconciler.core.values import Fields
from reconciler.flow.load_faults import place


class Place(NamedTuple):
    """Where a value was written."""

    document: Document
    path: Path
    origin: Origin


@dataclass(frozen=True, slots=True)
class Layer:
    """A section of one document, or of several that were laid over each other, under canonical names."""

    value: Fields
    places: Mapping[Path, Place]
    names: Mapping[str, str] = field(default_factory=dict)
    """Each name as it was last written, by its canonical form."""

    def range(self, path: Path) -> Range:
        """Where the value at a path was written, else the nearest thing above it."""
        while path not in self.places:
            path = path[:-1]
        at = self.places[path]
        return place(at.document, at.path)

    def origins(self) -> dict[Path, Origin]:
        """The line of every value."""
        return {path: at.origin for path, at in self.places.items()}


def layer(document: Document, kind: Kind, value: Fields) -> Layer:
    """A section that was checked, with its places; names that mean one thing get one key."""
    key = kind.key
    keys = {name: key(name) for name in value} if key else {}
    places: dict[Path, Place] = {}
    for path in document.nodes:
        if path and path[0] == kind.section:
            head, rest = path[1:2], path[2:]
            named = (keys.get(str(head[0]), head[0]),) if head else ()
            places[(*named, *rest)] = Place(document, path, document.origin(path))
    if key is None:
        return Layer(value, places)
    return Layer({keys[name]: one for name, one in value.items()}, places, {keys[name]: name for name in value})


def stack(layers: list[Layer], whole: frozenset[str]) -> Layer:
    """Layers laid over each other, the last on top; fields in `whole` are replaced even where both are mappings."""
    return reduce(lambda low, high: _over(low, high, whole), layers)


def _over(low: Layer, high: Layer, whole: frozenset[str]) -> Layer:
    lost: set[Path] = set()
    value = _merge(low.value, high.value, whole, (), lost)
    kept = {path: at for path, at in low.places.items() if not _below(path, lost)} if lost else low.places
    return Layer(value, {**kept, **high.places}, {**low.names, **high.names})


def _merge(low: Fields, high: Fields, whole: frozenset[str], path: Path, lost: set[Path]) -> Fields:
    """Mappings merge key by key, every other value is replaced whole; `lost` collects what was replaced."""
    result = dict(low)
    for key, value in high.items():
        below = low.get(key)
        here = (*path, key)
        if isinstance(value, dict) and isinstance(below, dict) and key not in whole:
            result[key] = _merge(below, value, whole, here, lost)
            continue
        result[key] = value
        if isinstance(below, dict | list):
            lost.add(here)
    return result


def _below(path: Path, lost: set[Path]) -> bool:
    return any(path[:length] in lost for length in range(1, len(path) + 1))
