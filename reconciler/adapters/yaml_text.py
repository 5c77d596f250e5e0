"""Strict YAML: one document from text, with the place of every node, and without the features that surprise.

PyYAML's events (libyaml) under a builder of our own. Anchors, aliases, tags, merge keys and repeated keys are faults;
plain scalars are text, but for `true`, `false`, `null` and decimal whole numbers.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import yaml
from pydantic import JsonValue

from reconciler.adapters.yaml_faults import MOST, Syntax, TooManyError, characters, explain
from reconciler.core.document import Document, Mark, Path
from reconciler.core.errors import Diagnostic
from reconciler.core.shown import shown

DEEPEST: Final = 32
"""Mappings and lists inside of each other; our own documents need eight."""

_WORDS: Final[dict[str, JsonValue]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_WHOLE: Final = re.compile(r"-?(0|[1-9][0-9]{0,15})")
_DIGITS: Final = re.compile(r"-?[1-9][0-9]{15,}")
_LARGEST: Final = 2**53 - 1
"""Beyond it JSON readers disagree (RFC 8785), so no plan could hold it."""
# Readers of YAML 1.1 or 1.2 make booleans, numbers, times or dates of these. They stay text here, and lists say so.
_ODD: Final = re.compile(
    r"yes|no|on|off|[-+]?(\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(e[-+]?\d+)?|[-+]?\.(inf|nan)|0[xob][\da-f_]+"
    r"|\d+(:[0-5]?\d)+|\d{4}-\d\d?-\d\d?([t ].*)?",
    re.IGNORECASE | re.ASCII,
)
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TOP: Final = Mark(1, 1, 1, 1)


def read_text(file: str, text: str) -> tuple[Document | None, tuple[Diagnostic, ...]]:
    """The document in a file's text, and everything wrong or odd in it; None where it can't be read at all."""
    syntax = Syntax(file, text)
    faults = characters(syntax)
    if any(fault.severity == "error" for fault in faults):
        return None, faults
    builder = _Builder(syntax, yaml.parse(text, Loader=_LOADER))
    try:
        document = builder.document()
    except yaml.MarkedYAMLError as error:
        return None, (*faults, *builder.faults, explain(syntax, error))
    except TooManyError as stop:
        return None, (*faults, *builder.faults, stop.fault(syntax))
    return document, (*faults, *builder.faults)


class _Builder:
    """Values and marks from events; notes a fault and goes on, so that all of them are told at once."""

    def __init__(self, syntax: Syntax, events: Iterator[yaml.Event]) -> None:
        self.syntax = syntax
        self.events = events
        self.faults: list[Diagnostic] = []
        self.nodes: dict[Path, Mark] = {}
        self.keys: dict[Path, Mark] = {}
        self.stop = (1, 1)
        """Where the last scalar or bracket ended: libyaml ends a block where the next thing begins."""

    def document(self) -> Document | None:
        next(self.events)
        start = next(self.events)
        if not isinstance(start, yaml.DocumentStartEvent):
            self.note(_TOP, "The file holds no document.", "Begin one with `kind: tenant`, or remove the file.")
            return Document(self.syntax.file, None, {(): _TOP}, {})
        if start.version or start.tags:
            self.note(_mark(start), "A YAML directive is not allowed.", "Remove the line that begins with `%`.")
        value = self.node(next(self.events), ())
        next(self.events)
        after = next(self.events)
        if isinstance(after, yaml.DocumentStartEvent):
            self.note(_mark(after), "A second document begins here.", "Write it into a file of its own.")
        return Document(self.syntax.file, value, self.nodes, self.keys)

    def node(self, event: yaml.Event, path: Path) -> JsonValue:
        mark = self.nodes[path] = _mark(event)
        self.stop = mark[2:]
        self.refuse_properties(event, mark)
        match event:
            case yaml.AliasEvent():
                return None
            case yaml.ScalarEvent():
                return self.scalar(event, mark)
        if len(path) >= DEEPEST:
            self.note(
                mark, f"This is nested more than {DEEPEST} levels deep.", "No policy needs that: take levels out."
            )
            self.skip(event)
            return None
        value = self.mapping(path) if isinstance(event, yaml.MappingStartEvent) else self.sequence(path)
        self.nodes[path] = Mark(mark.line, mark.column, *self.stop)
        return value

    def mapping(self, path: Path) -> JsonValue:
        result: dict[str, JsonValue] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            mark = _mark(event)
            key = self.key(event, mark)
            if key is not None and key in result:
                again = f"The key `{shown(key)}` is repeated: it stands in line {self.keys[*path, key].line} already."
                self.note(mark, again, "Keep one of the two.")
                key = None
            if key is None:
                self.skip(next(self.events))
            else:
                self.keys[*path, key] = mark
                result[key] = self.node(next(self.events), (*path, key))
        self.close(event)
        return result

    def key(self, event: yaml.Event, mark: Mark) -> str | None:
        self.refuse_properties(event, mark)
        if not isinstance(event, yaml.ScalarEvent):
            self.note(mark, "A key must be text on one line.", "Write `key: value`.")
            self.skip(event)
            return None
        if not event.style and event.value == "<<":
            self.note(mark, "The merge key `<<` is not allowed.", "Write the keys out, or share them in a baseline.")
            return None
        if not event.style and not event.value:
            self.note(mark, "A key is missing in front of the colon.", "Write `key: value`.")
            return None
        return str(event.value)

    def sequence(self, path: Path) -> JsonValue:
        result: list[JsonValue] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            value = self.node(event, (*path, len(result)))
            if isinstance(value, str) and _plain(event) and _ODD.fullmatch(value):
                text = shown(value)
                detail = f'Write "{text}", so that nobody has to guess.'
                self.note(_mark(event), f"`{text}` in a list is read as text.", detail, odd=True)
            result.append(value)
        self.close(event)
        return result

    def scalar(self, event: yaml.ScalarEvent, mark: Mark) -> JsonValue:
        text = str(event.value)
        if event.style:
            return text
        if text in _WORDS:
            value = _WORDS[text]
            if value is None:
                self.note(mark, "A value is missing here.", "Write one, or remove the key: then it is not managed.")
            return value
        if _WHOLE.fullmatch(text) and abs(int(text)) <= _LARGEST:
            return int(text)
        if _DIGITS.fullmatch(text):
            self.note(mark, "This number is too large.", f"Write at most {_LARGEST}, or put it in quotes.")
        return text

    def refuse_properties(self, event: yaml.Event, mark: Mark) -> None:
        """Note anchors, aliases and tags: they make files that say something else than they show."""
        elsewhere = "Write the value out, or share it in a baseline."
        if isinstance(event, yaml.AliasEvent):
            self.note(mark, f"The alias `*{shown(event.anchor)}` is not allowed.", elsewhere)
        elif isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            self.note(mark, f"The anchor `&{shown(event.anchor)}` is not allowed.", elsewhere)
        tag = getattr(event, "tag", None)
        if tag is not None:
            self.note(mark, f"The tag `{shown(tag)}` is not allowed.", "Remove it; text goes in quotes.")

    def skip(self, event: yaml.Event) -> None:
        """Take all of a node from the events."""
        depth = int(isinstance(event, yaml.CollectionStartEvent))
        while depth:
            event = next(self.events)
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        self.stop = _mark(event)[2:]

    def close(self, event: yaml.Event) -> None:
        """Remember where a collection ended, if a bracket says so."""
        mark = _mark(event)
        if mark[:2] != mark[2:]:
            self.stop = mark[2:]

    def note(self, mark: Mark, summary: str, detail: str, *, odd: bool = False) -> None:
        if len(self.faults) == MOST:
            raise TooManyError(mark)
        self.faults.append(self.syntax.fault(mark, summary, detail, odd=odd))


def _plain(event: yaml.Event) -> bool:
    return isinstance(event, yaml.ScalarEvent) and not event.style


def _mark(event: yaml.Event) -> Mark:
    start: Any = event.start_mark  # the stubs allow None, which no parser gives
    end: Any = event.end_mark
    return Mark(start.line + 1, start.column + 1, end.line + 1, end.column + 1)
