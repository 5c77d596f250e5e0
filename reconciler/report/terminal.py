"""A page in colour, on terminals only; the words are those of the plain text."""

from collections.abc import Mapping
from typing import IO, Final

from reconciler.report.page import Page, Tone
from reconciler.report.text import lines

_STYLES: Final[dict[Tone, str]] = {
    "plain": "",
    "title": "bold",
    "create": "green",
    "update": "yellow",
    "delete": "red",
    "manual": "magenta",
    "held": "cyan",
    "error": "bold red",
    "warning": "yellow",
    "good": "green",
    "muted": "dim",
}


def print_page(page: Page, stream: IO[str], environment: Mapping[str, str]) -> None:
    """Write the page to a terminal in its own width."""
    from rich.console import Console
    from rich.text import Text

    console = Console(file=stream, highlight=False, markup=False, emoji=False, soft_wrap=True, _environ=environment)
    width = max(console.width, 40)
    for line in lines(page, width):
        # Nothing here is markup: every piece is Text, because policies and tenants may hold [brackets].
        console.print(Text.assemble(*((piece.text, _STYLES[piece.tone]) for piece in line)), soft_wrap=True)
