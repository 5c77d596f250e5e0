"""A policy file as it was read: its value, and the place of every node and key in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from pydantic import JsonValue

from reconciler.core.change import Origin
from reconciler.core.errors import Diagnostic, Position, Range

Path = tuple[str | int, ...]


class Mark(NamedTuple):
    """Where something begins and ends in a file; lines and columns count from 1."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Document:
    """One file with one document; `file` is its path as people see it."""

    file: str
    value: JsonValue
    nodes: Mapping[Path, Mark]
    """The place of each value."""
    keys: Mapping[Path, Mark]
    """The place of the key in front of each value that has one."""

    def mark(self, path: Path) -> Mark:
        """Where a value stands, else the nearest thing above it."""
        while path not in self.nodes:
            path = path[:-1]
        return self.nodes[path]

    def range(self, path: Path) -> Range:
        """The part of the file that holds a value, else the nearest thing above it."""
        return spread(self.file, self.mark(path))

    def key_range(self, path: Path) -> Range:
        """The part of the file that holds the key of a value, else the value itself."""
        return spread(self.file, self.keys[path]) if path in self.keys else self.range(path)

    def origin(self, path: Path) -> Origin:
        """The line on which a value was written, which is the line of its key."""
        mark = self.keys.get(path) or self.mark(path)
        return Origin(file=self.file, line=mark.line)


@dataclass(frozen=True, slots=True)
class Documents:
    """Everything that was read for one run, and what was wrong with the files themselves."""

    folder: str
    documents: tuple[Document, ...] = ()
    shipped: tuple[Document, ...] = ()
    """The baselines that come with the package."""
    guardrails: Document | None = None
    """The guardrails file that holds, where one was named outside of the folder."""
    faults: tuple[Diagnostic, ...] = ()


def spread(file: str, mark: Mark) -> Range:
    """A mark as the range that a diagnostic carries."""
    return Range(
        filename=file,
        start=Position(line=mark.line, column=mark.column),
        end=Position(line=mark.end_line, column=mark.end_column),
    )
