"""The result of an apply as a page: how each change ended."""

from collections import Counter
from typing import Final

from reconciler.core.outcome import Applied, Outcome, State, TenantOutcomes
from reconciler.report.page import Entry, Fact, Group, Page, Piece, Section, Tone
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
"""Every state with its mark and tone, in the order in which a summary names them."""


def applied_page(applied: Applied) -> Page:
    """The page of an apply."""
    return Page(
        title="Apply",
        verdict=f"Apply: {_counts(applied)}.",
        tone="error" if applied.exit.code not in {0, 8} else "good" if not applied.exit.code else "manual",
        sections=tuple(map(_section, applied.tenants)),
        facts=(Fact("run", (Piece(applied.run, "muted"),)),),
    )


def _counts(applied: Applied) -> str:
    counts = Counter(one.state for tenant in applied.tenants for one in tenant.outcomes)
    return ", ".join(f"{counts[state]} {state}" for state in reversed(_STATES) if counts[state]) or "nothing to do"


def _section(tenant: TenantOutcomes) -> Section:
    groups = (Group("Outcomes", tuple(map(_entry, tenant.outcomes)), "State"),) if tenant.outcomes else ()
    said = (f"{exit_line(tenant.exit).removesuffix('.')}.",) if tenant.exit.code else ()
    return Section(tenant.name, notes=said or (() if groups else ("Nothing to do.",)), groups=groups)


def _entry(outcome: Outcome) -> Entry:
    mark, tone = _STATES[outcome.state]
    way = "" if outcome.via == "api" else f" via {outcome.via}"
    return Entry(mark, f"{outcome.state} ({outcome.action}{way})", tone, outcome.address, note=outcome.message)
