"""The stage that tells channels: delivered first, then remembered, and in doubt told again."""

from datetime import timedelta

import pytest

from reconciler.core.errors import Interrupted, LedgerError, ReconcilerError
from reconciler.core.notice import Markup, Memory, Route
from reconciler.core.outcome import Drift, ended
from reconciler.core.resource import Desired, Tenant
from reconciler.flow.notify import notify
from reconciler.report.notice import letter
from tests.flow.fakes import Clock
from tests.ledger.things import CONTOSO
from tests.notify.things import entry, tenant, told

DESIRED = (Desired(tenant=Tenant(name="contoso", tenant_id=CONTOSO, domain="contoso.onmicrosoft.com")),)
EVERYTHING = Route()


class Notices:
    """A memory that notes the order of what happens, and that can be read, or written, or not."""

    def __init__(self, *known, readable=True, writable=True):
        self.memory, self.steps = Memory(told={CONTOSO: known} if known else {}), []
        self.readable, self.writable = readable, writable

    def told(self, _channel):
        if not self.readable:
            raise LedgerError("It is damaged.")
        return self.memory

    def tell(self, _channel, known, at, *, sent):
        self.steps.append("doubt" if any(one.doubt for some in known.values() for one in some) else "known")
        if not self.writable:
            raise LedgerError("The disk is full.")
        told = {tenant_id: some for tenant_id, some in (self.memory.told | dict(known)).items() if some}
        self.memory = Memory(told=told, at=at if sent else self.memory.at)


class Channel:
    """A channel that keeps what it is sent, or fails."""

    name, room = "secops", 1000

    def __init__(self, notices, *, fails=False):
        self.markup: Markup = "text"
        self.notices, self.fails, self.got = notices, fails, []

    def send(self, letter):
        self.notices.steps.append("send")
        if self.fails:
            raise ReconcilerError("the service answered 500.")
        self.got.append(letter.title)


def run(found, notices, *, route=EVERYTHING, fails=False, code=2, clock=None):
    """One run that ends with a code: what the channel got, what is said, and with what the run ends."""
    channel = Channel(notices, fails=fails)
    drift = Drift(tenants=(found,), exit=ended(code))
    done = notify(drift, DESIRED, [(channel, route)], notices, clock or Clock(), letter)
    return channel.got, done.warnings, done.drift.exit.code


def test_a_message_is_doubted_then_delivered_then_known():
    """So that whenever a run dies, what it was about to tell is told by the next."""
    notices = Notices()
    first = run(tenant(entry()), notices)
    steps, notices.steps = notices.steps, []
    second = run(tenant(entry()), notices)

    assert (["contoso: 1 opened"], (), 2) == first
    assert (["doubt", "send", "known"], []) == (steps, notices.steps)
    assert ([], (), 2) == second
    assert {CONTOSO: (told(),)} == notices.memory.told


def test_what_was_not_delivered_stays_in_doubt():
    """It is told again by the next run, also where it is over by then."""
    notices = Notices()
    got, warnings, code = run(tenant(entry()), notices, fails=True)

    assert ([], ("notify secops: not delivered: the service answered 500.",), 1) == (got, warnings, code)
    assert ({CONTOSO: (told(doubt=True),)}, None) == (notices.memory.told, notices.memory.at)
    assert ["contoso: 1 opened"] == run(tenant(entry()), Notices(told(doubt=True)))[0]
    assert ["contoso: 1 closed"] == run(tenant(), Notices(told(doubt=True)))[0]


@pytest.mark.parametrize(("code", "expected"), [(0, 1), (2, 1), (6, 1), (9, 9), (4, 4)])
def test_a_lost_message_counts_as_any_error_does(code, expected):
    """By the order of exit codes: it comes before a difference, and after a refusal or a missing right."""
    assert expected == run(tenant(entry()), Notices(), fails=True, code=code)[2]


def test_a_memory_that_can_not_be_read_makes_everything_news():
    """More is told, and never less."""
    got, warnings, _ = run(tenant(entry()), Notices(told(), readable=False))

    assert ["contoso: 1 opened"] == got
    assert ("notify secops: what it was told is not known, so it is told everything: It is damaged.",) == warnings


def test_a_memory_that_can_not_be_written_tells_of_nothing_that_is_over():
    """Told and not recorded, the end of a difference would hide the same one when it comes back."""
    notices = Notices(told(), writable=False)
    got, warnings, _ = run(tenant(entry(field="present")), notices)

    assert (["contoso: 1 opened"], {CONTOSO: (told(),)}) == (got, notices.memory.told)
    assert ("notify secops: what it is told can't be kept, so it will be told again: The disk is full.",) == warnings


def test_a_memory_that_could_not_hold_the_doubt_is_not_written_afterwards():
    """Else it would believe that people know what they were not told."""
    notices = Notices(told(), writable=False)
    run(tenant(), notices)

    assert ["doubt"] == notices.steps


def test_nothing_is_sent_where_only_ends_are_new_and_can_not_be_recorded():
    """An empty message would tell nobody anything."""
    assert [] == run(tenant(), Notices(told(), writable=False))[0]


def test_what_a_route_leaves_out_is_remembered_all_the_same():
    """So that a difference that comes back opens again for a channel that hears of no end."""
    notices, route = Notices(), Route(on=("opened",))
    got = [run(found, notices, route=route)[0] for found in (tenant(entry()), tenant(), tenant(entry()))]

    assert [["contoso: 1 opened"], [], ["contoso: 1 opened"]] == got


def test_a_heartbeat_is_remembered_by_its_time():
    """It is the message that counts, not what it says."""
    notices, route = Notices(), Route(heartbeat=timedelta(days=1))

    assert (["nothing new; nothing is open"], (), 0) == run(tenant(), notices, route=route, code=0)
    assert ([], (), 0) == run(tenant(), notices, route=route, code=0)


def test_labels_choose_tenants():
    """A channel for others hears nothing, and nothing of it is recorded."""
    notices = Notices()

    assert [] == run(tenant(entry()), notices, route=Route(labels={"region": "eu"}))[0]
    assert [] == notices.steps


def test_a_run_that_is_stopped_tells_nobody_any_more():
    """What is new stays new for the next run."""
    clock = Clock()
    clock.stopped = True

    with pytest.raises(Interrupted):
        run(tenant(entry()), Notices(), clock=clock)
