"""Reading a YAML file that a person wrote for the emulator, so that each fault can be found by line and column."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from .shape import Path as Place
from .shape import Problem


@dataclass(frozen=True)
class Marked:
    """A document and the nodes that it was made from."""

    source: str | Path
    document: object
    root: yaml.Node | None

    def located(self, problems: Iterable[Problem]) -> str:
        """Spell problems one a line, each with file, line and column."""
        return "\n".join(f"{self.source}:{_position(self.root, one.path)}: {one}" for one in problems)


def read(source: str | Path, error: type[ValueError], what: str) -> Marked:
    """Read a file; raises `error`, which names file, line and column. Keys that stand twice are an error too."""
    try:
        loader = yaml.CSafeLoader(Path(source).read_text(encoding="utf-8"))
        root = loader.get_single_node()
        twice = list(_twice(root, set()))
        document = loader.construct_document(root) if root is not None and not twice else None
    except OSError as problem:
        raise error(f"{source}: the {what} cannot be read: {problem.strerror}.") from problem
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark
        where = f"{source}:{mark.line + 1}:{mark.column + 1}" if mark else str(source)
        raise error(f"{where}: the {what} cannot be read as YAML: {problem.problem}.") from problem
    except (yaml.YAMLError, ValueError, RecursionError) as problem:
        reason = "it is not UTF-8" if isinstance(problem, UnicodeDecodeError) else problem
        raise error(f"{source}: the {what} cannot be read as YAML: {reason}.") from problem
    if twice:
        lines = (f"{source}:{_at(key)}: the key {key.value!r} stands twice in one mapping." for key in twice)
        raise error("\n".join(lines))
    return Marked(source, document, root)


def _twice(node: yaml.Node | None, known: set[int]) -> Iterator[yaml.ScalarNode]:
    """Find keys that stand twice: PyYAML itself takes the last one silently."""
    if not isinstance(node, yaml.CollectionNode) or id(node) in known:
        return
    known.add(id(node))
    seen: set[str] = set()
    for member in node.value:
        parts = member if isinstance(member, tuple) else (member,)
        if len(parts) > 1 and isinstance(parts[0], yaml.ScalarNode):
            if parts[0].value in seen:
                yield parts[0]
            seen.add(parts[0].value)
        for part in parts:
            yield from _twice(part, known)


def _position(root: yaml.Node | None, path: Place) -> str:
    """Find the deepest part of `path` that is there; a key counts for its value."""
    shown = node = root
    for step in path:
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            shown = node = node.value[step]
        elif isinstance(node, yaml.MappingNode):
            pair = next(((key, value) for key, value in node.value if key.value == step), None)
            if pair is None:
                break
            shown, node = pair
        else:
            break
    return _at(shown) if shown is not None else "1:1"


def _at(node: yaml.Node) -> str:
    return f"{node.start_mark.line + 1}:{node.start_mark.column + 1}"
