"""Pairs that differ become changes. Equality decides; deepdiff names the leaves."""

from collections.abc import Iterable

from pydantic import JsonValue

from reconciler.core.change import Action, Change, Field
from reconciler.core.resource import Pair
from reconciler.core.values import Fields

_LEAVES = frozenset({"daily_limit"})
"""Mappings that are one value to a reader: a pair of threshold and window is meaningless by halves."""


def diff(pairs: Iterable[Pair]) -> tuple[Change, ...]:
    """The changes that make every pair equal, by address and way."""
    changes = [_change(pair) for pair in pairs if pair.before != pair.after]
    return tuple(sorted(changes, key=lambda change: (change.address, change.via)))


def _change(pair: Pair) -> Change:
    action: Action = "create" if pair.before is None else "delete" if pair.after is None else "update"
    fields = leaves(pair.before, pair.after) if pair.before is not None and pair.after is not None else ()
    return Change(
        address=pair.address,
        kind=pair.kind,
        action=action,
        via=pair.via,
        ref=pair.ref,
        before=pair.before,
        after=pair.after,
        fields=fields,
        origin=pair.origin,
        why=pair.why,
    )


def leaves(before: Fields, after: Fields) -> tuple[Field, ...]:
    """The leaves in which two objects differ, by dotted path; lists count as sets and are one leaf."""
    from deepdiff import DeepDiff

    tree = DeepDiff(
        _sets(before),
        _sets(after),
        view="tree",
        threshold_to_diff_deeper=0,
        verbose_level=2,
    )
    found = {_leaf(item.path(output_format="list")) for items in tree.values() for item in items}
    return tuple(Field(path=".".join(path), before=_at(before, path), after=_at(after, path)) for path in sorted(found))


def _sets(value: JsonValue) -> object:
    """The value with every list of scalars as a set, because their order means nothing to the service."""
    match value:
        case dict():
            return {key: _sets(below) for key, below in value.items()}
        case list() if not any(isinstance(item, dict | list) for item in value):
            return frozenset(value)
        case _:
            return value


def _leaf(path: Iterable[object]) -> tuple[str, ...]:
    """The path down to the leaf: it ends at a set's member, a list's index, or a mapping that is one value."""
    result: list[str] = []
    for step in path:
        if not isinstance(step, str):
            break
        result.append(step)
        if step in _LEAVES:
            break
    return tuple(result)


def _at(value: JsonValue, path: Iterable[str]) -> JsonValue:
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value
