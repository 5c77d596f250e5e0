"""What is wrong with a file's text, in sentences of our own: characters, tabs, and what libyaml can't parse."""

import re
from typing import Final

import yaml

from reconciler.core.document import Mark, spread
from reconciler.core.errors import Diagnostic
from reconciler.core.shown import shown

# YAML's printable characters, without U+0085, U+2028 and U+2029: they break lines in YAML 1.1 and do not in YAML 1.2.
_UNPRINTABLE: Final = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DIRECTION: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
_BREAK: Final = re.compile("\r\n|\r|\n")

_PROBLEMS: Final = (
    ("expected ',' or ']'", "A bracket is not closed, or a comma is missing.", "Close the list with `]`."),
    ("expected ',' or '}'", "A brace is not closed, or a comma is missing.", "Close the mapping with `}`."),
    ("unexpected end of stream", "A text in quotes is not closed.", "Close it with the quote that began it."),
    ("character escape", "This escape stands for no character.", "Write the character itself."),
    ("escape character", "This backslash begins no escape.", "Use single quotes, in which a backslash is one."),
    ("mapping values are not", "A key can't begin here.", "Quote text that holds `: `, and indent keys alike."),
    ("could not find expected ':'", "This is neither `key: value` nor a list item.", "Add what is missing."),
    ("expected key", "The indentation fits no key above.", "Indent the keys of one mapping alike."),
    ("expected '-' indicator", "A key stands among the items of a list.", "Indent it as part of the item."),
    ("block sequence entries", "A list item can't begin here.", "Put each `- ` on its own line, below the key."),
    ("expected node content", "A value is missing here, or a bracket is not closed.", "Write what is missing."),
    ("<document start>", "Something follows the end of the document.", "Write one document a file."),
)
"""A part of libyaml's message, and ours."""


MOST: Final = 200
"""Faults of one file's YAML that are told: a megabyte of aliases would be a third of a million sentences."""


class TooManyError(Exception):
    """A stop: the file has more faults than are told. It never leaves the reader."""

    def __init__(self, mark: Mark) -> None:
        """Remember where the first of the others stands."""
        self.mark = mark
        super().__init__(mark)

    def fault(self, syntax: "Syntax") -> Diagnostic:
        """The last fault that is told of the file."""
        return syntax.fault(self.mark, "More is wrong from here on.", f"Mend the {MOST} faults before this one first.")


class Syntax:
    """A file's text, for finding the line and column of a character."""

    def __init__(self, file: str, text: str) -> None:
        """Keep the text under the file's name."""
        self.file = file
        self.text = text

    def at(self, index: int) -> Mark:
        """The place of a character by its index."""
        before = _BREAK.split(self.text[:index])
        line, column = len(before), len(before[-1]) + 1
        return Mark(line, column, line, column + 1)

    def character(self, line: int, column: int) -> str:
        """The character at a place, or nothing behind the end."""
        lines = _BREAK.split(self.text)
        return lines[line - 1][column - 1 : column] if line <= len(lines) else ""

    def fault(self, mark: Mark, summary: str, detail: str, *, odd: bool = False) -> Diagnostic:
        """A diagnostic about a place of this text; `odd` makes it a warning."""
        return Diagnostic(
            severity="warning" if odd else "error",
            summary=summary,
            detail=detail,
            range=spread(self.file, mark),
        )


def characters(syntax: Syntax) -> tuple[Diagnostic, ...]:
    """What is wrong with the characters of a text: an error for the first that YAML does not allow, else a warning."""
    if match := _UNPRINTABLE.search(syntax.text):
        code = f"U+{ord(match[0]):04X}"
        detail = (
            "Policies are text: save the file as UTF-8, or remove it."
            if match[0] < " "
            else f'Write it as an escape in double quotes ("\\u{ord(match[0]):04x}"), or remove it.'
        )
        return (syntax.fault(syntax.at(match.start()), f"The character {code} is not allowed in YAML.", detail),)
    if match := _DIRECTION.search(syntax.text):
        summary = f"The invisible character U+{ord(match[0]):04X} changes the direction in which text is shown."
        detail = "A reviewer may read something else than what is written: remove it, or write it as an escape."
        return (syntax.fault(syntax.at(match.start()), summary, detail, odd=True),)
    return ()


def explain(syntax: Syntax, error: yaml.MarkedYAMLError) -> Diagnostic:
    """A parser's error as a sentence about the place that a person must mend."""
    problem = str(error.problem)
    place = error.problem_mark or error.context_mark
    line, column = (place.line + 1, place.column + 1) if place else (1, 1)
    character = syntax.character(line, column)
    if not character and error.context_mark:
        line, column = error.context_mark.line + 1, error.context_mark.column + 1
    mark = Mark(line, column, line, column + 1)
    if character == "\t":
        return syntax.fault(mark, "A tab can't indent in YAML.", "Write spaces instead, two a level.")
    if "cannot start any token" in problem:
        return syntax.fault(mark, f"`{shown(character)}` can't begin a value.", "Put the value in quotes.")
    for words, summary, detail in _PROBLEMS:
        if words in problem:
            return syntax.fault(mark, summary, detail)
    return syntax.fault(mark, f"This is not YAML: {problem}.", "Mend the line, or put its text in quotes.")
