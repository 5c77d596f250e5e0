"""Wanted alert policies beside a tenant's rows: who is matched, what is read, and what is said."""

import pytest

from reconciler.core.errors import ReadError
from reconciler.core.values import Fields
from reconciler.kinds.alert_policy import KIND
from tests.kinds.given import (
    NOW,
    USER,
    USER_GUID,
    alert,
    below,
    changes,
    fields_of,
    moment,
    policies,
    rules,
    scoped,
    user,
)

GUID = "00000000-0000-4000-8000-0000000000a1"
OTHER = "00000000-0000-4000-8000-0000000000a2"
DEFINITION: Fields = {
    "category": "ThreatManagement",
    "severity": "high",
    "threat_type": "Activity",
    "operations": ["New-InboxRule"],
}


def test_a_default_policy_is_matched_by_its_guid_and_not_by_its_name():
    """A renamed default policy is found; a custom row of the same name but for case is foreign."""
    rows = policies(user(Name="Renamed by the service"), alert(USER.upper(), GUID, Disabled=True))
    result = scoped(KIND, {USER: {"enabled": "on"}}, rows)

    assert ([USER_GUID], 1, {}) == ([pair.ref for pair in result.pairs], result.foreign, rules(result))


def test_a_name_that_ends_in_an_invisible_character_is_read_clean():
    """Five default names end in U+200B; plans never show it."""
    result = scoped(KIND, {USER: {}}, policies(user(Name=USER + "\u200b")))

    assert USER == below(result.pairs[0].before, "name")


def test_what_is_not_written_is_not_managed():
    """Only written fields change; the whole object is shown."""
    (change,) = changes(
        KIND, {USER: {"notifications": {"daily_limit": 25}}}, policies(user(NotifyUser="Ops@X.example"))
    )

    assert {"notifications.daily_limit": ("none", 25)} == fields_of(change)
    assert ["ops@x.example"] == below(change.after, "notifications", "recipients")
    assert ("portal", None) == (change.via, below(change.after, "definition"))


def test_at_least_adds_who_is_missing_and_removes_nobody():
    """The list that will be written is fixed at plan time."""
    want = {USER: {"notifications": {"recipients": {"at_least": ["a@x.example", "c@x.example"]}}}}
    (change,) = changes(KIND, want, policies(user(NotifyUser=["C@x.example", "TenantAdmins"])))

    assert ["TenantAdmins", "a@x.example", "c@x.example"] == below(change.after, "notifications", "recipients")


def test_at_least_is_met_when_all_are_there():
    """More recipients than asked for are no difference."""
    want = {USER: {"notifications": {"recipients": {"at_least": ["c@x.example"]}}}}

    assert () == changes(KIND, want, policies(user(NotifyUser=["C@x.example", "TenantAdmins"])))


@pytest.mark.parametrize(
    ("threshold", "window", "limit"),
    [
        (None, None, "none"),
        ("25", "1440", 25),
        (25.0, 1440.0, 25),
        (10, 60, {"threshold": 10, "window": 60}),
        (10, None, {"threshold": 10, "window": None}),
        (None, 1440, {"threshold": None, "window": 1440}),
        (0, 1440, {"threshold": 0, "window": 1440}),
    ],
)
def test_a_pair_is_read_and_never_repaired(threshold, window, limit):
    """N in 1440 minutes is N a day; both null is none; every other pair is shown as it is."""
    row = user(NotifyUserThrottleThreshold=threshold, NotifyUserThrottleWindow=window)

    assert limit == below(scoped(KIND, {USER: {}}, policies(row)).pairs[0].before, "notifications", "daily_limit")


@pytest.mark.parametrize("empty", [None, "", []])
def test_no_recipients_come_in_three_forms(empty):
    """null, an empty text and an empty list are nobody."""
    pair = scoped(KIND, {USER: {}}, policies(user(NotifyUser=empty))).pairs[0]

    assert [] == below(pair.before, "notifications", "recipients")


def test_a_pause_reads_as_off_and_is_said():
    """Notifications that are paused tell nobody; switching them on ends the pause."""
    row = user(NotifyUserSuppressionExpiryDate="2026-11-25T00:00:00.0000000Z")
    result = scoped(KIND, {USER: {"notifications": {"enabled": "on"}}}, policies(row))

    assert (False, True) == tuple(
        below(side, "notifications", "enabled") for side in (result.pairs[0].before, result.pairs[0].after)
    )
    assert {"paused": "warning"} == rules(result)


def test_a_pause_that_is_over_is_none():
    """A date in the past pauses nothing."""
    row = user(NotifyUserSuppressionExpiryDate="2026-11-20T00:00:00Z")

    assert {} == rules(scoped(KIND, {USER: {}}, policies(row)))


@pytest.mark.parametrize(("enabled", "expected"), [({}, {"paused", "pause-too-long"}), ({"enabled": "on"}, {"paused"})])
def test_a_pause_longer_than_guardrails_allow_is_refused_unless_it_ends(enabled, expected):
    """What would stay paused for too long is a refusal; the change that ends it is not."""
    row = user(NotifyUserSuppressionExpiryDate="2026-12-25T00:00:00Z")
    result = scoped(KIND, {USER: {"notifications": enabled}}, policies(row), moment(NOW, pauses={"max_days": 7}))

    assert expected == set(rules(result))


def test_a_default_policy_that_the_tenant_lacks_is_not_offered():
    """Nothing is created under a default policy's name."""
    result = scoped(KIND, {USER: {"enabled": "on"}}, policies())

    assert ({"not-offered": "warning"}, ()) == (rules(result), changes(KIND, {USER: {"enabled": "on"}}, policies()))


@pytest.mark.parametrize(
    ("policy", "rule"),
    [
        ({"enabled": "on"}, {"unknown-policy": "refusal"}),
        ({"definition": DEFINITION}, {"incomplete-definition": "refusal"}),
        (
            {"definition": {"severity": "low"}, "notifications": {"recipients": ["a@x.example"]}},
            {"incomplete-definition": "refusal"},
        ),
        ({"definition": DEFINITION, "notifications": {"recipients": ["a@x.example"]}}, {}),
        (
            {"definition": DEFINITION, "notifications": {"recipients": ["TenantAdmins"]}},
            {"tenant-admins-only": "warning"},
        ),
        ({"present": "off"}, {}),
    ],
)
def test_a_custom_policy_that_is_not_there(policy, rule):
    """With a full definition it is created, without one it is unknown, and unwanted it is no news."""
    assert rule == rules(scoped(KIND, {"Mine": policy}, policies()))


def test_a_created_policy_is_shown_whole():
    """What is not written gets the plain value, in the plan and not by a default of the service."""
    want = {"Mine": {"definition": DEFINITION, "notifications": {"recipients": ["a@x.example"]}}}
    (change,) = changes(KIND, want, policies())

    assert change.before is None
    assert {
        "name": "Mine",
        "enabled": True,
        "notifications": {"enabled": True, "recipients": ["a@x.example"], "daily_limit": "none"},
        "definition": {
            **DEFINITION,
            "aggregation": "none",
            "threshold": None,
            "window": None,
            "filter": None,
            "comment": "",
        },
    } == change.after


def test_a_custom_policy_is_matched_by_its_cleaned_name():
    """Case and invisible characters do not hide a row; the exact spelling wins where there are two."""
    rows = policies(alert("MINE", OTHER), alert("Mine\u200b", GUID))

    assert [GUID] == [pair.ref for pair in scoped(KIND, {"Mine": {"enabled": "off"}}, rows).pairs]
    assert [GUID] == [pair.ref for pair in scoped(KIND, {"mINE": {"enabled": "off"}}, rows).pairs]
    assert [OTHER] == [
        pair.ref for pair in scoped(KIND, {"mine": {"enabled": "off"}}, policies(alert("MINE", OTHER))).pairs
    ]


def test_a_removal_must_be_written():
    """present: false deletes the one row; everything else is foreign and stays."""
    rows = policies(alert("Mine", GUID), alert("Other", OTHER), alert("DLP-Rule", "d" * 36), user())
    (change,) = changes(KIND, {"Mine": {"present": "off"}}, rows)

    assert ("delete", GUID, None) == (change.action, change.ref, change.after)
    assert 3 == scoped(KIND, {"Mine": {"present": "off"}}, rows).foreign


def test_rows_of_dlp_rules_are_never_matched():
    """A DLP rule owns its row, even where it bears a plain name."""
    rows = policies(alert("Mine", GUID, Category="DataLossPrevention"))

    assert ({"unknown-policy": "refusal"}, 1) == (
        rules(scoped(KIND, {"Mine": {"enabled": "on"}}, rows)),
        scoped(KIND, {"Mine": {"enabled": "on"}}, rows).foreign,
    )


def test_a_system_row_that_the_facts_do_not_know_is_a_default_policy():
    """A new default policy can be managed by its name, in the portal, but has no definition and stays."""
    rows = policies(alert("Brand new", GUID, IsSystemRule=True))
    (change,) = changes(KIND, {"Brand new": {"enabled": "off"}}, rows)

    assert ("portal", GUID, None) == (change.via, change.ref, below(change.after, "definition"))
    assert {"unknown-policy": "refusal"} == rules(scoped(KIND, {"Brand new": {"present": "off"}}, rows))
    assert {"unknown-policy": "refusal"} == rules(scoped(KIND, {"Brand new": {"definition": DEFINITION}}, rows))


def test_what_can_only_be_set_at_creation_is_refused():
    """The threat type stays as it is in the plan, and the wish for another is a refusal."""
    want = {"Mine": {"definition": {"threat_type": "Malware", "severity": "low"}}}
    rows = policies(alert("Mine", GUID))

    assert {"create-only": "refusal"} == rules(scoped(KIND, want, rows))
    assert {"definition.severity": ("high", "low")} == fields_of(changes(KIND, want, rows)[0])


def test_giving_up_aggregation_gives_up_its_numbers():
    """The service refuses a threshold or a window without simple aggregation."""
    rows = policies(alert("Mine", GUID, AggregationType="SimpleAggregation", Threshold=5, TimeWindow=60))
    (change,) = changes(KIND, {"Mine": {"definition": {"aggregation": "none"}}}, rows)

    assert {
        "definition.aggregation": ("simple", "none"),
        "definition.threshold": (5, None),
        "definition.window": (60, None),
    } == fields_of(change)


def test_words_that_we_do_not_know_are_kept():
    """An enumeration may grow; what it says is shown as it is (M365DSC#2839)."""
    row = alert("Mine", GUID, AggregationType="CustomAggregation", Severity="Extreme", Operation="One")
    before = scoped(KIND, {"Mine": {}}, policies(row)).pairs[0].before

    assert ("CustomAggregation", "Extreme", ["One"]) == tuple(
        below(before, "definition", name) for name in ("aggregation", "severity", "operations")
    )


@pytest.mark.parametrize(
    "broken",
    [
        {"Name": None},
        {"Name": "\u200b"},
        {"Guid": None},
        {"Disabled": None},
        {"NotificationEnabled": "maybe"},
        {"NotifyUser": [1]},
        {"NotifyUserThrottleThreshold": "many"},
        {"NotifyUserSuppressionExpiryDate": "soon"},
        {"NotifyUserSuppressionExpiryDate": "/Date(99999999999999999)/"},
    ],
)
def test_what_can_not_be_read_is_never_guessed(broken):
    """A row that does not tell makes the list unreadable; the message names the policy."""
    with pytest.raises(ReadError, match="alert policy"):
        scoped(KIND, {USER: {}}, policies(user(**broken)))


def test_property_names_and_flags_come_in_any_case():
    """Old clients and annotations spell names as they like."""
    row = {key.upper(): value for key, value in user(Disabled="True").items()}

    assert False is below(scoped(KIND, {USER: {}}, policies(row)).pairs[0].before, "enabled")


@pytest.mark.parametrize("number", [10**20, "99999999999", 5.5, float("inf"), True])
def test_a_number_that_the_service_can_not_store_is_none(number):
    """Such a row is unreadable: a plan holds whole numbers of 32 bits."""
    with pytest.raises(ReadError, match="NotifyUserThrottleThreshold"):
        scoped(KIND, {USER: {}}, policies(user(NotifyUserThrottleThreshold=number)))


def test_only_text_and_numbers_are_words():
    """An enumeration may come as a number; what is neither makes the row unreadable, never the whole run."""
    before = scoped(KIND, {"Mine": {}}, policies(alert("Mine", GUID, Severity=10**30, Filter=""))).pairs[0].before

    assert (str(10**30), None) == (below(before, "definition", "severity"), below(before, "definition", "filter"))
    for name in ("Severity", "Filter", "Comment"):
        with pytest.raises(ReadError, match=name):
            scoped(KIND, {"Mine": {}}, policies(alert("Mine", GUID, **{name: ["High"]})))
