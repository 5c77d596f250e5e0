"""What waits as a page: overdue writes first, then what people have to do, then what only takes time."""

from typing import Final

from reconciler.core.waiting import Status, TenantStatus, Wait, Waiting
from reconciler.report.page import Entry, Fact, Page, Piece, Section, Tone, groups
from reconciler.report.tiles import Labels, tiles
from reconciler.report.words import counted, place, unreadable_group

_STATES: Final[dict[Wait, tuple[str, str, Tone]]] = {
    "overdue": ("Overdue", "?", "warning"),
    "held": ("Held", "=", "held"),
    "manual": ("By hand in the portal", "!", "manual"),
    "converging": ("Converging", ".", "muted"),
}
"""Every state with its title, mark and tone, the gravest first."""
_TILES: Final[Labels] = {
    "overdue": ("overdue", "warning"),
    "held": ("held", "held"),
    "manual": ("by hand", "manual"),
    "converging": ("converging", "update"),
}


def status_page(status: Status) -> Page:
    """The page of a status run."""
    waiting = [one.state for tenant in status.tenants for one in tenant.waiting]
    parts = [f"{number} {state}" for state in _STATES if (number := waiting.count(state))]
    unread = sum(not tenant.complete for tenant in status.tenants)
    parts += [f"{counted(unread, 'tenant')} could not be read completely"] if unread else []
    sections = tuple(map(_section, status.tenants))
    return Page(
        title="Status",
        verdict=f"Waiting: {', '.join(parts)}." if parts else "Nothing waits.",
        tone="error" if status.exit.code not in {0, 8} else "manual" if waiting else "good",
        sections=sections,
        tiles=tiles(sections, _TILES),
    )


def _section(tenant: TenantStatus) -> Section:
    quiet = ("Nothing waits.",) if tenant.complete and not tenant.waiting else ()
    found = (
        (title, tuple(_entry(one) for one in tenant.waiting if one.state == state))
        for state, (title, _, _) in _STATES.items()
    )
    unread = unreadable_group(tenant.name, tenant.unreadable)
    return Section(tenant.name, notes=quiet, groups=(*unread, *groups(*found)), exit_code=tenant.exit.code)


def _entry(one: Waiting) -> Entry:
    _, mark, tone = _STATES[one.state]
    way = "" if one.via in {None, "api"} else f" via {one.via}" if one.via == "companion" else " by hand"
    times = (("written", one.since), ("visible by", one.until))
    return Entry(
        mark,
        f"{one.action}{way}" if one.action else one.rule or one.state,
        tone,
        one.address,
        note=one.message,
        place=place(one.origin),
        facts=tuple(Fact(name, (Piece(text, "muted"),)) for name, text in times if text),
        steps=one.steps,
        link=one.url,
        tags=(one.state,),
    )
