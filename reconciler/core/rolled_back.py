"""Says where policies still ask for what somebody rolled back, before the next apply quietly makes it again."""

from collections.abc import Iterable, Iterator, Mapping

from reconciler.core.change import Finding
from reconciler.core.diff import leaves
from reconciler.core.history import Undone
from reconciler.core.resource import Pair, Wanted
from reconciler.core.undo import at, is_of_ledger
from reconciler.core.values import stamp


def rolled_back(pairs: Iterable[Pair], wanted: Mapping[str, Wanted], undone: Iterable[Undone]) -> Iterator[Finding]:
    """A warning for each object of which policies want again what was undone, visible already or not."""
    known = {(one.address, one.via): one for one in undone}
    for pair in pairs:
        one = known.get((pair.address, pair.via))
        if one is None or is_of_ledger(pair.origin) or not _asks_again(pair, wanted[pair.address], one):
            continue
        when = stamp(one.at.replace(microsecond=0))
        text = (
            f"what run {one.run} did here was rolled back at {when}, and the policies still ask for it. "
            "Revert the commit that brought it; as long as it stands, apply makes it again."
        )
        yield Finding(rule="rolled-back", severity="warning", address=pair.address, message=text, origin=pair.origin)


def _asks_again(pair: Pair, wanted: Wanted, one: Undone) -> bool:
    """Whether a written field is wanted as it was before it was undone; a removed or restored object as a whole."""
    if one.before is None or one.after is None or pair.after is None:
        return (one.before is None) == (pair.after is None) and not (one.before and one.after)
    return any(
        at(wanted.body, field.path) is not None and at(pair.after, field.path) == field.before
        for field in leaves(one.before, one.after)
    )
