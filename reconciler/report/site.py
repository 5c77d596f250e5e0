"""A result as a small web site: a page of all tenants and one of each, linked to each other and to nothing else."""

import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from reconciler.core.errors import ReconcilerError
from reconciler.report.alike import fold
from reconciler.report.context import Context
from reconciler.report.html import to_html
from reconciler.report.overview import ended, tenants
from reconciler.report.page import Page, Section, Tile
from reconciler.report.tiles import agreeing, tallies

INDEX: Final = "index.html"
_PLAIN_NAME: Final = re.compile(r"[a-z0-9-]{1,100}")


def site(page: Page, context: Context) -> Mapping[str, str]:
    """The files of the site by name, the index last; `page` has a section for each tenant.

    On the index stand all tenants, and what several of them have in common. Raises ReconcilerError where two
    tenants have one name, as only an altered result can have: one of them would be lost.
    """
    name, number = next(iter(Counter(one.title for one in page.sections).most_common(1)), ("", 0))
    if number > 1:
        raise ReconcilerError(f"The result names the tenant {name!r} twice. Let the command write it anew.")
    names = {one.title: file_of(one.title) for one in page.sections}
    listed = tenants(page, lambda name, _: names[name])
    shared = tuple(one for one in fold(page).sections if one.members and one.groups)
    index = to_html(replace(page, sections=shared), context, listed=listed)
    files = {names[one.title]: to_html(_alone(page, one), context, back=INDEX) for one in page.sections}
    return {**files, INDEX: index}


def file_of(tenant: str) -> str:
    """The file of a tenant's page, safe on every file system and in every address, whatever the tenant is called."""
    if _PLAIN_NAME.fullmatch(tenant):
        return f"tenant-{tenant}.html"
    return f"tenant_{hashlib.sha256(tenant.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}.html"


def _alone(page: Page, section: Section) -> Page:
    """The page of one tenant, with its own numbers."""
    counts = tallies((section,))
    numbers = tuple(Tile(counts[one.tag], one.label, one.tone, one.tag) for one in page.tiles)
    told = ", ".join(f"{one.number} {agreeing(one.label, one.number)}" for one in numbers if one.number) or " ".join(
        section.notes[:1]
    )
    return replace(
        page,
        title=f"{page.title}: {section.title}",
        verdict=f"{told.removesuffix('.')}." if told else "Nothing to tell.",
        tone=ended(section).tone,
        sections=(section,),
        tiles=numbers,
    )
