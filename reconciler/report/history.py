"""Past runs as a page: who ran what when, and each change with what it was before and after."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from reconciler.core.change import Field
from reconciler.core.history import WriteState
from reconciler.core.outcome import NAMES, Outcome
from reconciler.core.records import Removal, RunRecord, Runs, TenantRecord, WriteRecord
from reconciler.core.values import Fields, stamp
from reconciler.report.page import Entry, Fact, Group, Page, Piece, Section, Tone, groups
from reconciler.report.tiles import Labels, tiles
from reconciler.report.words import change_of, command, counted, facts

_STATES: Final[dict[WriteState, tuple[str, str, Tone]]] = {
    "applied": ("+", "applied", "good"),
    "answered": (".", "answered, not seen yet", "update"),
    "unanswered": ("?", "no answer", "warning"),
    "started": ("?", "sent, and nothing more is known", "warning"),
    "refused": ("x", "refused", "error"),
    "denied": ("x", "denied", "error"),
    "disbelieved": ("x", "answered, and nothing changed", "error"),
}
_ALSO: Final[Labels] = {
    "applied": ("applied", "good"),
    "answered": ("not seen yet", "update"),
    "unclear": ("no answer", "warning"),
    "failed": ("failed", "error"),
    "unsent": ("not sent", "held"),
}
_TAGS: Final[dict[WriteState, str]] = {
    "applied": "applied",
    "answered": "answered",
    "unanswered": "unclear",
    "started": "unclear",
    "refused": "failed",
    "denied": "failed",
    "disbelieved": "failed",
}
_SHIFTED: Final = timedelta(minutes=1)
_UNSENT: Final = frozenset({"manual", "held", "skipped"})


def history_page(runs: Runs, *, verbose: bool = False) -> Page:
    """The page of past runs; `verbose` shows the cmdlets too. On a terminal the newest run stands last."""
    sections = tuple(_section(one, verbose=verbose) for one in reversed(runs.runs))
    return Page(
        title="History",
        verdict=f"{counted(len(runs.runs), 'run')}." if runs.runs else "The ledger holds no runs.",
        sections=sections,
        tiles=tiles(sections, {}, _ALSO),
    )


def removal_page(removal: Removal) -> Page:
    """The page of what was taken out of the ledger."""
    return Page(title="History", verdict=removal.message, tone="good")


def _section(run: RunRecord, *, verbose: bool) -> Section:
    groups = tuple(group for tenant in run.tenants for group in _groups(tenant, verbose=verbose))
    return Section(f"run {run.run}", notes=tuple(_notes(run)), groups=groups)


def _notes(run: RunRecord) -> Iterator[str]:
    by = f" by {run.who}" if run.who else ""
    until = f"ended {_time(run.ended_at)}" if run.ended_at else "never ended: stopped, killed, or still at work"
    yield f"{run.command}{by}, begun {_time(run.machine_at)}, {until}."
    if run.exit_code is not None:
        yield f"exit {run.exit_code} ({NAMES.get(run.exit_code, 'unknown')})"
    if abs(run.at - run.machine_at) > _SHIFTED:
        yield f"It took {_time(run.at)} for now."
    if run.commit:
        yield f"commit {run.commit}"
    if run.plan_digest:
        yield f"plan {run.plan_digest}"
    yield from (f"{one.rule} was acknowledged{f' by {one.who}' if one.who else ''}." for one in run.acknowledgements)
    yield from (
        f"{one.name}: exit {one.exit_code} ({NAMES.get(one.exit_code, 'unknown')})"
        + (f": {'; '.join(one.reasons)}" if one.reasons else "")
        for one in run.tenants
        if one.exit_code
    )


def _groups(tenant: TenantRecord, *, verbose: bool) -> tuple[Group, ...]:
    unsent = tuple(_unsent(one) for one in tenant.outcomes if one.state in _UNSENT)
    verdicts: dict[str, list[Fact]] = {}
    for one in tenant.evidence:
        verdicts.setdefault(one.address, []).append(Fact(one.check, (Piece(one.verdict),)))
    judged = tuple(Entry(".", "judged", "muted", address, facts=tuple(some)) for address, some in verdicts.items())
    return groups(
        (f"Changes in {tenant.name}", tuple(_entry(one, verbose=verbose) for one in tenant.writes)),
        (f"Not sent in {tenant.name}", unsent),
        (f"Evidence in {tenant.name}", judged),
    )


def _entry(one: WriteRecord, *, verbose: bool) -> Entry:
    mark, verb, tone = _STATES[one.state]
    way = "" if one.via == "api" else f" via {one.via}"
    sent = tuple(f"{command(item.command)}  ({item.outcome})" for item in one.commands) if verbose else ()
    return Entry(
        mark,
        f"{one.action}{way}, {verb}",
        tone,
        one.address,
        note=one.message,
        facts=(Fact("at", (Piece(_time(one.at), "muted"),)), *_moved(one.before, one.after)),
        code=sent,
        tags=(_TAGS[one.state],),
    )


def _unsent(one: Outcome) -> Entry:
    return Entry("=", f"{one.state} ({one.action})", "held", one.address, note=one.message, tags=("unsent",))


def _moved(before: Fields | None, after: Fields | None) -> tuple[Fact, ...]:
    """The leaves that differ; of a create or a delete all of them."""
    if before is None or after is None:
        return facts(after if before is None else before)
    return tuple(_differing(before, after, ""))


def _differing(before: Fields, after: Fields, above: str) -> Iterator[Fact]:
    for name in dict.fromkeys((*before, *after)):
        was, became = before.get(name), after.get(name)
        if was == became:
            continue
        if isinstance(was, dict) and isinstance(became, dict):
            yield from _differing(was, became, f"{above}{name}.")
        else:
            yield change_of(Field(path=f"{above}{name}", before=was, after=became))


def _time(instant: datetime) -> str:
    return stamp(instant.replace(microsecond=0))
