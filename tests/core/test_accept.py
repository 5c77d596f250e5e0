"""An accepted difference is left alone while its value is the pinned one and its date has not come."""

from datetime import date, timedelta

import pytest

from reconciler.core.accept import accept, is_pinned
from reconciler.core.diff import leaves
from reconciler.core.resource import Acceptance
from tests.core.things import NOW, alert, change

OLD, NEW = alert(recipients=["Old@x.example".casefold()], notify=False), alert()


def update(before=OLD, after=NEW):
    """An update with its leaves."""
    return change(before, after).model_copy(update={"fields": leaves(before, after)})


def pinned(field, value, until=date(2026, 11, 23), address="contoso/alert-policy/Alarm"):
    """An acceptance of one value."""
    return Acceptance(
        tenant="contoso", address=address, field=field, value=value, owner="secops", reason="moving", until=until
    )


def split(*acceptances, of=None, at=(NOW,)):
    """What is left, what is accepted, and the rules that speak."""
    result = accept([of or update()], acceptances, at)
    paths = [[field.path for one in part for field in one.fields] for part in (result.changes, result.accepted)]
    return (*paths, [one.rule for one in result.findings])


@pytest.mark.parametrize("value", [["Old@x.example"], ["old@x.example"]])
def test_one_field_is_left_and_the_others_change(value):
    """The rest of the update goes on, and its `after` keeps the accepted value."""
    result = accept([update()], (pinned("notifications.recipients", value),), (NOW,))

    assert [field.path for field in result.changes[0].fields] == ["notifications.enabled"]
    assert result.changes[0].after == alert(recipients=["old@x.example"])
    assert [field.path for field in result.accepted[0].fields] == ["notifications.recipients"]


@pytest.mark.parametrize("value", ["off", "No", False])
def test_a_value_may_be_spelled_as_in_a_policy(value):
    """`off` and `false` pin the same value."""
    assert split(pinned("notifications.enabled", value)) == (
        ["notifications.recipients"],
        ["notifications.enabled"],
        ["accepted"],
    )


def test_another_value_is_not_accepted():
    """An acceptance speaks of one value; a moved one is a difference again, and counts one step higher."""
    one = pinned("notifications.enabled", "on")
    paths = ["notifications.enabled", "notifications.recipients"]

    assert (paths, [], ["acceptance-moved"]) == split(one)
    assert {(one.address, one.field)} == accept([update()], (one,), (NOW,)).reopened


def test_the_day_counts_to_its_end_at_both_times():
    """It holds on its last day, and not when either clock is past it."""
    one = pinned("notifications.enabled", "off")

    assert split(one)[2] == ["accepted"]
    assert split(one, at=(NOW, NOW + timedelta(hours=12)))[1] == []


@pytest.mark.parametrize(("hours", "said"), [(11, "accepted"), (12, "acceptance-expired"), (179, "acceptance-expired")])
def test_the_end_is_shown_for_a_week(hours, said):
    """What has ended hides nothing, and is shown as expired for seven days."""
    left, kept, rules = split(pinned("notifications.enabled", "off"), at=(NOW + timedelta(hours=hours),))

    assert ([said], said == "accepted") == (rules, kept == ["notifications.enabled"])
    assert said == "accepted" or "notifications.enabled" in left


def test_after_that_week_nothing_is_said():
    """Validation still warns of the entry; plans and drift have said it long enough."""
    assert [] == split(pinned("notifications.enabled", "off"), at=(NOW + timedelta(days=7, hours=12),))[2]


def test_a_create_is_accepted_as_absence():
    """The field `present` stands for the whole object."""
    result = accept([change(None, NEW)], (pinned("present", "no"),), (NOW,))

    assert (result.changes, len(result.accepted)) == ((), 1)


def test_another_object_is_another_matter():
    """An acceptance names one address; one that nothing differs in is reported as unused."""
    other = pinned("notifications.enabled", "off", address="contoso/alert-policy/Other")

    assert (["notifications.enabled", "notifications.recipients"], [], ["acceptance-unused"]) == split(other)


def test_one_acceptance_covers_both_ways_of_an_object():
    """A default policy and its companion share an address: where one of the two has the pinned value, it has not moved."""
    off = change(alert(enabled=False), alert(), via="portal")
    both = [
        one.model_copy(update={"fields": leaves(one.before, one.after)})
        for one in (change(alert(enabled=False, notify=False), alert(enabled=False), via="companion"), off)
    ]
    result = accept(both, (pinned("enabled", "off"),), (NOW,))

    assert (["companion"], ["portal"]) == ([one.via for one in result.changes], [one.via for one in result.accepted])
    assert ["accepted"] == [one.rule for one in result.findings]


@pytest.mark.parametrize(
    ("value", "actual", "same"),
    [
        ("ON", True, True),
        ("maybe", False, False),
        (1, True, False),
        (True, 1, False),
        (["B@x.example", "a@x.example"], ["a@x.example", "b@x.example"], True),
        ([], [], True),
        (["a@x.example"], [], False),
        ("none", "none", True),
        ("Text", "text", False),
        ({"threshold": 5, "window": 60}, {"window": 60, "threshold": 5}, True),
    ],
)
def test_what_counts_as_the_pinned_value(value, actual, same):
    """Lists are sets without case, switches have any spelling, and everything else is itself."""
    assert same == is_pinned(value, actual)
