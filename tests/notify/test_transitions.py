"""What is new to a channel: told once, followed to its end, and never lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.notice import LOUD, Key, Route, Told, beats, doubted, loud, reaches, remembered, transitions
from tests.ledger.things import DAY, NOW
from tests.notify.things import ADDRESS, entry, tenant, told

SEVERITIES = st.sampled_from(["info", "warning", "critical"])
NAMES = [f"contoso/alert-policy/{one}" for one in "AB"]
ENTRIES = st.builds(
    entry,
    st.sampled_from(NAMES),
    st.sampled_from(["enabled", "notifications.recipients"]),
    state=st.sampled_from(["open", "accepted", "converging", "manual"]),
    severity=SEVERITIES,
    actual=st.sampled_from([False, None, ["a@contoso.com"]]),
)
KINDS = st.lists(st.sampled_from(["alert-policy", "audit-log"]), unique=True, max_size=2)
LATE = st.lists(st.sampled_from(NAMES), unique=True, max_size=1)
TENANTS = st.builds(
    lambda entries, unread, late: tenant(*entries, unread=unread, late=late), st.lists(ENTRIES, max_size=5), KINDS, LATE
)
RUNS = st.lists(st.tuples(TENANTS, st.sampled_from(["told", "not recorded", "not delivered"])), max_size=6)


def whats(before, found, least="info"):
    """Each transition as its sort and what it is about."""
    return [(one.what, one.now.address) for one in transitions(before, found, least)]


@pytest.mark.parametrize(
    ("before", "found", "expected"),
    [
        ([], tenant(entry()), "opened"),
        ([], tenant(entry(state="manual")), "opened"),
        ([], tenant(entry(state="accepted")), None),
        ([], tenant(entry(state="converging")), None),
        ([], tenant(entry(), late=[ADDRESS]), "overdue"),
        ([told()], tenant(entry()), None),
        ([told()], tenant(entry(actual=None)), "changed"),
        ([told()], tenant(entry(desired=None)), "changed"),
        ([told()], tenant(entry(severity="warning")), "changed"),
        ([told()], tenant(entry(state="accepted")), "changed"),
        ([told()], tenant(entry(state="converging")), None),
        ([told()], tenant(entry(), late=[ADDRESS]), "overdue"),
        ([told(state="overdue")], tenant(entry(), late=[ADDRESS]), None),
        ([told(state="overdue")], tenant(entry(actual=None), late=[ADDRESS]), "changed"),
        ([told(state="accepted")], tenant(entry()), "changed"),
        ([told()], tenant(), "closed"),
        ([told(doubt=True)], tenant(entry()), "opened"),
        ([told(doubt=True)], tenant(entry(), late=[ADDRESS]), "overdue"),
        ([told(doubt=True)], tenant(entry(state="accepted")), "changed"),
        ([told(doubt=True)], tenant(entry(state="converging")), None),
        ([told(doubt=True)], tenant(), "closed"),
        ([told()], tenant(unread=["audit-log"]), "unreadable"),
    ],
)
def test_each_way_from_one_state_to_another(before, found, expected):
    """What was not told opens, what is different changes, what is gone closes; what is being mended says nothing."""
    said = {one.what for one in transitions(before, found)}

    assert {"opened"} == said if expected == "unreadable" else ({expected} if expected else set()) == said


def test_what_can_not_be_read_opens_once_and_closes_once():
    """And nothing else closes meanwhile; another reason is no news."""
    first = transitions([told()], tenant(unread=["audit-log"]))
    known = remembered([told()], first)
    again = tenant(unread=["audit-log"])
    other = again.model_copy(update={"unreadable": (again.unreadable[0].model_copy(update={"reason": "timeout"}),)})

    assert [("opened", "contoso/audit-log")] == [(one.what, one.now.address) for one in first]
    assert [] == whats(known, other)
    assert [("closed", "contoso/audit-log")] == whats(known, tenant(entry()))
    assert [("closed", ADDRESS), ("closed", "contoso/audit-log")] == whats(known, tenant())


def test_one_kind_that_can_be_read_again_closes_alone():
    """Another that can't still holds everything else open."""
    known = remembered([told()], transitions([told()], tenant(entry(), unread=["alert-policy", "audit-log"])))

    assert [("closed", "contoso/alert-policy")] == whats(known, tenant(unread=["audit-log"]))


def test_what_was_told_is_followed_below_the_least_severity():
    """What rises to it opens; what falls below it changes, and its end is told too."""
    low, high = tenant(entry(severity="warning")), tenant(entry())
    known = remembered([], transitions([], high, "critical"))

    assert [[], [("opened", ADDRESS)]] == [whats([], one, "critical") for one in (low, high)]
    assert [("changed", ADDRESS)] == whats(known, low, "critical")
    assert [("closed", ADDRESS)] == whats(remembered(known, transitions(known, low, "critical")), tenant(), "critical")


def test_opened_closed_and_opened_again_are_each_told():
    """A difference that comes back is news."""
    known: tuple[Told, ...] = ()
    said = []
    for found in (tenant(entry()), tenant(), tenant(entry())):
        news = transitions(known, found)
        known = remembered(known, news)
        said += [one.what for one in news]

    assert ["opened", "closed", "opened"] == said


@given(TENANTS, TENANTS, SEVERITIES)
def test_telling_twice_the_same_says_nothing(first, second, least):
    """Whatever was told before."""
    known = remembered([], transitions([], first, least))
    known = remembered(known, transitions(known, second, least))

    assert () == transitions(known, second, least)


@given(TENANTS, TENANTS, st.randoms())
def test_order_never_matters(first, second, random):
    """Neither of what is found nor of what is remembered."""
    known = list(remembered([], transitions([], first)))
    parts = {name: list(getattr(second, name)) for name in ("drift", "findings", "unreadable")}
    shuffled = list(known)
    for one in (shuffled, *parts.values()):
        random.shuffle(one)
    mixed = second.model_copy(update={name: tuple(one) for name, one in parts.items()})

    assert transitions(known, second) == transitions(shuffled, mixed)


def people(known, news):
    """What people know who have read the news."""
    return {one.key: one for one in remembered(known.values(), news)}


def lived_through(runs, last, least):
    """What the channel knows in the end, and what people know who read each message, whatever became of the records.

    A run records its doubt, delivers and records what was delivered; it may die, or fail, between any two of these.
    Where not even the doubt can be recorded it tells of nothing that is over.
    """
    kept: tuple[Told, ...] = ()
    read: dict[Key, Told] = {}
    for found, ending in (*runs, (last, "told")):
        news = transitions(kept, found, least)
        delivered = [one for one in news if ending != "no ledger" or one.what != "closed"]
        read = read if ending == "not delivered" else people(read, delivered)
        match ending:
            case "told":
                kept = remembered(kept, news)
            case "not recorded" | "not delivered":
                kept = doubted(kept, news)
    return kept, read


@given(RUNS, TENANTS, SEVERITIES)
def test_nothing_that_is_open_is_ever_lost(runs, last, least):
    """Whichever runs could not deliver, or died before they recorded: after one that could, people know it all."""
    kept, read = lived_through(runs, last, least)
    standing = remembered([], transitions([], last, least))

    assert {one.key: one for one in standing} == {one.key: read[one.key] for one in standing}
    assert all(one == read[one.key] for one in kept if not one.doubt)
    assert loud(last, least) == sum(one.state in LOUD and reaches(one.severity, least) for one in standing)


@given(RUNS.map(lambda runs: [(found, "no ledger" if one == "not recorded" else one) for found, one in runs]), TENANTS)
def test_without_a_ledger_people_still_hear_of_all_that_is_open(runs, last):
    """They may miss that it has another value, and that something is over: more is told, and nothing less is open."""
    _, read = lived_through(runs, last, "info")
    standing = {one.key for one in remembered([], transitions([], last))}

    assert standing <= read.keys()


@given(st.lists(TENANTS, max_size=6))
def test_people_who_read_everything_know_what_the_channel_knows(found):
    """Where every message was delivered and recorded, the two never part."""
    kept: tuple[Told, ...] = ()
    read: dict[Key, Told] = {}
    for one in found:
        news = transitions(kept, one)
        kept, read = remembered(kept, news), people(read, news)

    assert list(kept) == [read[key] for key in sorted(read)]


@pytest.mark.parametrize(
    ("days", "due"), [(None, True), (0, False), (0.8, False), (0.95, True), (1, True), (-1, True), (30, True)]
)
def test_a_heartbeat_is_due_once_a_period(days, due):
    """With a tenth of slack for a daily run that starts early; a clock that went back makes it due."""
    last = None if days is None else NOW - days * DAY

    assert due == beats(Route(heartbeat=DAY), last, NOW)
    assert not beats(Route(), last, NOW)
