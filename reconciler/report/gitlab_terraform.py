"""A result as the counts of GitLab's Terraform report: a line of the merge request says how many changes there are."""

from collections import Counter
from collections.abc import Iterator
from typing import Final, assert_never

from pydantic import JsonValue

from reconciler.core.outcome import Applied, Drift, State, TenantDrift
from reconciler.core.plan import Plan
from reconciler.report.json import dumps

_KEYS: Final = ("create", "update", "delete")
_MOST: Final = 999_999
"""GitLab's parser takes six digits."""
_DONE: Final = frozenset({"applied", "converging", "manual"})
_SURE: Final = frozenset({0, 2, 8})
"""Exits after which nothing counted means that there is nothing."""
_NAMED: Final[tuple[State, ...]] = ("manual", "held", "failed", "skipped")
_OBJECTS: Final = frozenset({"present", "blocked"})
"""Fields of drift that stand for a whole object: one that is wanted and missing, or there and not wanted."""


def to_gitlab_terraform(result: Plan | Applied | Drift) -> str:
    """Changes by action, portal ones included; beside them, for others than GitLab, `manual`, `complete` and more.

    Of a run that could not see or do everything no zeros are written: GitLab then says that the report is broken,
    where three zeros would say that there is nothing to do.
    """
    counts, beside = _counts(result)
    known: dict[str, JsonValue] = {key: min(counts[key], _MOST) for key in _KEYS}
    if not any(known.values()) and result.exit.code not in _SURE:
        known = {}
    return dumps({**known, **beside})


def _counts(result: Plan | Applied | Drift) -> tuple[Counter[str], dict[str, JsonValue]]:
    """How many changes of each action there are, and the numbers beside them."""
    match result:
        case Plan():
            changes = [one for tenant in result.tenants for one in tenant.changes]
            found = Counter(one.severity for tenant in result.tenants for one in tenant.findings)
            manual = sum(one.via == "portal" for one in changes)
            beside: dict[str, JsonValue] = {"manual": manual, "held": found["held"], "refused": found["refusal"]}
            return Counter(one.action for one in changes), beside | _seen(result)
        case Drift():
            actions = [one for tenant in result.tenants for one in _actions(tenant)]
            manual = sum(by_hand for _, by_hand in actions)
            return Counter(action for action, _ in actions), {"manual": manual, **_seen(result)}
        case Applied():
            outcomes = [one for tenant in result.tenants for one in tenant.outcomes]
            states = Counter(one.state for one in outcomes)
            done: Counter[str] = Counter(one.action for one in outcomes if one.state in _DONE)
            return done, {**{state: states[state] for state in _NAMED}, "complete": result.exit.code in _SURE}
        case _:
            assert_never(result)


def _seen(result: Plan | Drift) -> dict[str, JsonValue]:
    unread = sum(not one.complete for one in result.tenants)
    return {"complete": not unread, "unreadable_tenants": unread}


def _actions(tenant: TenantDrift) -> Iterator[tuple[str, bool]]:
    """What a plan would do to each object that is not as it should be, and whether by hand."""
    found = [one for one in tenant.drift if one.state in {"open", "manual"}]
    for one in found:
        if one.field in _OBJECTS:
            yield "create" if one.desired is True else "delete", one.state == "manual"
    changed = {(one.address, one.state == "manual") for one in found if one.field not in _OBJECTS}
    yield from (("update", by_hand) for _, by_hand in changed)
