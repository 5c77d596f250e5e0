"""Tells channels what is new in a drift result: delivered first, then remembered, so that nothing is lost."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from reconciler.core.errors import Interrupted, LedgerError, ReconcilerError
from reconciler.core.notice import (
    Letter,
    Markup,
    Memory,
    Notice,
    Route,
    Told,
    beats,
    doubted,
    loud,
    remembered,
    transitions,
)
from reconciler.core.notice_ports import Channel, Notices
from reconciler.core.outcome import Drift, TenantDrift, ended, first
from reconciler.core.ports import Clock
from reconciler.core.resource import Desired, selects

Write = Callable[[Notice, Markup, int], Letter]
"""Makes a message of a notice, in a markup, with at most so many characters."""


@dataclass(frozen=True, slots=True)
class Notified:
    """The drift result with what became of its messages: one that was not delivered is an error of the run."""

    drift: Drift
    sent: tuple[str, ...] = ()
    """A line for each message that was delivered."""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Post:
    """What a run has for one channel."""

    notice: Notice
    beat: bool
    """Whether a message is due without news too."""
    doubted: Mapping[str, tuple[Told, ...]]
    """What is known of each tenant with news while the message is on its way."""
    known: Mapping[str, tuple[Told, ...]]
    """The same once it was delivered."""


@dataclass(slots=True)
class _Desk:
    """Where one run tells its channels, one after the other."""

    notices: Notices
    now: datetime
    write: Write
    sent: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def tell(self, channel: Channel, route: Route, tenants: list[tuple[Desired, TenantDrift]]) -> None:
        """Send a channel its news: recorded as doubtful, then delivered, then recorded as known."""
        followed = [(one, found) for one, found in tenants if selects(one.tenant, (), route.labels)]
        post = _post(followed, route, self._memory(channel), self.now)
        kept = not post.notice.news or self._record(channel, post.doubted)
        notice = post.notice if kept else _without_closings(post.notice)
        sent = bool(notice.news) or post.beat
        if sent and not self._deliver(channel, notice):
            return
        if kept:
            self._record(channel, post.known, sent=sent)

    def _deliver(self, channel: Channel, notice: Notice) -> bool:
        letter = self.write(notice, channel.markup, channel.room)
        try:
            channel.send(letter)
        except ReconcilerError as error:
            self.failed.append(f"notify {channel.name}: not delivered: {error}")
            return False
        self.sent.append(f"notify {channel.name}: {letter.title}")
        return True

    def _memory(self, channel: Channel) -> Memory:
        try:
            return self.notices.told(channel.name)
        except LedgerError as error:
            text = f"what it was told is not known, so it is told everything: {error}"
            self.warnings.append(f"notify {channel.name}: {text}")
            return Memory()

    def _record(self, channel: Channel, known: Mapping[str, tuple[Told, ...]], *, sent: bool = False) -> bool:
        try:
            if known or sent:
                self.notices.tell(channel.name, known, self.now, sent=sent)
        except LedgerError as error:
            text = f"what it is told can't be kept, so it will be told again: {error}"
            self.warnings.append(f"notify {channel.name}: {text}")
            return False
        return True


def notify(
    drift: Drift,
    desired: Iterable[Desired],
    channels: Iterable[tuple[Channel, Route]],
    notices: Notices,
    clock: Clock,
    write: Write,
) -> Notified:
    """Send each channel one message, if there is anything that it does not know, and remember what was delivered."""
    by_name = {one.tenant.name: one for one in desired}
    tenants = [(by_name[one.name], one) for one in drift.tenants]
    desk = _Desk(notices, clock.now(), write)
    for channel, route in channels:
        if clock.stopping():
            raise Interrupted("Stopped by a signal before everybody was told.")
        desk.tell(channel, route, tenants)
    exits = [drift.exit, ended(1, *desk.failed)] if desk.failed else [drift.exit]
    result = drift.model_copy(update={"exit": first(exits)})
    return Notified(result, tuple(desk.sent), (*desk.warnings, *desk.failed))


def _post(followed: list[tuple[Desired, TenantDrift]], route: Route, memory: Memory, now: datetime) -> _Post:
    told = {found.name: memory.told.get(one.tenant.tenant_id, ()) for one, found in followed}
    fresh = {found.name: transitions(told[found.name], found, route.severity) for _, found in followed}
    ids = {one.tenant.tenant_id: found.name for one, found in followed if fresh[found.name]}
    news = tuple(item for items in fresh.values() for item in items if item.what in route.on)
    counts = [loud(found, route.severity) for _, found in followed]
    notice = Notice(
        news=news,
        open=sum(counts),
        tenants=sum(count > 0 for count in counts),
        unread=sum(not found.complete for _, found in followed),
    )
    return _Post(
        notice,
        beat=beats(route, memory.at, now),
        doubted={number: doubted(told[name], fresh[name]) for number, name in ids.items()},
        known={number: remembered(told[name], fresh[name]) for number, name in ids.items()},
    )


def _without_closings(notice: Notice) -> Notice:
    """The news without what is over: told and not recorded, it would hide the same difference when it comes back."""
    return notice.model_copy(update={"news": tuple(one for one in notice.news if one.what != "closed")})
