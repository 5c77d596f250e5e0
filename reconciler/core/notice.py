"""What a channel is told: the transitions between what it was told last and what a run has found."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, Literal

from pydantic import Field, JsonValue

from reconciler.core.change import Severity
from reconciler.core.digest import canonical
from reconciler.core.outcome import DriftEntry, TenantDrift
from reconciler.core.values import Frozen

What = Literal["opened", "changed", "closed", "overdue"]
Standing = Literal["open", "manual", "accepted", "overdue", "unreadable"]
"""How a difference stands; what converges has no standing, because it is being mended."""
Markup = Literal["text", "markdown"]
Tone = Literal["failure", "warning", "info", "success"]
Key = tuple[str, str]

WHATS: Final[tuple[What, ...]] = ("overdue", "opened", "changed", "closed")
"""Every sort of transition, the most pressing first."""
RANKS: Final[tuple[Severity, ...]] = ("info", "warning", "critical")
LOUD: Final = frozenset({"open", "manual", "overdue"})
"""What makes a drift run end with 2."""
_SLACK: Final = 0.9
"""A daily run never comes after exactly a day: a heartbeat is due a tenth of its period early."""


class Told(Frozen):
    """One difference, or one kind that can't be read, as a channel knows it; for the latter `actual` is the reason."""

    address: str
    field: str
    state: Standing
    severity: Severity
    desired: JsonValue = None
    actual: JsonValue = None
    doubt: bool = False
    """A message about it was about to go out, and nobody knows whether it did: it is told again, whatever it says."""

    @property
    def key(self) -> Key:
        """What it is about, whatever its values."""
        return self.address, self.field


class Transition(Frozen):
    """One thing that a channel does not know yet; of what is closed, `now` is what it was."""

    what: What
    tenant: str
    now: Told
    was: Told | None = None


class Route(Frozen):
    """What a channel wants to hear; without any, everything."""

    labels: dict[str, str] = Field(default_factory=dict)
    severity: Severity = "info"
    on: tuple[What, ...] = WHATS
    heartbeat: timedelta | None = None


class Memory(Frozen):
    """What a channel was told that is not over, by tenant_id, and when it got a message last."""

    told: dict[str, tuple[Told, ...]] = Field(default_factory=dict)
    at: datetime | None = None


class Notice(Frozen):
    """One message: what is new, and how things stand in the tenants that the channel follows."""

    news: tuple[Transition, ...] = ()
    open: int = 0
    tenants: int = 0
    """How many of the tenants have something open."""
    unread: int = 0
    """How many could not be read completely."""


class Letter(Frozen):
    """A message as it is sent."""

    title: str
    body: str
    tone: Tone


def transitions(told: Iterable[Told], tenant: TenantDrift, least: Severity = "info") -> tuple[Transition, ...]:
    """What is new in a tenant, in one order; nothing closes that could not be looked at.

    A difference below `least` is not told, but one that was told is followed to its end, whatever becomes of it.
    """
    before = {one.key: one for one in told}
    today, mending = _standing(tenant)
    news = [_news(tenant.name, before.get(key), now, least) for key, now in today.items()]
    gone = (one for key, one in before.items() if key not in today and key not in mending)
    over = (one for one in gone if tenant.complete or one.state == "unreadable")
    closed = (Transition(what="closed", tenant=tenant.name, now=_sure(one)) for one in over)
    return tuple(sorted((*(one for one in news if one), *closed), key=lambda one: one.now.key))


def doubted(told: Iterable[Told], news: Iterable[Transition]) -> tuple[Told, ...]:
    """What is remembered while the news is on its way, so that no accident makes us believe that people know it."""
    known = {one.key: one for one in told} | {one.now.key: one.now.model_copy(update={"doubt": True}) for one in news}
    return tuple(known[key] for key in sorted(known))


def remembered(told: Iterable[Told], news: Iterable[Transition]) -> tuple[Told, ...]:
    """What a channel knows once it was told the news."""
    known = {one.key: one for one in told}
    for one in news:
        if one.what == "closed":
            known.pop(one.now.key, None)
        else:
            known[one.now.key] = one.now
    return tuple(known[key] for key in sorted(known))


def loud(tenant: TenantDrift, least: Severity = "info") -> int:
    """How many differences of a tenant are open, by hand to mend or overdue, at or above a severity."""
    return sum(one.state in LOUD and reaches(one.severity, least) for one in _standing(tenant)[0].values())


def reaches(severity: Severity, least: Severity) -> bool:
    """Whether a severity is at or above another."""
    return RANKS.index(severity) >= RANKS.index(least)


def beats(route: Route, last: datetime | None, now: datetime) -> bool:
    """Whether a heartbeat is due: no message went out for its period, or nobody knows when one did."""
    if route.heartbeat is None:
        return False
    return last is None or not timedelta() <= now - last < route.heartbeat * _SLACK


def _standing(tenant: TenantDrift) -> tuple[dict[Key, Told], frozenset[Key]]:
    """How each difference stands, and those that are only being mended; of two about one field, the worse."""
    late = {one.address for one in tenant.findings if one.severity == "overdue"}
    said = [(one.address, one.field, _state(one, late), one) for one in tenant.drift]
    standing = [_told(state, one) for _, _, state, one in said if state is not None]
    found = {one.key: one for one in sorted(standing, key=_weight)}
    unread = {one.key: one for one in (_unread(tenant.name, item.kind, item.reason) for item in tenant.unreadable)}
    mending = frozenset((address, field) for address, field, state, _ in said if state is None)
    return found | unread, mending - found.keys()


def _state(entry: DriftEntry, late: set[str]) -> Standing | None:
    if entry.state == "converging":
        return None
    return "overdue" if entry.address in late and entry.state in {"open", "manual"} else entry.state


def _told(state: Standing, entry: DriftEntry) -> Told:
    return Told(
        address=entry.address,
        field=entry.field,
        state=state,
        severity=entry.severity,
        desired=entry.desired,
        actual=entry.actual,
    )


def _unread(tenant: str, kind: str, reason: str) -> Told:
    # Whoever wants only what is critical must hear of it too: nobody can say what happens where nobody can look.
    return Told(address=f"{tenant}/{kind}", field="", state="unreadable", severity="critical", actual=reason)


def _weight(one: Told) -> tuple[bool, int, str, bytes]:
    return one.state in LOUD, RANKS.index(one.severity), one.state, canonical([one.desired, one.actual])


def _news(tenant: str, was: Told | None, now: Told, least: Severity) -> Transition | None:
    if was is None:
        if now.state == "accepted" or not reaches(now.severity, least):
            return None
        what: What = "overdue" if now.state == "overdue" else "opened"
    elif was.doubt:
        what = "overdue" if now.state == "overdue" else "changed" if now.state == "accepted" else "opened"
    elif now == was or now.state == was.state == "unreadable":
        return None
    else:
        what = "overdue" if now.state == "overdue" != was.state else "changed"
    return Transition(what=what, tenant=tenant, now=now, was=None if was is None or was.doubt else was)


def _sure(one: Told) -> Told:
    return one.model_copy(update={"doubt": False})
