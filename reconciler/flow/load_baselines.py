"""Baselines: which a document extends, in which order, and what their layers give together."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from reconciler.core.document import Document
from reconciler.core.errors import Diagnostic
from reconciler.core.kind import Kind
from reconciler.core.shown import nearest
from reconciler.flow.load_documents import Checked
from reconciler.flow.load_faults import error
from reconciler.flow.load_layers import Layer, stack
from reconciler.flow.load_models import BaselineFile, TenantFile

_DEEPEST: Final = 32


class Baselines:
    """All baselines of a run by their names; orders and layers are worked out once each."""

    def __init__(self, checked: Iterable[Checked], kinds: tuple[Kind, ...]) -> None:
        """Know these baselines; of two with one name the first counts, the other is an error elsewhere."""
        self._kinds = kinds
        self._known: dict[str, tuple[Checked, BaselineFile]] = {}
        self._layers: dict[tuple[str, ...], Mapping[str, Layer]] = {}
        for one in checked:
            if isinstance(one.frame, BaselineFile):
                self._known.setdefault(one.frame.name, (one, one.frame))

    def faults(self) -> Iterator[Diagnostic]:
        """Unknown names and cycles in what baselines themselves extend; each cycle once."""
        heights: dict[str, int] = {}
        for name, (one, frame) in self._known.items():
            yield from self.unknown(one.document, frame.extends)
            if name not in heights:
                yield from self._walk(name, (), heights)

    def unknown(self, document: Document, extends: list[str]) -> Iterator[Diagnostic]:
        """An error for each name that no baseline has."""
        for index, name in enumerate(extends):
            if name not in self._known:
                at = document.range(("extends", index))
                yield error(at, f"There is no baseline `{name}`.", nearest(name, self._known))

    def _walk(self, name: str, above: tuple[str, ...], heights: dict[str, int]) -> Iterator[Diagnostic]:
        path = (*above, name)
        one, frame = self._known[name]
        height = 1
        for index, base in enumerate(frame.extends):
            at = one.document.range(("extends", index))
            if base in path:
                cycle = " → ".join((*path[path.index(base) :], base))
                yield error(at, f"Baselines extend each other in a circle: {cycle}.", "Take one of them out.")
                continue
            if base in self._known and base not in heights and len(path) < _DEEPEST:
                yield from self._walk(base, path, heights)
            height = max(height, heights.get(base, 0) + 1)
            if len(path) >= _DEEPEST or height > _DEEPEST:
                yield error(at, f"Baselines extend each other more than {_DEEPEST} deep.", "Extend fewer.")
        heights[name] = height

    def order(self, extends: Iterable[str]) -> tuple[str, ...]:
        """The baselines under a document: each after those it extends, depth first, each once at its first place."""
        entered: set[str] = set()
        found: list[str] = []

        def visit(names: Iterable[str], depth: int) -> None:
            for name in names:
                if name in self._known and name not in entered and depth < _DEEPEST:
                    entered.add(name)
                    visit(self._known[name][1].extends, depth + 1)
                    found.append(name)

        visit(extends, 0)
        return tuple(found)

    def broken(self, order: tuple[str, ...]) -> frozenset[str]:
        """The sections in which one of these baselines is wrong."""
        return frozenset(section for name in order for section in self._known[name][0].broken)

    def under(self, order: tuple[str, ...]) -> Mapping[str, Layer]:
        """What these baselines say together, by section."""
        if order not in self._layers:
            self._layers[order] = self.together(self._known[name][0].layers for name in order)
        return self._layers[order]

    def together(self, layers: Iterable[Mapping[str, Layer]]) -> Mapping[str, Layer]:
        """Layers laid over each other section by section, the last on top."""
        known = list(layers)
        result: dict[str, Layer] = {}
        for kind in self._kinds:
            if own := [one[kind.section] for one in known if kind.section in one]:
                result[kind.section] = stack(own, kind.whole)
        return result

    def for_tenant(self, one: Checked, frame: TenantFile) -> tuple[Mapping[str, Layer], frozenset[str]]:
        """A tenant's sections over those of its baselines, and the sections that hold an error."""
        order = self.order(frame.extends)
        return self.together((self.under(order), one.layers)), self.broken(order) | one.broken
