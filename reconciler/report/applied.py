"""The result of an apply as a page: how each change ended."""

from collections import Counter
from typing import Final

from reconciler.core.outcome import Applied, Outcome, State, TenantOutcomes
from reconciler.report.page import Entry, Fact, Group, Page, Piece, Section, Tone
from reconciler.report.tiles import Labels, tiles
from reconciler.report.words import exit_line

_STATES: Final[dict[State, tuple[str, Tone]]] = {
    "failed": ("x", "error"),
    "skipped": ("x", "warning"),
    "held": ("=", "held"),
    "manual": ("!", "manual"),
    "converging": (".", "update"),
    "applied": ("+", "good"),
    "unchanged": (".", "muted"),
}
"""Every state with its mark and tone, the gravest first."""
_TILES: Final[Labels] = {"applied": ("applied", "good")}
_ALSO: Final[Labels] = {state: (state, tone) for state, (_, tone) in _STATES.items()}


def applied_page(applied: Applied) -> Page:
    """The page of an apply."""
    sections = tuple(map(_section, applied.tenants))
    return Page(
        title="Apply",
        verdict=f"Apply: {_counts(applied)}.",
        tone="error" if applied.exit.code not in {0, 8} else "good" if not applied.exit.code else "manual",
        sections=sections,
        facts=(Fact("run", (Piece(applied.run, "muted"),)),),
        tiles=tiles(sections, _TILES, _ALSO),
    )


def _counts(applied: Applied) -> str:
    counts = Counter(one.state for tenant in applied.tenants for one in tenant.outcomes)
    return ", ".join(f"{counts[state]} {state}" for state in reversed(_STATES) if counts[state]) or "nothing to do"


def _section(tenant: TenantOutcomes) -> Section:
    groups = (Group("Outcomes", tuple(map(_entry, tenant.outcomes)), "State"),) if tenant.outcomes else ()
    said = (f"{exit_line(tenant.exit).removesuffix('.')}.",) if tenant.exit.code else ()
    quiet = () if groups else ("Nothing to do.",)
    return Section(tenant.name, notes=said or quiet, groups=groups, exit_code=tenant.exit.code)


def _entry(outcome: Outcome) -> Entry:
    mark, tone = _STATES[outcome.state]
    way = "" if outcome.via == "api" else f" via {outcome.via}"
    verb = f"{outcome.state} ({outcome.action}{way})"
    return Entry(mark, verb, tone, outcome.address, note=outcome.message, tags=(outcome.state,))
