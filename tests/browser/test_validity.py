"""The pages are valid HTML for the Nu checker, and axe-core finds nothing that keeps anybody out."""

import json
import re
import subprocess

import pytest

from tests.browser.pages import every_page
from tests.judges.judges import ON_CHROMIUM, ON_JAVA, ON_NODE, modules, program

PAGES = every_page()
# The checker does not compute digests: it holds every inline style and script for forbidden where digests allow them.
# That ours are allowed, and nothing else is, a browser tells in test_page.py.
NO_DIGESTS = re.compile(r"Inline (style|script) violates Content Security Policy .*nonce/hash\)\.")


@pytest.mark.slow
@ON_JAVA
def test_the_nu_checker_has_nothing_to_say(tmp_path):
    """No page has an error or a warning."""
    for name, text in PAGES.items():
        (tmp_path / f"{name}.html").write_text(text, "utf-8")

    done = subprocess.run(
        [program("vnu"), "--format", "json", *map(str, tmp_path.glob("*.html"))],
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )
    said = [one for one in json.loads(done.stderr)["messages"] if not NO_DIGESTS.fullmatch(one["message"])]

    assert [] == said


@pytest.mark.slow
@ON_NODE
@ON_CHROMIUM
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(shown, name, scheme):
    """Neither in light nor in dark colours, and with everything unfolded, is there any finding of axe-core."""
    # Only here is the policy out of force, because axe-core has to be brought into the page.
    page = shown(PAGES[name], color_scheme=scheme, bypass_csp=True)
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    page.add_style_tag(content=".tenant { content-visibility: visible !important; }")
    page.add_script_tag(path=modules() / "axe-core" / "axe.min.js")

    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]

    assert [] == [f"{one['id']}: {one['nodes'][0]['html'][:200]} ({one['impact']})" for one in found]
