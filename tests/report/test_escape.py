"""Escaping: no character of a value controls a terminal, and no value is markup."""

import re
import unicodedata
from html.parser import HTMLParser

import pytest
from cmarkgfm import markdown_to_html_with_extensions
from cmarkgfm.cmark import Options
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from reconciler.report.escape import code, html_code, markdown, visible

NASTY = st.one_of(st.text(), st.text(alphabet="\\`*_{}[]()#+-.!|~@<>&:/\"'=\n\t 1ab\u202e\u200b\x1b\x7f", max_size=30))
OPTIONS = Options.CMARK_OPT_UNSAFE  # as GitLab, which lets the elements of its list through
EXTENSIONS = ["table", "strikethrough", "autolink", "tagfilter"]
OTHER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
TABLE = "| a | b |\n|---|---|\n| x | "
ROW = ["table", "thead", "tr", "th", "th", "tbody", "tr", "td", "td"]
PLACES = [
    ("", "\n", ["p"]),
    ("- ", "\n", ["ul", "li"]),
    ("1. ", "\n", ["ol", "li"]),
    ("## ", "\n", ["h2"]),
    (TABLE, " |\n", ROW),
]
WANTED = [
    "alice@contoso.com",
    "mailto:alice@contoso.com",
    "xmpp:alice@contoso.com/home",
    "https://contoso.com/?a=1&b=2",
    "ftp://contoso.com",
    "www.contoso.com",
    "@all",
    "&1",
    "group/project#1",
    "![x](https://contoso.com/x.png)",
    "[[_TOC_]]",
    "$`a`$",
    "~~gone~~",
    "&lt;script&gt;",
    "<!-- x -->",
    "a | b",
    "\\| b",
    "C:\\temp\\",
]


class Seen(HTMLParser):
    """The elements and the text of a piece of HTML."""

    def __init__(self):
        super().__init__()
        self.tags, self.text = [], ""

    def handle_starttag(self, tag, attrs):
        """Keep the tag, and what it carries if anything."""
        self.tags.append(f"{tag} {attrs}" if attrs else tag)

    def handle_data(self, data):
        """Keep the text."""
        self.text += data


def rendered(source):
    """The elements that two parsers make of Markdown, and the text in them; of a table that of its last cell."""
    found = []
    for html in (markdown_to_html_with_extensions(source, OPTIONS, EXTENSIONS), OTHER.render(source)):
        seen = Seen()
        seen.feed(re.sub(r"(?<=>)\n", "", html))
        seen.close()
        found.append((seen.tags, seen.text.removeprefix("abx") if seen.tags[:9] == ROW else seen.text))
    assert found[0] == found[1]
    return found[0]


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
    """Escaped for Markdown, a value renders to its own visible text, to the character, and to no element."""
    for before, after, around in PLACES:
        assert (around, "=" + visible(text) + "=") == rendered(f"{before}={markdown(text)}={after}")


@given(NASTY.filter(bool))
def test_a_line_begins_with_the_text_itself(text):
    """Where a block begins and ends with a value, nothing of it makes a list, a heading, code or a quick action."""
    for before, after, around in PLACES:
        assert (around, visible(text)) == rendered(f"{before}{markdown(text)}{after}")


@given(NASTY)
def test_code_shows_the_text_itself(text):
    """As code too, and nothing leaves its element."""
    for before, after, around in PLACES:
        assert ([*around, "code"], visible(text)) == rendered(f"{before}{code(text)}{after}")


@given(NASTY)
def test_a_block_of_html_shows_the_text_itself(text):
    """In a summary nothing is Markdown, and the value is its own text there too."""
    block = f"<details><summary>{html_code(text)}</summary>\n\n{markdown('x')}\n\n</details>\n"

    assert (["details", "summary", "code", "p"], visible(text) + "x") == rendered(block)


@pytest.mark.parametrize("text", WANTED)
def test_nothing_is_found_in_a_value(text):
    """What GitLab and GFM look for in text, such as addresses, links, mentions and references, renders as text alone."""
    assert (["p"], f"see {text}") == rendered(f"see {markdown(text)}")
    assert (["p", "code"], f"see {text}") == rendered(f"see {code(text)}")


@pytest.mark.parametrize(
    "text", ["@all", "/approve", "www.x.example", "https://x.example", ":smile:", "#12", "!3", "~bug", "$1", "%v1"]
)
def test_what_gitlab_would_act_on_is_defused(text):
    """Mentions, quick actions, links and references get a backslash, so that GitLab sees characters only."""
    assert "\\" in markdown(text)


@given(NASTY)
def test_no_value_stands_between_backticks_or_as_a_tag(text):
    """Every backtick has its backslash, and `<`, `>` and `&` are entities; the comment that parts halves is ours."""
    for written in (markdown(text), code(text).removeprefix("<code>").removesuffix("</code>")):
        bare = re.sub(r"&(amp|lt|gt|#\d+);", "", written.replace("<!---->", ""))

        assert not set("<>&") & set(bare)
        assert "`" not in bare.replace("\\\\", "").replace("\\`", "")
