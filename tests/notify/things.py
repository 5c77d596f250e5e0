"""Small values that the tests about notifications are made of."""

from reconciler.core.change import Finding
from reconciler.core.notice import Notice, Told, Transition
from reconciler.core.outcome import DriftEntry, TenantDrift, Unreadable, ended

ADDRESS = "contoso/alert-policy/Alarm"
EVIL = "<!here> @here <@U123> **b** _i_ `c` [l](https://evil.example) <b>x</b> &lt; www.evil.example\n# h ~s~ $x$ | y"


def entry(address=ADDRESS, field="enabled", *, state="open", severity="critical", desired=True, actual=False):
    """One field that differs."""
    return DriftEntry(address=address, field=field, desired=desired, actual=actual, severity=severity, state=state)


def tenant(*entries, name="contoso", unread=(), late=()):
    """What a run has found in a tenant; `late` are addresses of writes that are overdue."""
    return TenantDrift(
        name=name,
        complete=not unread,
        unreadable=tuple(Unreadable(kind=one, reason="no answer") for one in unread),
        drift=entries,
        findings=tuple(Finding(rule="overdue", severity="overdue", address=one, message="late") for one in late),
        foreign={},
        exit=ended(0),
    )


def told(address=ADDRESS, field="enabled", *, state="open", severity="critical", desired=True, actual=False, **more):
    """One difference as a channel knows it."""
    return Told(address=address, field=field, state=state, severity=severity, desired=desired, actual=actual, **more)


def notice(*items, what="opened", **counts):
    """A notice of these differences, each in the tenant of its address."""
    news = tuple(Transition(what=what, tenant=one.address.partition("/")[0], now=one) for one in items)
    return Notice(news=news, **counts)
