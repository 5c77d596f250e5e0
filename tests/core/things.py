"""Small values that the tests of core are made of."""

from datetime import UTC, datetime, timedelta

from reconciler.core.change import Action, Change, Origin
from reconciler.core.history import History, Write
from reconciler.core.kind import Kind, Moment, Parsed
from reconciler.core.resource import Guardrails, Pair, Scoped, Tenant, Wanted

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ORIGIN = Origin(file="policies/tenants/contoso.yaml", line=7)
TENANT = Tenant(name="contoso", tenant_id="6f0c1d3e-0000-4000-8000-000000000001", domain="contoso.onmicrosoft.com")


def alert(*, enabled=True, notify=True, recipients=("secops@contoso.com",), severity=None):
    """An alert policy as plans show it; with a severity it is a custom one."""
    definition = None if severity is None else {"severity": severity}
    notifications = {"enabled": notify, "recipients": sorted(recipients), "daily_limit": "none"}
    return {"name": "Alarm", "enabled": enabled, "notifications": notifications, "definition": definition}


def pair(name, before, after, *, via="api"):
    """A pair of an alert policy, by default one that the API can write."""
    address = f"contoso/alert-policy/{name}"
    return Pair(address=address, kind="alert-policy", via=via, ref="id", before=before, after=after, origin=ORIGIN)


def change(before, after, *, kind="alert-policy", name="Alarm", via="api", **more):
    """A change between two objects."""
    action: Action = "create" if before is None else "delete" if after is None else "update"
    address = f"contoso/{kind}/{name}"
    return Change(
        address=address, kind=kind, action=action, via=via, ref="id", before=before, after=after, origin=ORIGIN, **more
    )


def sender(name="alice@contoso.com", since="2026-11-20T07:12:00Z"):
    """A block as plans show it."""
    return {"address": name, "blocked_since": since, "reason": "", "temporary": False}


def unblock(name="alice@contoso.com", since="2026-11-20T07:12:00Z"):
    """The change that lifts a block."""
    return change(sender(name, since), None, kind="restricted-sender", name=name)


def wanted(name="Alarm", kind="alert-policy", **body):
    """What a policy writes of one object."""
    return Wanted(kind=kind, address=f"contoso/{kind}/{name}", name=name, body=body, origin=ORIGIN)


def write(of, state, *, ago=timedelta(minutes=5), settled=False, number=1):
    """A write of a change that the ledger remembers."""
    return Write(
        id=number, address=of.address, kind=of.kind, via=of.via, action=of.action,
        before=of.before, after=of.after, at=NOW - ago, state=state, settled=settled,
    )  # fmt: skip


def moment(history=None, **rules):
    """The time of the tests, with guardrails and a ledger that knows the tenant."""
    return Moment(NOW, NOW, Guardrails(written=True, **rules), history or History(known=True))


def kind(*, once=False, same=(), clock=timedelta(hours=1)):
    """A kind of which only the clocks matter."""
    return Kind(
        name="restricted-sender" if once else "alert-policy",
        section="things",
        check=lambda _value: {},
        schema=dict,
        parse=lambda _section, _moment: Parsed(),
        query=tuple,
        match=lambda _tenant, _wanted, _answers, _moment: Scoped(),
        encode=lambda _change, _answers: (),
        clock=clock,
        effect="",
        severity=lambda _change, _field: "warning",
        once=once,
        same=same,
    )
