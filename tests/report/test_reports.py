"""Reports: what they say in each format, that they are stable, and that values stay values."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from cmarkgfm import github_flavored_markdown_to_html
from cmarkgfm.cmark import Options
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.core.errors import Diagnostic, Position, Range
from reconciler.report.context import Context
from reconciler.report.formats import FORMATS, REPORTS, Result, page_of
from reconciler.report.text import text
from reconciler.report.validation import Validation, validation
from tests.report import samples

DIAGNOSTIC = Diagnostic(
    severity="error",
    summary="`recipient` is not known here.",
    detail="Did you mean `recipients`?\nrecipients: [secops@contoso.com]",
    range=Range(filename="policies/a.yaml", start=Position(line=3, column=5), end=Position(line=3, column=14)),
)


def invalid(note: str = "") -> Validation:
    """A validation with one error."""
    return validation((DIAGNOSTIC.model_copy(update={"summary": DIAGNOSTIC.summary + note}),))


CONTEXT = Context(command="plan", at=datetime(2026, 11, 23, 10, tzinfo=UTC), version="0.1.0")
RESULTS: dict[str, Callable[..., Result]] = {
    "plan": samples.plan,
    "applied": samples.applied,
    "drift": samples.drift,
    "senders": samples.senders,
    "history": samples.history,
    "validation": invalid,
}
EVIL = st.text(alphabet="<>&\"'`|*_[]()@/\\ \n\x1b\x07\x7f\u202e\u200bab:{}%", max_size=20)
UNSAFE = Options.CMARK_OPT_UNSAFE  # as GitLab, which lets <details> through
# The longest address of the samples: no line may break it.
ADDRESS = samples.ALERT


# The style, the script and their digests, which say nothing of a result; tests/browser sees what they do.
OURS = re.compile(r"(?<=<style>).*?(?=</style>)|(?<=<script>).*?(?=</script>)|(?<=sha256-)[\w+/=]+", re.DOTALL)


class Tags(HTMLParser):
    """The tags and attributes of a page, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []

    def handle_starttag(self, tag, attrs):
        """Keep the tag."""
        self.found.append((tag, tuple(name for name, _ in attrs)))


def tags(page: str) -> list[tuple[str, tuple[str, ...]]]:
    """The tags of a page."""
    parser = Tags()
    parser.feed(page)
    return parser.found


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("result", RESULTS)
def test_each_result_in_each_format(result, form, snapshot):
    """Every result can be printed in every format, and reads as agreed."""
    assert OURS.sub("", FORMATS[form](RESULTS[result](), True)) == snapshot


@pytest.mark.parametrize("form", FORMATS)
@given(note=EVIL)
@settings(max_examples=25)
def test_no_value_controls_the_screen(form, note):
    """Whatever a tenant's values hold, a report is printable characters and line feeds."""
    for result in RESULTS.values():
        printed = FORMATS[form](result(note=note), True)

        assert printed.replace("\n", "").isprintable()


@given(note=EVIL, address=EVIL)
@settings(max_examples=25)
def test_no_value_is_markup(note, address):
    """The tags and attributes of a page do not depend on the values in it."""
    assert tags(FORMATS["html"](samples.plan(note="n", address="a"), True)) == tags(
        FORMATS["html"](samples.plan(note="n" + note, address="a" + address), True)
    )


@pytest.mark.parametrize("result", RESULTS)
@given(note=EVIL)
@settings(max_examples=25)
def test_no_value_is_markup_in_markdown(result, note):
    """Rendered by GitHub's parser, a whole report in Markdown has the same elements whatever the values hold."""

    def rendered(note: str) -> list[tuple[str, tuple[str, ...]]]:
        return tags(github_flavored_markdown_to_html(FORMATS["markdown"](RESULTS[result](note=note), True), UNSAFE))

    # A value that begins a line of its own after a line feed is a line more, and that is ours.
    assert rendered("n") == rendered("n" + note.replace("\n", ""))


def test_a_page_loads_nothing():
    """The page forbids everything but its own style and script, by digest, and asks for nothing from elsewhere."""
    page = FORMATS["html"](samples.plan(), True)

    assert "default-src &#39;none&#39;; style-src &#39;sha256-" in page
    assert not [tag for tag, names in tags(page) if tag in {"link", "img", "iframe"} or {"style", "src"} & {*names}]
    assert 1 == sum(tag == "script" for tag, _ in tags(page))


@pytest.mark.parametrize("width", [40, 80, 200])
def test_text_wraps_and_never_cuts_an_address(width):
    """At any width an address stands whole on one line, and prose fits."""
    lines = text(page_of(samples.plan()), width).splitlines()

    assert any(line.endswith(ADDRESS) for line in lines)
    assert [] == [line for line in lines if "the reviewed block" in line and len(line) > width]


def test_the_summary_counts_what_there_is():
    """A plan ends by counting changes by what is done, portal steps apart, and what is held, refused and unread."""
    last = text(page_of(samples.plan()), 200).splitlines()[-1]

    assert (
        "Plan: 1 to create, 1 to change, 1 to remove, 1 by hand in the portal; 1 held; 1 of 3 tenants refused; "
        "1 of 3 tenants could not be read completely." == last
    )


def test_recipients_are_told_as_members():
    """Of a list only what comes and goes is shown, and how much stays."""
    printed = text(page_of(samples.plan()))

    assert "notifications.recipients: + secops@contoso.com - old@contoso.com (1 unchanged)" in printed


def test_cmdlets_are_shown_when_asked_for():
    """The cmdlets of a change stand in the verbose report only, spelled as PowerShell would."""
    cmdlet = "> New-ProtectionAlert -Name 'It''s [ours]' -Severity 'High' -NotifyUser @('secops@contoso.com') -Disabled $false"

    assert cmdlet in FORMATS["text"](samples.plan(), True)
    assert "New-ProtectionAlert" not in FORMATS["text"](samples.plan(), False)


def test_json_is_the_documents_own():
    """JSON is the plan's document, and equal input gives equal bytes."""
    plan = samples.plan()

    assert plan.document() == json.loads(REPORTS["json"].write(plan, CONTEXT))
    assert FORMATS["json"](plan, False) == FORMATS["json"](samples.plan(), True)


def test_a_diagnostic_begins_with_its_place():
    """Editors find `file:line:col:` at the start of a line; what belongs to it is indented."""
    lines = FORMATS["text"](RESULTS["validation"](), False).splitlines()

    assert "policies/a.yaml:3:5: error: `recipient` is not known here. Did you mean `recipients`?" == lines[0]
    assert "    recipients: [secops@contoso.com]" == lines[1]
