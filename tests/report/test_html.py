"""The HTML of a page, whatever it says: identifiers that differ, and numbers that agree with their words."""

import re
from dataclasses import replace

import pytest

from reconciler.core.errors import ReconcilerError
from reconciler.core.records import DriftRecord, Timeline
from reconciler.report.html import to_html
from reconciler.report.page import Entry, Group, Page, Section, Tile
from reconciler.report.site import site
from tests.report.test_reports import CONTEXT

ENTRY = Entry("+", "create", "create", "contoso/alert-policy/A", tags=("warning",))


def section(title, members=(), number=1):
    """A section with as many entries of one sort."""
    return Section(title, groups=(Group("Warnings", (ENTRY,) * number),), members=members, exit_code=2)


def ids(html):
    """Every identifier in a page."""
    return re.findall(r' id="([^"]*)"', html)


def test_no_identifier_stands_twice():
    """Neither equal titles nor a tenant called like a part of another one's drawing give one identifier twice."""
    titles = ("a", "a", "a-title", "a-told", "a-2", "Same 1 change in 2 tenants", "Same 1 change in 2 tenants")
    records = tuple(
        DriftRecord(address=f"{one}/audit-log", field="enabled", first_seen=CONTEXT.at, last_seen=CONTEXT.at)
        for one in titles
    )
    timeline = Timeline(since=CONTEXT.at, until=CONTEXT.at, records=records)
    found = ids(
        to_html(Page("Drift", "Said.", sections=tuple(map(section, titles))), replace(CONTEXT, timeline=timeline))
    )

    assert sorted(set(found)) == sorted(found)
    assert {"tenant-a", "tenant-a-title", "tenant-a-2"} <= set(found)


def test_one_is_not_many():
    """A single warning is told as one, in the tile and in a tenant's line; the head of a column stands for all."""
    tiles = (Tile(3, "warnings", "warning", "warning"),)
    page = Page("Plan", "Said.", sections=(section("a"), section("b", number=2)), tiles=tiles)
    html = to_html(page)

    assert ["1 warning", "2 warnings"] == re.findall(r'<span class="sum">([^<]*)<', html)
    assert '<th scope="col" class="count">warnings</th>' in html
    assert '<span class="label">warning</span>' in to_html(replace(page, tiles=(replace(tiles[0], number=1),)))
    assert "1 warning." in site(page, CONTEXT)["tenant-a.html"]


def test_a_site_has_no_two_tenants_of_one_name():
    """Two tenants of one name would have one page, and one of them would be lost without a word."""
    with pytest.raises(ReconcilerError, match="names the tenant 'a' twice"):
        site(Page("Drift", "Said.", sections=(section("a"), section("a"))), CONTEXT)
