"""The page in a real browser: filtered by mouse and keyboard, dark, printed, narrow, and deaf to what it shows."""

import re

import pytest
from playwright.sync_api import expect

from reconciler.report.formats import page_of
from tests.browser.pages import EVIL, drawn, evil, fleet, past
from tests.judges.judges import ON_CHROMIUM
from tests.report import samples

pytestmark = [pytest.mark.slow, ON_CHROMIUM]


def subjects(page):
    """The addresses of the entries that can be seen."""
    return page.locator("tr.entry:visible th").all_inner_texts()


def tile(page, label):
    """The tile with this label, which is a switch."""
    return page.get_by_role("button", name=re.compile(f"[0-9]+ {label}"))


def test_a_tile_shows_what_it_counts(shown):
    """A tile's number is that of the entries it shows when it is pressed; a second one adds its own."""
    page = shown(drawn(samples.plan()))

    tile(page, "by hand").click()
    assert [samples.ALERT] == subjects(page)
    expect(page.get_by_role("status")).to_have_text("Shows 1 of 7 entries, 1 of 3 tenants.")

    tile(page, "held").click()
    assert [samples.ALERT, samples.BOB] == subjects(page)
    expect(tile(page, "held")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("at", range(5))
def test_every_tile_of_a_fleet_counts_right(shown, at):
    """In a plan of many tenants, alike ones folded, each tile shows as many entries as it says."""
    page = shown(drawn(fleet(40)))
    one = page.locator(".tile button").nth(at)
    number = one.locator(".number").inner_text()

    one.click()

    expect(page.get_by_role("status")).to_contain_text(f"Shows {number} of ")


def test_search_takes_every_word(shown):
    """What holds all words, in any case and order, stays: in addresses, values and reasons."""
    page = shown(drawn(samples.plan()))

    page.get_by_label("Search").fill("OLD@contoso companion")

    expect(page.get_by_role("status")).to_have_text("Shows 1 of 7 entries, 1 of 3 tenants.")
    assert [samples.ALERT] == subjects(page)
    assert ["contoso"] == page.locator("tr[data-tenant]:visible th").all_inner_texts()


def test_what_matches_nothing_says_so(shown):
    """A search without a result leaves a sentence, not an empty page, and Clear brings all back."""
    page = shown(drawn(samples.plan()))

    page.get_by_label("Search").fill("nowhere")
    expect(page.get_by_text("Nothing on this page matches")).to_be_visible()
    page.get_by_role("button", name="Clear").click()

    expect(page.get_by_text("Nothing on this page matches")).to_be_hidden()
    assert 6 + 1 == len(subjects(page))
    expect(page.get_by_label("Search")).to_be_focused()


def test_one_tenant_of_many_alike_is_found_by_its_name(shown):
    """A section for several tenants is found by each name, and then counts for that tenant alone."""
    page = shown(drawn(fleet(40)))

    page.get_by_role("combobox", name="Tenant").select_option("tenant-007")

    expect(page.get_by_role("status")).to_contain_text("1 of 40 tenants.")
    assert 1 == page.locator("details.tenant:visible").count()
    assert "tenant-007" in page.locator("details.tenant:visible .members").inner_text()


def test_the_address_keeps_the_filter(shown):
    """Who opens the address of a filtered page sees it filtered, and the browser's way back is not littered."""
    page = shown(drawn(samples.plan()))
    before = page.evaluate("history.length")
    tile(page, "held").click()
    page.get_by_label("Search").fill("bob")
    expect(page).to_have_url(re.compile(r"#\?show=held&text=bob$"))

    again = shown_again(page)

    assert [samples.BOB] == subjects(again)
    expect(again.get_by_label("Search")).to_have_value("bob")
    assert before == page.evaluate("history.length")


def shown_again(page):
    """The same address in a new tab."""
    other = page.context.new_page()
    other.goto(page.url)
    return other


def test_a_large_fleet_is_folded_and_a_link_unfolds(shown):
    """Many tenants are folded; following a tenant's link opens its part."""
    page = shown(drawn(fleet()))
    assert 0 == page.locator("details.tenant[open]").count()

    page.get_by_role("link", name="tenant-002", exact=True).click()

    expect(page.locator("#tenant-tenant-002")).to_have_attribute("open", "")
    expect(page.locator("#tenant-tenant-002 table").first).to_be_in_viewport()


def test_three_hundred_tenants_answer_at_once(shown):
    """A filter over three hundred tenants takes less than a quarter of a second, and the file less than two megabytes."""
    text = drawn(fleet())
    page = shown(text)
    page.get_by_label("Search").fill("tenant-29")
    expect(page.get_by_role("status")).to_contain_text("10 of 300 tenants")

    spent = page.evaluate(
        "(() => { const begun = performance.now(); document.querySelector('form').requestSubmit();"
        " return performance.now() - begun; })()"
    )

    assert spent < 250
    assert len(text.encode()) < 2_000_000


def focused(page):
    """What has the focus: a control by its name, all else by its words."""
    return page.evaluate("(({id, innerText}) => id || innerText.replace('\\n', ' '))(document.activeElement)")


def test_the_keyboard_reaches_everything_in_order(shown):
    """Tab goes from the skip link over colours, tiles and controls to the tenants; every stop can be seen."""
    page = shown(drawn(samples.plan()))
    order = []
    for _ in range(14):
        page.keyboard.press("Tab")
        order.append(focused(page))
        seen = page.evaluate(
            "(({outlineStyle, outlineWidth}) => outlineStyle + outlineWidth)(getComputedStyle(document.activeElement))"
        )
        assert "solid3px" == seen

    tiles = ["1 to create", "1 to change", "1 to remove", "1 by hand", "1 refused", "1 not read", "1 held"]
    assert ["Skip to the results", "theme", *tiles, "text", "tenant", "fold", "contoso", "mute"] == order


def test_enter_space_and_escape_do_what_they_should(shown):
    """Enter skips to the results, Space presses a tile and folds a tenant, Escape takes the filter away."""
    page = shown(drawn(samples.plan()))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert "content" == page.evaluate("document.activeElement.id")

    tile(page, "held").press("Space")
    assert [samples.BOB] == subjects(page)
    page.keyboard.press("Escape")
    assert 7 == len(subjects(page))

    page.locator("#tenant-contoso > summary").press("Space")
    assert 1 == len(subjects(page))


def test_everything_is_there_without_a_script(shown):
    """Without a script there are no controls that do nothing, and nothing is hidden but cmdlets behind a word."""
    page = shown(drawn(samples.plan()), java_script_enabled=False)

    assert 0 == page.locator("button:visible, input:visible, select:visible").count()
    assert 7 == page.locator("tr.entry:visible").count()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_follow_the_system_and_then_the_reader(shown, scheme):
    """The page is dark where the system is; the button changes that, and the next page keeps it."""
    page = shown(drawn(samples.plan()), color_scheme=scheme)
    ground = "(getComputedStyle(document.body).backgroundColor)"
    before, pressed = page.evaluate(ground), str(scheme == "dark").lower()
    expect(page.get_by_role("button", name="Dark colours")).to_have_attribute("aria-pressed", pressed)

    page.get_by_role("button", name="Dark colours").click()
    after = page.evaluate(ground)
    page.reload()

    assert {"light": "rgb(246, 247, 249)", "dark": "rgb(20, 23, 27)"}[scheme] == before
    assert before != after
    assert after == page.evaluate(ground)


def test_paper_has_everything_and_no_controls(shown):
    """Printed, all is unfolded and light, there is nothing to press, and afterwards the page is as it was."""
    page = shown(drawn(samples.plan()), color_scheme="dark")
    page.get_by_role("button", name="Fold all").click()

    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert 7 == page.locator("tr.entry:visible").count()
    assert page.get_by_text("New-ProtectionAlert").is_visible()
    assert 0 == page.locator("button:visible:not(.tile button), input:visible, select:visible").count()
    assert "rgb(255, 255, 255)" == page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")

    assert 0 == page.locator("details[open]").count()
    assert page.pdf(format="A4").startswith(b"%PDF")


@pytest.mark.parametrize("name", ["plan", "drift", "fleet"])
@pytest.mark.parametrize("width", [320, 360, 768])
def test_a_narrow_window_scrolls_down_only(shown, name, width):
    """On a phone nothing stands outside of the window; only tables and drawings that say so scroll by themselves."""
    pages = {"plan": drawn(samples.plan()), "drift": drawn(samples.drift()), "fleet": drawn(fleet(20))}
    page = shown(pages[name], viewport={"width": width, "height": 740})
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")

    assert width == page.evaluate("document.documentElement.scrollWidth")


@pytest.mark.parametrize("text", EVIL)
def test_a_value_that_carries_markup_stays_text(shown, text):
    """Markup in names, reasons, values and links is shown as it stands, and does nothing."""
    page = shown(drawn(evil(text), past(text)))
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")

    assert text.replace("\u202e", "\\u202e") in page.inner_text("main")
    assert page.evaluate("window.harm") is None
    assert 0 == page.locator("img, iframe, a[href^='javascript']").count()
    assert 1 == page.locator("script").count()


def test_the_policy_lets_nothing_else_in(chromium, tmp_path):
    """A script, a style or a picture that somebody put into the file after us does not work in it."""
    harm = '<script>window.harm = 1</script><img src="x.png" onerror="window.harm = 2"><p style="color: red" id="red">Red</p>'
    path = tmp_path / "changed.html"
    path.write_text(drawn(samples.plan()).replace("</main>", f"{harm}</main>"), "utf-8")
    page = chromium.new_page()

    page.goto(path.as_uri())

    assert page.evaluate("window.harm") is None
    assert "rgb(255, 0, 0)" != page.evaluate("getComputedStyle(document.querySelector('#red')).color")
    page.close()


def test_drift_over_time_is_drawn_and_told(shown):
    """The drawing has a name and words, a row for each difference with its state, and a table that says the same."""
    page = shown(drawn(samples.drift()))

    drawing = page.get_by_role("img", name="Drift from 2026-10-24 to 2026-11-23")
    expect(drawing).to_be_visible()
    assert 3 == drawing.locator("text.label").count()
    assert "critical, since 2026-11-14" == drawing.locator("text.since").first.text_content()
    page.get_by_text("The same as a table").click()
    assert 4 == page.locator("table.records tbody tr:visible").count()
    assert "4 differences: 2 open, 2 closed." in page.inner_text("figcaption")


def test_the_page_says_what_the_result_says(shown):
    """Every word of every entry of a page can be read on it, folded parts aside."""
    page = shown(drawn(samples.drift()))
    told = page.inner_text("main")

    for section in page_of(samples.drift(), verbose=True).sections:
        for entry in (one for group in section.groups for one in group.entries):
            assert entry.subject in told
            assert [] == [piece.text for fact in entry.facts for piece in fact.pieces if piece.text not in told]
