"""How many blocks a run may still lift in each tenant, beside those that it lifts already."""

from collections.abc import Iterable, Iterator
from typing import Final

from reconciler.core.outcome import Applied, Drift
from reconciler.core.plan import Plan
from reconciler.core.resource import Desired

_SENT: Final = frozenset({"applied", "converging", "failed"})
"""States of an unblock that the service may have counted: a failed one too."""


def unblocks_left(desired: Iterable[Desired], result: object) -> dict[str, int]:
    """What guardrails leave of `max_unblocks.per_run` after the unblocks that a result holds, by tenant.

    A tenant of which the ledger knows no run gets one at most (CONTRACT 5). Nothing for results that hold no unblocks.
    """
    allowed = {one.tenant.name: one.guardrails.max_unblocks.per_run for one in desired}
    return {
        name: max((allowed[name] if known else min(1, allowed[name])) - len(lifted), 0)
        for name, lifted, known in _lifted(result)
        if name in allowed
    }


def _lifted(result: object) -> Iterator[tuple[str, set[str], bool]]:
    """Each tenant with the senders whose blocks are lifted in it, and whether the ledger knows it."""
    match result:
        case Plan():
            for one in result.tenants:
                yield (
                    one.name,
                    _senders(item.address for item in one.changes),
                    _is_known(item.rule for item in one.findings),
                )
        case Drift():
            for found in result.tenants:
                open_ = (item.address for item in found.drift if item.state == "open")
                yield found.name, _senders(open_), _is_known(item.rule for item in found.findings)
        case Applied():
            for done in result.tenants:
                yield done.name, _senders(item.address for item in done.outcomes if item.state in _SENT), True
        case _:
            return


def _senders(addresses: Iterable[str]) -> set[str]:
    return {one for one in addresses if one.split("/")[1:2] == ["restricted-sender"]}


def _is_known(rules: Iterable[str]) -> bool:
    return "no-history" not in rules
