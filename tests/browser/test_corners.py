"""The page at its edges: addresses that nobody meant, ways back, and names of any length."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from reconciler.core.records import DriftRecord
from tests.browser.pages import AT, CONTEXT, DAY, TIMELINE, drawn, fleet, site_of
from tests.judges.judges import ON_CHROMIUM
from tests.report import samples

pytestmark = [pytest.mark.slow, ON_CHROMIUM]


@pytest.mark.parametrize("address", ["#%E0%A4%A", "#nowhere", "#?tenant=nobody&show=__proto__", "#?%&&=="])
def test_an_address_that_means_nothing_shows_everything(shown, address):
    """A mangled link is no error, and no control says what is not so."""
    page = shown(drawn(samples.plan()))
    mangled = page.url + address
    page.goto("about:blank")
    page.goto(mangled)

    assert 7 == page.locator("tr.entry:visible").count()
    assert "all" == page.evaluate("document.querySelector('#tenant').selectedOptions[0]?.text")
    expect(page.get_by_role("status")).to_have_text("")


def test_an_address_of_a_tenant_opens_it(shown):
    """A link to one tenant that somebody was sent opens its part, also where all others are folded."""
    page = shown(drawn(fleet(40)))
    sent = f"{page.url}#tenant-tenant-023"
    page.goto("about:blank")
    page.goto(sent)

    assert ["tenant-tenant-023"] == page.locator("details.tenant[open]").evaluate_all("(all) => all.map(({id}) => id)")
    expect(page.locator("#tenant-tenant-023")).to_be_in_viewport()


def test_the_way_back_to_everything_shows_everything(shown):
    """A filter that was made after following a link ends where the reader goes back to before that link."""
    page = shown(drawn(samples.plan()))
    page.get_by_role("link", name="contoso", exact=True).click()
    page.get_by_role("button", name=re.compile("1 held")).click()
    expect(page).to_have_url(re.compile(r"#\?show=held$"))

    page.go_back()

    expect(page.get_by_role("status")).to_have_text("")
    assert 7 == page.locator("tr.entry:visible").count()


@pytest.mark.parametrize(("words", "number"), [("held", 1), ("portal BY HAND", 1), ("could not", 1)])
def test_search_knows_the_titles_of_groups(shown, words, number):
    """What stands above a table finds all that is in it, though no row repeats it."""
    page = shown(drawn(samples.plan()))

    page.get_by_label("Search").fill(words)

    expect(page.get_by_role("status")).to_contain_text(f"Shows {number} of 7 entries")


def test_an_index_counts_tenants_where_it_has_no_entries(shown):
    """On an index stands only what tenants share: what is not there is counted by tenants alone."""
    page = shown(site_of(fleet(40))["index.html"])

    page.get_by_role("combobox", name="Tenant").select_option("tenant-002")

    expect(page.get_by_role("status")).to_have_text("Shows 1 of 40 tenants.")


@pytest.mark.parametrize(
    "name", ["W" * 200, "警告" * 100, "\u202e" * 100, "a" * 91], ids=["wide", "double", "escapes", "plain"]
)
def test_a_label_never_runs_into_the_state(shown, name):
    """In the drawing a name of any length and script ends before the words on the right."""
    record = DriftRecord(address=f"contoso/alert-policy/{name}", field="enabled", first_seen=AT - DAY, last_seen=AT)
    page = shown(drawn(samples.drift(), replace(CONTEXT, timeline=TIMELINE.model_copy(update={"records": (record,)}))))
    edges = """(() => {
      const [label, since] = ["label", "since"].map((each) => document.querySelector(`text.${each}`));
      const around = label.closest("svg");
      return [getComputedStyle(around).overflow, around.x.baseVal.value + around.width.baseVal.value, since.getBBox().x];
    })()"""

    overflow, ends, begins = page.evaluate(edges)
    assert "hidden" == overflow
    assert ends < begins


def test_words_of_ours_are_not_broken(shown):
    """The longest check and the longest field stand on one line where there is room, on paper too."""
    fields = ("notifications.daily_limit.threshold", "notifications.recipients")
    records = tuple(
        DriftRecord(address=f"{samples.ALERT} {at}", field=one, first_seen=AT - DAY, last_seen=AT)
        for at, one in enumerate(fields)
    )
    page = shown(
        drawn(samples.drift(), replace(CONTEXT, timeline=TIMELINE.model_copy(update={"records": records}))),
        viewport={"width": 720, "height": 900},
    )
    page.emulate_media(media="print")
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    heights = page.locator(".records td code").evaluate_all("(found) => found.map((each) => each.offsetHeight)")

    assert 2 == len(heights)
    assert max(heights) < 24

    page = shown(drawn(samples.plan()).replace("enabled</dt>", "password_changed_since_block</dt>", 1))
    assert page.get_by_text("password_changed_since_block").first.bounding_box()["height"] < 30


@pytest.mark.parametrize(("number", "wanted"), [(8, "visible"), (300, "auto")])
def test_only_a_long_page_is_drawn_bit_by_bit(shown, number, wanted):
    """A picture of a whole page has all that is on it, as long as it is one that somebody takes a picture of."""
    page = shown(drawn(fleet(number)))

    assert wanted == page.evaluate(
        "getComputedStyle([...document.querySelectorAll('.tenant')].at(-1)).contentVisibility"
    )
