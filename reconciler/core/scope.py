"""Which objects a plan may speak of, and the wanted fields laid over the actual ones."""

from reconciler.core.resource import Desired, Scoped
from reconciler.core.values import Fields


def overlay(written: Fields, actual: Fields, whole: frozenset[str] = frozenset()) -> Fields:
    """The actual fields with the written ones in their place; what is not written stays as it is.

    Mappings are laid over each other key by key, but for those named in `whole`.
    """
    result = dict(actual)
    for key, value in written.items():
        below = actual.get(key)
        if isinstance(value, dict) and isinstance(below, dict) and key not in whole:
            result[key] = overlay(value, below, whole)
        else:
            result[key] = value
    return result


def narrow(desired: Desired, targets: frozenset[str]) -> Desired:
    """The desired state with only the targeted objects; without targets all of it."""
    if not targets:
        return desired
    wanted = tuple(one for one in desired.wanted if one.address in targets)
    return desired.model_copy(update={"wanted": wanted})


def within(scoped: Scoped, targets: frozenset[str]) -> Scoped:
    """What may be said when only some objects are targeted: nothing about any other."""
    if not targets:
        return scoped
    return Scoped(
        pairs=tuple(pair for pair in scoped.pairs if pair.address in targets),
        findings=tuple(one for one in scoped.findings if one.address in targets),
        evidence=tuple(one for one in scoped.evidence if one.address in targets),
        foreign=0,
    )
