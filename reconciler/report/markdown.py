"""A page as GitLab Markdown: the verdict first, a table for each group, steps and cmdlets folded."""

from collections.abc import Iterator

from reconciler.report.escape import code, html_code, markdown
from reconciler.report.page import Entry, Fact, Group, Page, Piece
from reconciler.report.words import ARROW


def to_markdown(page: Page) -> str:
    """The page as Markdown that ends with a line feed."""
    return "\n".join(_blocks(page)).rstrip("\n") + "\n"


def _blocks(page: Page) -> Iterator[str]:
    yield f"# {markdown(page.title)}\n\n**{markdown(page.verdict)}**\n"
    yield from (f"- {'<br>'.join(map(markdown, piece.text.split(chr(10))))}" for piece in page.lines)
    for section in page.sections:
        yield f"## {markdown(section.title)}\n"
        yield from (f"{markdown(note)}\n" for note in (", ".join(section.members), *section.notes) if note)
        for group in section.groups:
            yield f"### {markdown(group.title)} ({len(group.entries)})\n"
            yield from _table(group)
            yield from (block for entry in group.entries for block in _folded(entry))
    if page.facts:
        yield "---\n"
        yield from (f"- {_fact(fact)}" for fact in page.facts)


def _table(group: Group) -> Iterator[str]:
    yield f"| {group.head} | Object | Details | Source |\n|---|---|---|---|"
    for entry in group.entries:
        details = [markdown(entry.note)] if entry.note else []
        details += [_fact(fact) for fact in entry.facts]
        source = code(entry.place) if entry.place else ""
        action = f"{code(entry.mark)} {markdown(entry.verb)}"
        yield f"| {action} | {code(entry.subject)} | {'<br>'.join(details)} | {source} |"
    yield ""


def _fact(fact: Fact) -> str:
    return f"{markdown(fact.name)}: {' '.join(map(_piece, fact.pieces))}"


def _piece(piece: Piece) -> str:
    return "&rarr;" if piece == ARROW else code(piece.text)


def _folded(entry: Entry) -> Iterator[str]:
    if not entry.steps and not entry.code:
        return
    what = "Steps" if entry.steps else "Cmdlets"
    yield f"<details><summary>{what}: {html_code(entry.subject)}</summary>\n"
    yield from (f"{number}. {markdown(step)}" for number, step in enumerate(entry.steps, start=1))
    if entry.link:
        yield f"\n{code(entry.link)}"
    yield from (f"- {code(one)}" for one in entry.code)
    yield "\n</details>\n"
