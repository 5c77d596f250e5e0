"""Adds to a drift report what guardrails protect and a tenant has disabled or muted, named by policies or not."""

from reconciler.core.judge import Judged
from reconciler.core.outcome import DriftEntry


def with_protected(entries: tuple[DriftEntry, ...], judged: Judged) -> tuple[DriftEntry, ...]:
    """The entries, critical where they quieten a protected policy, and an open one for each field without an entry."""
    quiet = {(address, field.path): field for address, fields in judged.quiet.items() for field in fields}
    known = {(one.address, one.field) for one in entries}
    raised = (
        one.model_copy(update={"severity": "critical"}) if (one.address, one.field) in quiet else one for one in entries
    )
    added = (
        DriftEntry(
            address=address,
            field=path,
            desired=field.after,
            actual=field.before,
            severity="critical",
            state="open",
        )
        for (address, path), field in quiet.items()
        if (address, path) not in known
    )
    return (*raised, *added)
