"""Lists the restricted senders of every tenant as they are now, with evidence; compares and changes nothing."""

from dataclasses import replace
from typing import Final

from reconciler.core.outcome import Exit, Senders, TenantSenders, ended, of_run
from reconciler.core.resource import Desired
from reconciler.flow.look import Look
from reconciler.flow.make_plan import looks_at
from reconciler.flow.ports import Ports

_KIND: Final = "restricted-sender"


def senders(desired: tuple[Desired, ...], ports: Ports) -> Senders:
    """The restricted senders of all tenants. A list that could not be read is said to be so, never empty."""
    looks = looks_at(desired, replace(ports, depth="everything"), only=frozenset({_KIND}))
    tenants = tuple(_tenant(one) for one in looks)
    return Senders(tenants=tenants, exit=of_run((one.name, one.exit, False) for one in tenants))


def _tenant(one: Look) -> TenantSenders:
    return TenantSenders(
        name=one.desired.tenant.name,
        complete=one.complete,
        unreadable=one.observed.unreadable,
        senders=one.judged.listed.get(_KIND, ()),
        exit=_exit(one),
    )


def _exit(one: Look) -> Exit:
    if one.complete:
        return ended(0)
    return ended(9 if one.observed.denied else 6, *(item.reason for item in one.observed.unreadable))
