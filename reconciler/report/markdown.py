"""A page as GitLab Markdown: the verdict first, a table for each group, steps and cmdlets folded."""

import html
from collections.abc import Iterator

from reconciler.report.escape import code, markdown, visible
from reconciler.report.page import Entry, Fact, Group, Page


def to_markdown(page: Page) -> str:
    """The page as Markdown that ends with a line feed."""
    return "\n".join(_blocks(page)).rstrip("\n") + "\n"


def _blocks(page: Page) -> Iterator[str]:
    yield f"# {markdown(page.title)}\n\n**{markdown(page.verdict)}**\n"
    yield from (f"- {'<br>'.join(map(markdown, piece.text.split(chr(10))))}" for piece in page.lines)
    for section in page.sections:
        yield f"## {markdown(section.title)}\n"
        yield from (f"{markdown(note)}\n" for note in section.notes)
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
        source = code(entry.place, in_table=True) if entry.place else ""
        action = f"{code(entry.mark)} {markdown(entry.verb)}"
        yield f"| {action} | {code(entry.subject, in_table=True)} | {'<br>'.join(details)} | {source} |"
    yield ""


def _fact(fact: Fact) -> str:
    return f"{markdown(fact.name)}: {' '.join(code(piece.text, in_table=True) for piece in fact.pieces)}"


def _folded(entry: Entry) -> Iterator[str]:
    if not entry.steps and not entry.code:
        return
    what = "Steps" if entry.steps else "Cmdlets"
    # Inside of <code> GitLab looks for no mentions and no links.
    yield f"<details><summary>{what}: <code>{html.escape(visible(entry.subject))}</code></summary>\n"
    yield from (f"{number}. {markdown(step)}" for number, step in enumerate(entry.steps, start=1))
    if entry.link:
        yield f"\n{code(entry.link)}"
    yield from (f"- {code(one)}" for one in entry.code)
    yield "\n</details>\n"
