"""A real Chromium with a page in it, whose policy is in force, and that had nothing to complain about at the end."""

import itertools

import pytest

from tests.judges.judges import browser

WATCH = """
window.broken = [];
addEventListener("securitypolicyviolation", (event) => window.broken.push(event.violatedDirective + event.blockedURI));
"""


@pytest.fixture(scope="module")
def chromium():
    """One browser for the tests of a file."""
    with browser() as running:
        yield running


@pytest.fixture
def shown(chromium, tmp_path):
    """A function that shows a page from a file, in a window of its own; options are the window's.

    At the end no page had an error, broke its policy, or asked for anything but files.
    """
    numbers, contexts, complaints = itertools.count(1), [], []

    def show(page, **options):
        path = page
        if isinstance(page, str):
            path = tmp_path / f"page-{next(numbers)}.html"
            path.write_text(page, "utf-8")
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        opened = context.new_page()
        if options.get("java_script_enabled", True):
            opened.add_init_script(WATCH)
        opened.on("console", lambda message: complaints.append(message.text))
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.on("request", lambda asked: None if asked.url.startswith("file:") else complaints.append(asked.url))
        opened.goto(path.as_uri())
        return opened

    yield show
    for context in contexts:
        for page in context.pages:
            complaints += page.evaluate("window.broken || []")
        context.close()

    assert [] == complaints
