"""Makes text fit into a number of bytes: whole lines or none, and a word about those that are left out."""

from collections.abc import Callable, Iterable, Sequence

Left = Callable[[int], str]
"""The line that says how many were left out."""


def size(*lines: str) -> int:
    """The bytes of some lines, each with its line feed."""
    return sum(len(line.encode("utf-8", "surrogatepass")) + 1 for line in lines)


def fitting(lines: Sequence[str], room: int, left: Left) -> tuple[str, ...]:
    """As many lines from the first on as there is room for; if not all, the last one says how many are missing."""
    if size(*lines) <= room:
        return tuple(lines)
    kept: list[str] = []
    free = room - size(left(len(lines)))
    for line in lines:
        free -= size(line)
        if free < 0:
            break
        kept.append(line)
    return (*kept, left(len(lines) - len(kept)))


def clipped(text: str, longest: int) -> str:
    """The text, cut with a word about its length where it is too long for a note."""
    return text if len(text) <= longest else f"{text[:longest]}… ({len(text)} characters)"


def joined(parts: Iterable[str]) -> str:
    """Blocks of Markdown, parted by blank lines."""
    return "\n\n".join(part.strip("\n") for part in parts if part.strip())
