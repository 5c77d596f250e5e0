"""The code blocks of a page of documentation, each with what its marker says about testing it."""

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath

FENCE = re.compile(r"^( *)(`{3,}|~{3,})([\w-]*).*$")
MARKER = re.compile(r"<!--\s*test:\s*(.*?)\s*-->")
WORDS = {"emulator", "output"}


@dataclass(frozen=True)
class Block:
    """One fenced block: where it is, its language and lines, and its markers."""

    line: int
    language: str
    lines: tuple[str, ...]
    words: frozenset[str] = frozenset()
    status: int = 0
    file: str | None = None
    not_run: str | None = None


@dataclass
class Markers:
    """What the markers since the last block or paragraph say."""

    words: set[str] = field(default_factory=set)
    status: int = 0
    file: str | None = None
    not_run: str | None = None

    def read(self, content: str) -> None:
        """Take in one marker; what is not understood is an error, for it would silently test nothing."""
        if content.startswith("not run"):
            self.not_run = content.removeprefix("not run").lstrip(": ")
            if not self.not_run:
                raise ValueError("A block that is not run needs a reason: `<!-- test: not run: reason -->`.")
            return
        for word in (word.strip() for word in content.split(",")):
            match word.split():
                case ["exit", number] if number.isdecimal():
                    self.status = int(number)
                case ["file", name] if not PurePosixPath(name).is_absolute() and ".." not in name:
                    self.file = name
                case [known] if known in WORDS:
                    self.words.add(known)
                case _:
                    raise ValueError(f"The test marker {word!r} is unknown. See tests/shape/test_docs_commands.py.")


def blocks(page: str) -> list[Block]:
    """Every fenced block of a page, in order; a marker belongs to the next block with only blank lines between."""
    found: list[Block] = []
    markers, fence, start, content = Markers(), None, 0, list[str]()
    for number, line in enumerate(page.splitlines(), 1):
        if fence is None:
            if fence := FENCE.match(line):
                start, content = number, []
            elif marker := MARKER.fullmatch(line.strip()):
                markers.read(marker[1])
            elif line.strip():
                markers = Markers()
        elif line.strip() == fence[2]:
            found.append(_block(start, fence[3], content, len(fence[1]), markers))
            markers, fence = Markers(), None
        else:
            content.append(line)
    return found


def _block(start: int, language: str, content: list[str], indent: int, markers: Markers) -> Block:
    lines = tuple(line[indent:] if line[:indent].isspace() else line for line in content)
    return Block(start, language, lines, frozenset(markers.words), markers.status, markers.file, markers.not_run)


def commands(block: Block) -> list[tuple[str, list[str]]]:
    r"""Each command of a console block with the output shown under it; a `\` at the end continues a command."""
    found: list[tuple[str, list[str]]] = []
    continued = False
    for line in block.lines:
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif continued:
            found[-1] = (f"{found[-1][0]}\n{line.removeprefix('> ')}", [])
        elif found:
            found[-1][1].append(line)
        continued = bool(found) and not found[-1][1] and found[-1][0].endswith("\\")
    return found


def shown(expected: list[str], actual: str) -> list[str]:
    """The lines of `expected` that `actual` lacks, in order; `…` stands for anything, blank lines for nothing."""
    rest, missing = actual, []
    for line in filter(str.strip, expected):
        pattern = ".*".join(re.escape(part) for part in line.strip().split("…"))
        if line.strip() == "…":
            continue
        if match := re.search(rf"^\s*{pattern}\s*$", rest, re.MULTILINE):
            rest = rest[match.end() :]
        else:
            missing.append(line)
    return missing
