"""Reads what policies need to know of one tenant: the lists side by side, then what they call for."""

import logging
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from reconciler.core.change import Finding
from reconciler.core.errors import Interrupted, ReconcilerError, is_denial
from reconciler.core.kind import Kind, Moment
from reconciler.core.outcome import Unreadable
from reconciler.core.ports import Source
from reconciler.core.request import Answers
from reconciler.core.resource import Desired
from reconciler.flow.ask import ask

log = logging.getLogger(__name__)
_ROUNDS: Final = 5
"""Rounds of further questions; a review takes one and evidence three; a kind that always asks for more must end."""


@dataclass(frozen=True, slots=True)
class Observed:
    """The complete answers of each kind that could be read, and the kinds that could not."""

    answers: dict[str, Answers] = field(default_factory=dict)
    unreadable: tuple[Unreadable, ...] = ()
    denied: bool = False
    """A read failed because sign-in, consent, a role or a licence is missing."""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Failed:
    kind: Kind
    reason: str
    denied: bool


def needed(
    kinds: Iterable[Kind], desired: Desired, *, targeted: bool = False, only: frozenset[str] | None = None
) -> tuple[Kind, ...]:
    """The kinds to read: those that policies write, and without targets those whose silence would be dangerous.

    What guardrails protect is read like what policies write.
    """
    if only is not None:
        return tuple(kind for kind in kinds if kind.name in only)
    asked = {one.kind for one in desired.wanted}
    unasked = frozenset() if targeted else frozenset(desired.sections)
    return tuple(
        kind
        for kind in kinds
        if kind.name in asked
        or kind.section in unasked
        or (not targeted and (kind.always_read or kind.guarded(desired.guardrails)))
    )


def observe(
    kinds: tuple[Kind, ...],
    desired: Desired,
    source: Source,
    moment: Callable[[], Moment],
    *,
    strict: bool = False,
    stopping: Callable[[], bool] = lambda: False,
) -> Observed:
    """Ask every kind's questions. A failed read makes its kind unreadable and never looks like an absence.

    `moment` is asked after the first answers, so it may wait for the ledger while they come.
    A kind that neither policies write nor guardrails protect is only looked at: unless `strict`, failing is a finding.
    """
    if not kinds:
        return Observed()
    with ThreadPoolExecutor(max_workers=len(kinds)) as pool:
        results = list(pool.map(lambda kind: _read(kind, desired, source, moment, stopping), kinds))
    failed = [one for one in results if isinstance(one, _Failed)]
    due = {one.name for one in kinds if one.section in desired.sections or one.guarded(desired.guardrails)}
    wanted = [one for one in failed if strict or one.kind.name in due]
    return Observed(
        answers={kind.name: one for kind, one in zip(kinds, results, strict=True) if not isinstance(one, _Failed)},
        unreadable=tuple(Unreadable(kind=one.kind.name, reason=one.reason) for one in wanted),
        denied=any(one.denied for one in wanted),
        findings=tuple(_not_read(desired, one) for one in failed if one not in wanted),
    )


def _read(
    kind: Kind, desired: Desired, source: Source, moment: Callable[[], Moment], stopping: Callable[[], bool]
) -> Answers | _Failed:
    wanted = tuple(one for one in desired.wanted if one.kind == kind.name)
    try:
        answers = ask(kind.query(), source, stopping)
        for _ in range(_ROUNDS):
            known = {*answers, *answers.unanswered}
            more = tuple(one for one in kind.follow_up(wanted, answers, moment()) if one.name not in known)
            answers = answers.joined(ask(more, source, stopping))
            if not more:
                break
        kind.match(desired.tenant, wanted, answers, moment())
    except Interrupted:
        raise
    except ReconcilerError as error:
        return _Failed(kind, str(error), is_denial(error))
    except Exception as error:
        log.exception("%s: reading %s failed", desired.tenant.name, kind.name)
        return _Failed(kind, f"internal error ({type(error).__name__}); run again with --debug.", denied=False)
    return answers


def _not_read(desired: Desired, one: _Failed) -> Finding:
    text = f"policies write nothing of this kind, and it could not be read: {one.reason}"
    return Finding(rule="not-read", severity="info", address=f"{desired.tenant.name}/{one.kind.name}", message=text)
