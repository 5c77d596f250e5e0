"""Reads the PowerShell that we write by the language's own rules: comments, single-quoted strings and expressions.

A single-quoted string begins at any of five quote characters and ends at the next one that is not doubled; of two quotes
in a row the second stands for itself (PowerShell's own tokenizer, ScanStringLiteral).
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

QUOTES = "'\u2018\u2019\u201a\u201b"
DOUBLE_QUOTES = '"\u201c\u201d\u201e'
WORD = re.compile(r"\$(?:true|false|null)|-?\d+|\[char\](?:::ConvertFromUtf32\(0x([0-9A-F]+)\)|0x([0-9A-F]{4}))")
SUM = re.compile(r"\(S(?: \+ (?:S|\[char\](?:0x[0-9A-F]{4}|::ConvertFromUtf32\(0x[0-9A-F]+\))))+\)")
CONSTANTS = {"$true": True, "$false": False, "$null": None}


class Token(NamedTuple):
    """A comment with its text, a string with its value, or one character of anything else."""

    sort: str
    text: str


def tokens(source: str) -> Iterator[Token]:
    """The tokens of a script; fails at what we never write: double quotes, backticks, and strings without an end."""
    at = 0
    while at < len(source):
        one = source[at]
        assert one not in DOUBLE_QUOTES + "`", source[at : at + 40]
        if one in QUOTES:
            value, at = string(source, at)
            yield Token("string", value)
        elif one == "#":
            end = source.find("\n", at)
            yield Token("comment", source[at:end])
            at = end
        else:
            yield Token("code", one)
            at += 1


def string(source: str, at: int) -> tuple[str, int]:
    """The value of the string that begins here, and where it ends."""
    value, at = "", at + 1
    while True:
        assert at < len(source), "A string does not end."
        if source[at] in QUOTES:
            if source[at + 1 : at + 2] == "" or source[at + 1] not in QUOTES:
                return value, at + 1
            at += 1
        value += source[at]
        at += 1


def skeleton(source: str) -> str:
    """The code without comments and without values: each text, whether one string or a sum, is one S."""
    bare = "".join("S" if one.sort == "string" else "" if one.sort == "comment" else one.text for one in tokens(source))
    while (shorter := SUM.sub("S", bare)) != bare:
        bare = shorter
    return bare


def comments(source: str) -> list[str]:
    """The comments of a script."""
    return [one.text for one in tokens(source) if one.sort == "comment"]


def value(source: str) -> object:
    """What one expression stands for, and nothing may stand after it."""
    found, end = _value(source, 0)
    assert end == len(source), source[end:]
    return found


def _value(source: str, at: int) -> tuple[object, int]:
    if source[at] in QUOTES:
        return string(source, at)
    if source[at] == "(":
        parts, at = _items(source, at + 1, ")", " + ")
        return "".join(map(str, parts)), at
    if source.startswith("@(", at):
        return _items(source, at + 2, ")", ", ")
    if source.startswith("@{", at):
        pairs, at = _items(source, at + 2, "}", "; ")
        return dict(pairs), at
    match = WORD.match(source, at)
    assert match, source[at : at + 40]
    if match[1] or match[2]:
        return chr(int(match[1] or match[2], 16)), match.end()
    return CONSTANTS[match[0]] if match[0] in CONSTANTS else int(match[0]), match.end()


def _items(source: str, at: int, close: str, between: str) -> tuple[list, int]:
    found: list = []
    while source[at] != close:
        if found:
            assert source.startswith(between, at), source[at : at + 40]
            at += len(between)
        one, at = _value(source, at)
        if close == "}":
            assert source.startswith(" = ", at), source[at : at + 40]
            below, at = _value(source, at + 3)
            one = (one, below)
        found.append(one)
    return found, at + 1


def calls(source: str) -> list[tuple[str, dict[str, object]]]:
    """Each cmdlet that a script runs with `@parameters`, and what it is given."""
    found = []
    for block, cmdlet in re.findall(
        r"^    \$parameters = @\{\n(.*?)^    \}\n    (\S+) @parameters", source, re.MULTILINE | re.DOTALL
    ):
        lines = [line.strip().split("=", 1) for line in block.splitlines()]
        found.append((cmdlet, {name.strip(): value(text.strip()) for name, text in lines}))
    return found
