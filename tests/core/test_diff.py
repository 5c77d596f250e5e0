"""Law 1: applying a diff gives what was wanted, equals differ in nothing, and order never matters."""

from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.diff import diff, leaves
from reconciler.core.scope import overlay
from tests.core.things import alert, pair

ADDRESSES = st.lists(st.sampled_from(["a@x.example", "b@x.example", "c@x.example"]), unique=True).map(sorted)
LIMITS = st.one_of(
    st.just("none"),
    st.integers(1, 500),
    st.fixed_dictionaries({"threshold": st.integers(1, 9), "window": st.integers(1, 99)}),
)
NOTIFICATIONS = {"enabled": st.booleans(), "recipients": ADDRESSES, "daily_limit": LIMITS}
OBJECTS = st.fixed_dictionaries(
    {
        "name": st.text(max_size=5),
        "enabled": st.booleans(),
        "notifications": st.fixed_dictionaries(NOTIFICATIONS),
        "definition": st.none(),
    }
)
WRITTEN = st.fixed_dictionaries(
    {}, optional={"enabled": st.booleans(), "notifications": st.fixed_dictionaries({}, optional=NOTIFICATIONS)}
)
WHOLE = frozenset({"daily_limit"})


def put(fields, path, value):
    """The object with one leaf replaced, as somebody who carries out a change would do it."""
    head, *rest = path
    return {**fields, head: put(fields[head], rest, value) if rest else value}


@given(OBJECTS, WRITTEN)
def test_applying_the_fields_of_a_diff_gives_the_wanted_object(actual, written):
    """Every written field is as written afterwards, and every other field as it was."""
    after = overlay(written, actual, WHOLE)
    result = actual
    for field in leaves(actual, after):
        result = put(result, field.path.split("."), field.after)

    assert result == after
    assert overlay(written, result, WHOLE) == result


@given(OBJECTS)
def test_an_object_differs_from_itself_in_nothing(actual):
    """The diff of equals is empty."""
    assert diff([pair("Alarm", actual, dict(actual))]) == ()


@given(st.lists(st.tuples(OBJECTS, OBJECTS), max_size=5), st.randoms())
def test_the_order_of_pairs_never_matters(objects, random):
    """The same pairs in any order give the same changes."""
    pairs = [pair(str(number), before, after) for number, (before, after) in enumerate(objects)]
    shuffled = random.sample(pairs, len(pairs))

    assert diff(shuffled) == diff(pairs)


@given(OBJECTS, OBJECTS)
def test_the_leaves_are_exactly_those_that_differ(one, other):
    """A leaf is named if and only if its two values differ, and it carries both."""
    named = {field.path: (field.before, field.after) for field in leaves(one, other)}
    paths = {"name": ["name"], "enabled": ["enabled"]} | {
        f"notifications.{key}": ["notifications", key] for key in NOTIFICATIONS
    }
    expected = {}
    for dotted, (head, *rest) in paths.items():
        before, after = (one[head][rest[0]], other[head][rest[0]]) if rest else (one[head], other[head])
        if before != after:
            expected[dotted] = (before, after)

    assert named == expected


def test_absence_on_one_side_is_a_create_or_a_delete():
    """What is not there is created, what should not be there is deleted, and neither lists fields."""
    made, gone = diff([pair("a", None, alert()), pair("b", alert(), None)])

    assert (made.action, made.before, made.fields) == ("create", None, ())
    assert (gone.action, gone.after, gone.fields) == ("delete", None, ())


def test_a_limit_is_one_value():
    """A pair of threshold and window is never split: half of it says nothing."""
    before, after = alert(), alert()
    before["notifications"]["daily_limit"] = {"threshold": 10, "window": 60}
    after["notifications"]["daily_limit"] = {"threshold": 20, "window": 60}

    assert [field.path for field in leaves(before, after)] == ["notifications.daily_limit"]
