"""A kind that wants of each object what undoes a run's write; all else of it stays as it is."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from reconciler.core.change import Finding
from reconciler.core.kind import Kind, Moment
from reconciler.core.records import WriteRecord
from reconciler.core.request import Answers
from reconciler.core.resource import Pair, Scoped, Tenant, Wanted
from reconciler.core.undo import Turned, turned

Deeds = Mapping[tuple[str, int], WriteRecord]
"""The writes that are to be undone, by tenant and place in the run."""

_SINCE: Final = "changed since by somebody else, so it stays"


def undoing(kind: Kind, deeds: Deeds) -> Kind:
    """The kind with another `match`; it is read only where a write is to be undone."""

    def match(tenant: Tenant, wanted: tuple[Wanted, ...], answers: Answers, moment: Moment) -> Scoped:
        return _match(kind, deeds, (tenant, wanted, answers, moment))

    return replace(kind, match=match, always_read=False, guarded=lambda _guardrails: False)


def _match(kind: Kind, deeds: Deeds, given: tuple[Tenant, tuple[Wanted, ...], Answers, Moment]) -> Scoped:
    """Find each object by the kind's own means, then say what becomes of it."""
    tenant, wanted, answers, moment = given
    writes = [(one, deeds[tenant.name, one.origin.line]) for one in wanted]
    seen = kind.match(tenant, tuple(_located(kind, one, write) for one, write in writes), answers, moment)
    found = {(pair.address, pair.via): pair for pair in seen.pairs}
    parts = [_one(kind, one, write, found.get((one.address, write.via)), moment) for one, write in writes]
    return Scoped(
        pairs=tuple(pair for part in parts for pair in part.pairs),
        findings=(
            *(one for one in seen.findings if one.severity == "refusal"),
            *(one for part in parts for one in part.findings),
        ),
    )


def _located(kind: Kind, one: Wanted, write: WriteRecord) -> Wanted:
    fields = write.after if write.after is not None else write.before
    if kind.locate is None or fields is None:
        return one
    return one.model_copy(update={"body": kind.locate(write.via, fields)})


def _one(kind: Kind, one: Wanted, write: WriteRecord, found: Pair | None, moment: Moment) -> Scoped:
    if found is None:
        return Scoped(findings=(_said(one, "the tenant does not offer it any more, so nothing is undone."),))
    back = turned(write, found.before)
    why = f"undoes what run {one.origin.file.partition(':')[2]} did"
    pair = found.model_copy(update={"after": back.after, "origin": one.origin, "why": why})
    return Scoped(pairs=(pair,), findings=tuple(_about(kind, one, write, back, moment)))


def _about(kind: Kind, one: Wanted, write: WriteRecord, back: Turned, moment: Moment) -> list[Finding]:
    if back.kept == ("present",):
        gone = back.after is None
        return [_said(one, "it is gone since." if gone else f"it was {_SINCE}.")]
    if back.kept:
        return [_said(one, f"{', '.join(back.kept)}: {_SINCE}.")]
    if not back.is_before:
        return []
    if write.state != "applied" and write.settled_at is None and moment.now - write.at < kind.clock:
        text = "the run's write is not visible yet, so it can't be undone yet. Roll back again once `status` is quiet."
        return [Finding(rule="converging", severity="converging", address=one.address, message=text, origin=one.origin)]
    return [_said(one, "it is already as it was before the run.")]


def _said(one: Wanted, text: str) -> Finding:
    return Finding(rule="not-undone", severity="info", address=one.address, message=text, origin=one.origin)
