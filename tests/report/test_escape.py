"""Escaping: no character of a value controls a terminal, and no value is markup."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from reconciler.report.escape import code, markdown, visible

NASTY = st.one_of(st.text(), st.text(alphabet="\\`*_{}[]()#+-.!|~@<>&:/\"'=\n\t 1ab\u202e\u200b\x1b\x7f", max_size=30))
PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def words(source: str) -> str:
    """The text that a paragraph of Markdown shows; fails where anything but text stands in it."""
    blocks = PARSER.parse(source)
    assert ["paragraph_open", "inline", "paragraph_close"] == [one.type for one in blocks], source
    children = blocks[1].children or []
    assert {"text"} >= {one.type for one in children}, source
    return "".join(one.content for one in children)


@given(NASTY)
def test_visible_text_is_printable_and_one_line(text):
    """Whatever a value holds, only characters that a screen draws are left, and none that moves or hides."""
    shown = visible(text)

    assert shown.isprintable()
    assert not {unicodedata.category(one) for one in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "\\u001b[31mred"),
        ("a\u202eb", "a\\u202eb"),
        ("eDiscovery\u200b", "eDiscovery\\u200b"),
        ("two\nlines", "two\\u000alines"),
        ("tag \U000e0041", "tag \\U000e0041"),
        ("filler \u3164", "filler \\u3164"),
        ("Größe 日本 👍", "Größe 日本 👍"),
    ],
)
def test_hidden_characters_become_escapes(text, shown):
    """Escape, bidirectional override, zero width, line feed, tag and filler are seen; letters of any script stay."""
    assert shown == visible(text)


@given(NASTY)
def test_markdown_shows_the_text_itself(text):
    """Escaped for Markdown, a value renders to its own visible text and to nothing else."""
    shown = visible(text).strip()
    if shown:
        assert shown == words(markdown(text).strip()).strip()


@given(NASTY)
def test_a_code_span_shows_the_text_itself(text):
    """In a code span too, and nothing leaves it."""
    blocks = PARSER.parse("x " + code(text))
    children = blocks[1].children or []

    assert ["text", "code_inline"] == [one.type for one in children]
    assert visible(text).strip() == children[1].content.strip()


@given(NASTY)
def test_a_table_cell_holds_its_value(text):
    """A value stays in its cell of a table, as text and as code."""
    table = f"| a | b | c |\n|---|---|---|\n| {markdown(text)} | {code(text, in_table=True)} | end |"
    cells = [one for one in PARSER.parse(table) if one.type == "inline"]

    assert ["a", "b", "c"] == [one.content for one in cells[:3]]
    assert 6 == len(cells)
    assert "end" == cells[5].content


@pytest.mark.parametrize(
    "text", ["@all", "/approve", "www.x.example", "https://x.example", ":smile:", "#12", "!3", "~bug"]
)
def test_what_gitlab_would_act_on_is_defused(text):
    """Mentions, quick actions, links and references get a backslash, so that GitLab sees characters only."""
    assert text != markdown(text)
    assert "\\" in markdown(text)
