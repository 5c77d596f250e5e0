"""A difference is ours to wait for only while every reading still shows what we replaced, inside its clock."""

from datetime import timedelta

import pytest

from reconciler.core.converge import judge, over
from reconciler.core.history import History
from tests.core.things import NOW, alert, change, kind, sender, unblock, write

STATE = kind()
ACTION = kind(once=True, same=("address", "blocked_since"), clock=timedelta(hours=24))
WANTED = change(alert(recipients=["old@x.example"]), alert())


def verdict(of, known, sort=STATE):
    """What a difference is, given one remembered write."""
    return judge(sort, of, History(known=True, writes=(known,)), NOW)[0]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("answered", "converging"),
        ("unanswered", "new"),
        ("started", "new"),
        ("refused", "new"),
        ("denied", "new"),
        ("disbelieved", "new"),
    ],
)
def test_only_a_believed_write_of_a_state_is_waited_for(state, expected):
    """A write of unknown outcome is planned again; one that the service accepted is waited for."""
    assert verdict(WANTED, write(WANTED, state)) == expected


def test_the_end_of_the_clock_makes_it_overdue():
    """After its clock an accepted write that never showed is planned again, and said to be overdue."""
    assert verdict(WANTED, write(WANTED, "answered", ago=timedelta(minutes=61))) == "overdue"


def test_a_third_value_is_new_at_once():
    """A reading that shows neither the old nor the written value is somebody else's hand."""
    third = change(alert(recipients=["third@x.example"]), alert())

    assert verdict(third, write(WANTED, "answered")) == "new"


def test_a_settled_write_hides_nothing():
    """Once a reading has shown the new value, the old one coming back is new at once."""
    assert verdict(WANTED, write(WANTED, "answered", settled=True)) == "new"


def test_wanting_something_else_is_new():
    """A write on its way is not waited for when policies want another value by now."""
    other = change(WANTED.before, alert(enabled=False))

    assert verdict(other, write(WANTED, "answered")) == "new"


@pytest.mark.parametrize("state", ["answered", "applied", "unanswered", "started"])
def test_one_block_is_lifted_once_inside_its_clock(state):
    """Whatever came of the first try, no second one is sent for the same block within 24 hours."""
    assert verdict(unblock(), write(unblock(), state, ago=timedelta(hours=23)), ACTION) == "converging"
    assert verdict(unblock(), write(unblock(), state, ago=timedelta(hours=25)), ACTION) == "overdue"


def test_a_refused_unblock_is_never_repeated():
    """The service said no to this block; asking again would only use up the account's limit."""
    assert verdict(unblock(), write(unblock(), "refused", ago=timedelta(days=20)), ACTION) == "refused"


def test_a_new_block_is_a_new_matter():
    """An attempt belongs to one block: the same sender blocked later is judged anew."""
    later = unblock(since="2026-11-22T00:00:00Z")

    assert verdict(later, write(unblock(), "answered"), ACTION) == "new"


def test_a_block_is_the_same_whatever_its_counters_say():
    """The reason text counts on; address and start make the block."""
    before = sender() | {"reason": "OutboundSpamLast24Hours=99"}
    again = change(before, None, kind="restricted-sender", name="alice@contoso.com")

    assert verdict(again, write(unblock(), "answered"), ACTION) == "converging"


def test_a_reading_of_anything_else_ends_the_clock():
    """The new value, a third one and an absence all end it; the old value and no reading do not."""
    known = (write(WANTED, "answered", number=7),)
    readings = [alert(), alert(enabled=False), None, WANTED.before]
    ended = [over(STATE, known, {(WANTED.address, "api"): reading}) for reading in readings]

    assert ended == [(7,), (7,), (7,), ()]
    assert over(STATE, known, {}) == ()


def test_a_denied_unblock_may_be_tried_again():
    """A missing right or a busy service says nothing against the unblock, and nothing is said of it either."""
    known = History(known=True, writes=(write(unblock(), "denied"),))

    assert judge(ACTION, unblock(), known, NOW) == ("new", None)
