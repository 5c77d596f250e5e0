"""What the safety rules judge: a tenant's part of a plan before anybody has objected."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from reconciler.core.change import Change, Finding
from reconciler.core.kind import Moment
from reconciler.core.resource import Tenant, Wanted


@dataclass(frozen=True, slots=True)
class Draft:
    """What a plan would do to one tenant, and what policies write of it."""

    tenant: Tenant
    wanted: tuple[Wanted, ...]
    changes: tuple[Change, ...]
    moment: Moment


Rule = Callable[[Draft], Iterable[Finding]]


def refusal(rule: str, of: Change | Wanted, message: str) -> Finding:
    """That a rule refuses a change, or a value as it is written."""
    return Finding(rule=rule, severity="refusal", address=of.address, message=message, origin=of.origin)


def name_of(change: Change) -> str:
    """The last part of an address, which may hold slashes itself."""
    return change.address.split("/", 2)[2]
