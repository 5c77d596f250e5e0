"""A drift result as a page: each field that is not as policies want it, the gravest first."""

from typing import Final

from reconciler.core.change import Severity
from reconciler.core.outcome import Drift, DriftEntry, TenantDrift
from reconciler.report.page import Entry, Fact, Page, Piece, Section, Tone, groups
from reconciler.report.tiles import FOUND, Labels, tiles
from reconciler.report.words import counted, finding_groups, foreign_note, place, unreadable_group, value

_SEVERITIES: Final[dict[Severity, tuple[str, Tone]]] = {
    "critical": ("x", "error"),
    "warning": ("~", "warning"),
    "info": (".", "plain"),
}
_THERE: Final = {
    "present": ("yes, and it should not be", "no, and it should be"),
    "blocked": ("yes, and an approval would lift it", "no"),
}
"""Fields that stand for a whole object, in words: for false wanted, and for true."""
_STATES: Final = (
    ("open", "Drift"),
    ("manual", "Drift that only the portal can mend"),
    ("converging", "Converging"),
    ("accepted", "Accepted"),
)
_TILES: Final[Labels] = {
    "drift-critical": ("critical", "error"),
    "drift-warning": ("warning", "warning"),
    "drift-info": ("info", "plain"),
}
_ALSO: Final[Labels] = {"manual": ("by hand", "manual"), **FOUND, "warning": ("remarks", "warning")}


def drift_page(drift: Drift) -> Page:
    """The page of a drift result."""
    sections = tuple(map(_section, drift.tenants))
    return Page(
        title="Drift",
        verdict=_verdict(drift),
        tone="good" if drift.exit.code == 0 else "error",
        sections=sections,
        tiles=tiles(sections, _TILES, _ALSO),
    )


def _verdict(drift: Drift) -> str:
    entries = [one for tenant in drift.tenants for one in tenant.drift if one.state in {"open", "manual"}]
    by_severity = ", ".join(
        f"{number} {severity}"
        for severity in _SEVERITIES
        if (number := sum(one.severity == severity for one in entries))
    )
    said = f"{counted(len(entries), 'difference')} ({by_severity})" if entries else "none"
    unread = sum(not tenant.complete for tenant in drift.tenants)
    return f"Drift: {said}" + (f"; {counted(unread, 'tenant')} could not be read completely." if unread else ".")


def _section(tenant: TenantDrift) -> Section:
    ranked = sorted(tenant.drift, key=lambda one: list(_SEVERITIES).index(one.severity))
    quiet = () if tenant.drift or tenant.unreadable else ("As the policies want it.",)
    return Section(
        title=tenant.name,
        notes=(*quiet, *foreign_note(tenant.foreign)),
        groups=(
            *unreadable_group(tenant.name, tenant.unreadable),
            *groups(
                *((title, tuple(_entry(one) for one in ranked if one.state == state)) for state, title in _STATES),
                head="Severity",
            ),
            *finding_groups(tenant.findings),
        ),
        exit_code=tenant.exit.code,
    )


def _entry(one: DriftEntry) -> Entry:
    mark, tone = _SEVERITIES[one.severity]
    since = (Fact("first seen", (Piece(one.first_seen, "muted"),)),) if one.first_seen else ()
    # What converges or is accepted counts as that alone; its severity matters once it is open.
    own = {"open": (), "manual": ("manual",)}.get(one.state)
    return Entry(
        mark,
        one.severity,
        tone,
        one.address,
        place=place(one.origin),
        facts=(Fact(one.field, apart(one)), *since),
        tags=(one.state,) if own is None else (f"drift-{one.severity}", *own),
    )


def apart(one: DriftEntry) -> tuple[Piece, ...]:
    """What was wanted and what was found; of a list, the members that are missing or too many."""
    wanted, found = one.desired, one.actual
    if one.field in _THERE:
        return (Piece(_THERE[one.field][wanted is True]),)
    if not (isinstance(wanted, list) and isinstance(found, list)):
        return (Piece(f"wanted {value(wanted)},"), Piece(f"found {value(found)}"))
    missing = [Piece(f"missing {value(item)}", "delete") for item in wanted if item not in found]
    extra = [Piece(f"not wanted {value(item)}", "create") for item in found if item not in wanted]
    return (*missing, *extra)
