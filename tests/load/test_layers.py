"""Which layer wins, in which order layers come, and where the winner was written."""

from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.document import Document, Mark
from reconciler.flow.load_layers import Layer, Place, stack
from tests.load.given import TENANT, USER, document, loaded, says

RECIPIENTS = "alert_policies: {X: {notifications: {recipients: [%s@x.example]}}}\n"


def baseline(name, *extends, text=""):
    """A baseline's document."""
    return f"kind: baseline\nname: {name}\nextends: [{', '.join(extends)}]\n{text}"


def wanted(desired, name="X"):
    """What a tenant wants of one alert policy."""
    return next(one for one in desired["contoso"].wanted if one.name == name)


def test_each_baseline_after_those_it_extends_and_once(tmp_path):
    """Depth first, each at its first place: `a` extends `c`, so in `[a, b]` the value of `b` wins, then the tenant's."""
    files = {
        "a.yaml": TENANT + "extends: [a, b, c]\n",
        "b/a.yaml": baseline("a", "c", text=RECIPIENTS % "a"),
        "b/b.yaml": baseline("b", "c", text=RECIPIENTS % "b"),
        "b/c.yaml": baseline("c", text=RECIPIENTS % "c"),
    }
    one = wanted(loaded(tmp_path, files))

    assert {"notifications": {"recipients": ["b@x.example"]}} == one.body
    assert "b/b.yaml" in one.origin_of("notifications.recipients").file


def test_mappings_merge_and_other_values_are_replaced(tmp_path):
    """A tenant adds a daily limit and replaces the recipients; what it does not write stays the baseline's."""
    low = "alert_policies: {X: {enabled: on, notifications: {enabled: on, recipients: {at_least: [a@x.example]}}}}\n"
    files = {
        "a.yaml": TENANT + "extends: [b]\nalert_policies:\n  x:\n    notifications:\n      recipients: [z@x.example]\n",
        "b.yaml": baseline("b", text=low),
    }
    one = next(iter(loaded(tmp_path, files)["contoso"].wanted))

    assert {"enabled": True, "notifications": {"enabled": True, "recipients": ["z@x.example"]}} == one.body
    assert ("a.yaml", 9) == (
        one.origin_of("notifications.recipients").file[-6:],
        one.origin_of("notifications.recipients").line,
    )
    assert ("b.yaml", 4) == (one.origin_of("notifications.enabled").file[-6:], one.origin_of("enabled").line)


def test_a_pair_is_replaced_whole(tmp_path):
    """Two layers that write `daily_limit` or `recipients` as mappings do not mix their halves."""
    policy = "alert_policies: {X: {notifications: {%s}}}\n"
    files = {
        "a.yaml": TENANT + "extends: [b]\n" + policy % "daily_limit: {threshold: 5, window: 60}",
        "b.yaml": baseline(
            "b", text=policy % "daily_limit: {threshold: 7, window: 90}, recipients: {at_least: [a@x.example]}"
        ),
    }

    assert {
        "notifications": {
            "daily_limit": {"threshold": 5, "window": 60},
            "recipients": {"at_least": ["a@x.example"]},
        }
    } == wanted(loaded(tmp_path, files)).body


def test_two_spellings_are_one_policy(tmp_path):
    """Layers may spell a default policy as they like: it is one object, under the service's own name."""
    files = {
        "a.yaml": TENANT + f"extends: [b]\nalert_policies: {{{USER.upper()}: {{enabled: on}}}}\n",
        "b.yaml": baseline("b", text=f'alert_policies: {{"{USER}\\u200b ": {{notifications: {{enabled: on}}}}}}\n'),
    }
    (one,) = loaded(tmp_path, files)["contoso"].wanted

    assert (USER, {"enabled": True, "notifications": {"enabled": True}}) == (one.name, one.body)


def test_a_removal_wins_after_merging(tmp_path):
    """A tenant that asks for the removal of what its baseline describes gets the removal."""
    files = {
        "a.yaml": TENANT + "extends: [b]\nalert_policies: {X: {present: false}}\n",
        "b.yaml": baseline("b", text="alert_policies: {X: {enabled: on}}\n"),
    }

    assert {"present": False} == wanted(loaded(tmp_path, files)).body


def test_shipped_baselines(tmp_path):
    """The package's baselines can be extended by name, alone and from a folder's baseline."""
    files = {
        "a.yaml": TENANT + "extends: [b]\n",
        "b.yaml": baseline("b", "restricted-senders", "cisa-scuba"),
    }
    desired = loaded(tmp_path, files)["contoso"]

    assert {"audit_log", "alert_policies"} == set(desired.sections)
    assert 9 == sum(one.kind == "alert-policy" for one in desired.wanted)
    assert "reconciler/baselines/restricted-senders.yaml" == wanted({"contoso": desired}, USER).origin.file


def test_a_cycle_is_named(tmp_path):
    """Baselines that extend each other in a circle are one error, which names the circle."""
    files = {
        "a.yaml": TENANT + "extends: [a]\n",
        "b/a.yaml": baseline("a", "b"),
        "b/b.yaml": baseline("b", "c"),
        "b/c.yaml": baseline("c", "b"),
    }

    assert ["b/c.yaml:3:11: error: Baselines extend each other in a circle: b → c → b. Take one of them out."] == says(
        tmp_path, files
    )


def test_endless_chains_are_refused(tmp_path):
    """A chain of thousands of baselines is an error, not a crash."""
    files = {f"b{number:04}.yaml": baseline(f"b{number:04}", f"b{number + 1:04}") for number in range(1200)}
    lines = says(tmp_path, {**files, "a.yaml": TENANT + "extends: [b0000]\n"})

    assert any("Baselines extend each other more than 32 deep. Extend fewer." in line for line in lines)


def test_a_fault_of_merged_layers_stands_where_it_was_written(tmp_path):
    """What only the whole shows is told at the line of the layer that wrote it, once for all tenants."""
    files = {
        "a.yaml": TENANT + "extends: [b]\n",
        "b.yaml": baseline("b", text="alert_policies: {X: {via: portal}}\n"),
        "c.yaml": TENANT.replace("contoso", "fabrikam").replace("000001", "000002") + "extends: [b]\n",
    }

    assert ["b.yaml:4:27: error: A policy of your own is always written directly. Leave out via."] == says(
        tmp_path, files
    )


def digest_of(tmp_path, text):
    """The digest of a tenant whose file has these lines too."""
    return loaded(tmp_path, document(text))["contoso"].digest


def test_the_digest_covers_what_is_wanted(tmp_path):
    """Comments, order, lines, labels and spellings do not change it; a value, a guardrail or a mode does."""
    plain = digest_of(tmp_path, "alert_policies: {X: {enabled: on}, Y: {enabled: off}}\n")
    same = digest_of(tmp_path, "# hello\nlabels: {a: b}\nalert_policies: {y: {enabled: no}, X: {enabled: true}}\n")
    mode = digest_of(tmp_path, "mode: plan-only\nalert_policies: {X: {enabled: on}, Y: {enabled: off}}\n")
    value = digest_of(tmp_path, "alert_policies: {X: {enabled: on}, Y: {enabled: on}}\n")
    guarded = loaded(
        tmp_path,
        {
            **document("alert_policies: {X: {enabled: on}, Y: {enabled: off}}\n"),
            "g.yaml": "kind: guardrails\nprotected: [X]\n",
        },
    )["contoso"].digest

    assert plain == same
    assert 4 == len({plain, mode, value, guarded})


LEAVES = st.one_of(st.booleans(), st.integers(0, 9), st.lists(st.integers(0, 3), max_size=2))
VALUES = st.recursive(LEAVES, lambda below: st.dictionaries(st.sampled_from("abcd"), below, max_size=3), max_leaves=8)
SECTIONS = st.dictionaries(st.sampled_from("abcd"), VALUES, max_size=3)


def layer_of(value, file):
    """A layer as one file writes it, every value on a line of its own."""
    paths = list(paths_of(value))
    nodes = {path: Mark(line, 1, line, 2) for line, path in enumerate(paths, 1)}
    source = Document(file, value, nodes, {})
    return Layer(value, {path: Place(source, path, source.origin(path)) for path in paths})


def paths_of(value, path=()):
    """The paths of a value and of everything in it."""
    yield path
    for key, below in value.items() if isinstance(value, dict) else ():
        yield from paths_of(below, (*path, key))


@given(SECTIONS, SECTIONS, SECTIONS)
def test_laying_over_is_associative(one, two, three):
    """It does not matter whether baselines are merged first, or each with the tenant: the stack is the same."""
    a, b, c = layer_of(one, "a"), layer_of(two, "b"), layer_of(three, "c")
    left, right = stack([stack([a, b], frozenset("d")), c], frozenset("d")), stack([a, b, c], frozenset("d"))

    assert (left.value, left.places.keys()) == (right.value, right.places.keys())


@given(SECTIONS, SECTIONS)
def test_every_value_knows_who_wrote_it(low, high):
    """Each path of the merged value has a place, whose document holds just that value, and no other path has one."""
    merged = stack([layer_of(low, "low"), layer_of(high, "high")], frozenset())

    assert set(paths_of(merged.value)) == set(merged.places)
    assert [] == [
        path
        for path, at in merged.places.items()
        if not isinstance(value_at(merged.value, path), dict)
        and value_at(merged.value, path) != value_at(at.document.value, path)
    ]


@given(SECTIONS)
def test_a_layer_over_itself_is_itself(value):
    """Extending one baseline twice would change nothing."""
    one = layer_of(value, "a")

    assert value == stack([one, one], frozenset()).value


def value_at(value, path):
    """The value at a path."""
    for step in path:
        value = value[step]
    return value
