"""A site: its files, their names and their links, whatever tenants are called."""

import re
from dataclasses import replace
from pathlib import PurePosixPath

from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.records import DriftRecord, Timeline
from reconciler.report.context import Context
from reconciler.report.formats import page_of
from reconciler.report.site import INDEX, file_of, site
from tests.report import samples
from tests.report.test_reports import CONTEXT, invalid

PLAIN = st.from_regex(r"[a-z0-9-]{1,100}", fullmatch=True)


def links(text):
    """Where a page leads to, the portal aside."""
    return [one for one in re.findall(r'href="([^"]*)"', text) if not one.startswith(("#", "https://"))]


def test_a_site_has_an_index_and_a_page_of_each_tenant():
    """The index leads to every page, every page leads back, and nothing leads anywhere else."""
    files = site(page_of(samples.plan(), verbose=True), CONTEXT)

    assert ["tenant-contoso.html", "tenant-fabrikam.html", "tenant-mute.html", INDEX] == list(files)
    assert ["tenant-contoso.html", "tenant-mute.html", "tenant-fabrikam.html"] == links(files[INDEX])
    assert [[INDEX]] * 3 == [links(text) for name, text in files.items() if name != INDEX]


def test_a_page_says_only_what_is_of_its_tenant():
    """Tiles and verdict of a tenant's page count that tenant alone."""
    files = site(page_of(samples.plan(), verbose=True), CONTEXT)

    assert "1 to create, 1 to change, 1 to remove, 1 by hand, 1 refused, 1 held." in files["tenant-contoso.html"]
    assert '<p class="verdict error">1 not read.</p>' in files["tenant-mute.html"]
    assert '<p class="verdict good">No changes.</p>' in files["tenant-fabrikam.html"]


def test_what_has_no_tenants_is_an_index_alone():
    """A validation speaks of files."""
    assert [INDEX] == list(site(page_of(invalid()), CONTEXT))


def test_the_index_draws_the_gravest_drift_of_all_tenants():
    """Fifteen rows of it, and how many more stand on the tenants' own pages; there each has its own."""
    names = ("contoso", "fabrikam")
    records = tuple(
        DriftRecord(address=f"{name}/alert-policy/{at}", field="enabled", first_seen=CONTEXT.at, last_seen=CONTEXT.at)
        for name in names
        for at in range(9)
    )
    timeline = Timeline(since=CONTEXT.at, until=CONTEXT.at, records=records)
    files = site(page_of(samples.drift(), verbose=True), replace(CONTEXT, timeline=timeline))

    rows = {name: text.count('<text class="label"') for name, text in files.items()}
    assert {"tenant-contoso.html": 9, "tenant-fabrikam.html": 9, INDEX: 15} == rows
    assert "3 more are on their tenants&#39; pages." in files[INDEX]


def test_equal_results_give_equal_bytes():
    """Nothing in a site depends on when or how often it is made."""
    page = page_of(samples.drift(), verbose=True)
    context = Context(command="drift", at=CONTEXT.at, version="0.1.0")

    assert site(page, context) == site(page_of(samples.drift(), verbose=True), context)


@given(one=PLAIN | st.text(), other=PLAIN | st.text())
def test_a_file_name_is_safe_and_its_tenant_s_own(one, other):
    """Whatever a tenant is called, its file is a plain name in the folder, never the index, and nobody else's."""
    name = file_of(one)

    assert re.fullmatch(r"tenant[-_][a-z0-9-]{1,100}\.html", name)
    assert (name,) == PurePosixPath(name).parts
    assert (one == other) == (name == file_of(other))
