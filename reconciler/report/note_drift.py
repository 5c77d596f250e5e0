"""The issue about the drift of one tenant: what differs, how grave it is, since when, and what to do."""

from typing import Final

from reconciler.core.outcome import Drift, TenantDrift
from reconciler.core.pipeline import Pipeline
from reconciler.report.drift import drift_page
from reconciler.report.escape import markdown
from reconciler.report.note import BUDGET, links
from reconciler.report.note_details import grouped
from reconciler.report.note_discreet import discreet
from reconciler.report.note_fit import clipped, joined, size

_ROOM: Final = 3_000
"""Bytes for what stands after the drift: links and the mark."""
_LONGEST_NAME: Final = 80
_TO_DO: Final = (
    "Either the policies are right, and the next `apply` or a step in the portal mends the tenant; or the tenant is "
    "right, and the policies or an acceptance should say so. This issue follows the tenant: it is brought up to date, "
    "and closed when a complete reading shows no such difference any more."
)


def drift_issue(tenant: TenantDrift) -> tuple[str, str]:
    """The title of a tenant's issue, and what its drift reads like."""
    page = discreet(drift_page(Drift(tenants=(tenant,), exit=tenant.exit)))
    head = joined((f"### {markdown(page.verdict)}", _TO_DO))
    room = BUDGET - _ROOM - size(head, "", "")
    return f"Drift in the tenant {_plain(tenant.name)}", joined((head, *grouped(page.sections[0].groups, room)))


def drift_foot(pipeline: Pipeline) -> str:
    """Where the run that wrote the issue can be seen."""
    return links(pipeline)


def _plain(name: str) -> str:
    """A name as a title may carry it: titles know no escapes, and a tenant's name is letters, digits and hyphens."""
    return "".join(
        one if one.isascii() and (one.isalnum() or one == "-") else "?" for one in clipped(name, _LONGEST_NAME)
    )
