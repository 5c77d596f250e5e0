"""The cmdlet of each change, and the steps of those that only a person can make."""

import pytest

from reconciler.core.change import Change, Field
from reconciler.core.request import Answers, Command
from reconciler.kinds.alert_policy import KIND
from tests.kinds.given import USER, USER_GUID, alert, changes, companion, policies, user

GUID = "00000000-0000-4000-8000-0000000000a1"


def commands(want, answers) -> list[Command]:
    """What would be sent, in order."""
    return [command for change in changes(KIND, want, answers) for command in KIND.encode(change, answers)]


def steps(want, row, cloud="worldwide") -> tuple[str, ...]:
    """The portal steps of the one change between opening the policy and saving it."""
    (change,) = changes(KIND, want, policies(row))
    manual = KIND.manual(change, cloud, policies(row))
    assert manual is not None
    return manual.steps[2:-1]


def test_a_new_policy_is_one_complete_cmdlet():
    """All that decides what the policy does is sent; what is null is not."""
    definition = {"category": "Others", "threat_type": "activity", "operations": ["New-InboxRule"], "severity": "high"}
    want = {"Mine": {"definition": definition, "notifications": {"recipients": ["a@x.example"], "daily_limit": 5}}}
    (command,) = commands(want, policies())

    assert ("compliance", "New-ProtectionAlert") == (command.service, command.cmdlet)
    assert {
        "Name": "Mine",
        "Category": "Others",
        "ThreatType": "Activity",
        "Operation": ["New-InboxRule"],
        "Severity": "High",
        "AggregationType": "None",
        "Disabled": False,
        "NotificationEnabled": True,
        "NotifyUser": ["a@x.example"],
        "NotifyUserThrottleThreshold": 5,
        "NotifyUserThrottleWindow": 1440,
        "Confirm": False,
    } == command.parameters


@pytest.mark.parametrize(
    ("policy", "row", "sent"),
    [
        ({"enabled": "off"}, {}, {"Disabled": True}),
        ({"notifications": {"enabled": "off"}}, {}, {"NotificationEnabled": False}),
        ({"notifications": {"recipients": ["b@x.example"]}}, {}, {"NotifyUser": ["b@x.example"]}),
        (
            {"notifications": {"daily_limit": "none"}},
            {"NotifyUserThrottleThreshold": 5, "NotifyUserThrottleWindow": 1440},
            {"NotifyUserThrottleThreshold": None, "NotifyUserThrottleWindow": None},
        ),
        (
            {"notifications": {"daily_limit": {"threshold": 5, "window": 60}}},
            {"NotifyUserThrottleThreshold": 5, "NotifyUserThrottleWindow": 1440},
            {"NotifyUserThrottleWindow": 60},
        ),
        (
            {"notifications": {"enabled": "on"}},
            {"NotifyUserSuppressionExpiryDate": "2027-01-01T00:00:00Z"},
            {"NotificationEnabled": True, "NotifyUserSuppressionExpiryDate": None},
        ),
        ({"definition": {"severity": "informational"}}, {}, {"Severity": "Informational"}),
        (
            {"definition": {"aggregation": "simple", "threshold": 3, "window": 60}},
            {},
            {"AggregationType": "SimpleAggregation", "Threshold": 3, "TimeWindow": 60},
        ),
        ({"definition": {"filter": "Activity.X -eq 'y'"}}, {}, {"Filter": "Activity.X -eq 'y'"}),
    ],
)
def test_a_changed_policy_is_sent_only_what_differs(policy, row, sent):
    """A parameter that nothing asks for may need another role, so it is not sent (graph2otel)."""
    (command,) = commands({"Mine": policy}, policies(alert("Mine", GUID, **row)))

    assert "Set-ProtectionAlert" == command.cmdlet
    assert {"Identity": GUID, **sent, "Confirm": False} == command.parameters


def test_a_removal_is_forced_and_addressed_by_guid():
    """A name could mean another row; without ForceDeletion the service may refuse (M365DSC)."""
    (command,) = commands({"Mine": {"present": "off"}}, policies(alert("Mine", GUID)))

    assert ("compliance", "Remove-ProtectionAlert") == (command.service, command.cmdlet)
    assert {"Identity": GUID, "ForceDeletion": True, "Confirm": False} == command.parameters


def test_a_portal_change_has_no_command():
    """What no cmdlet can do is not tried."""
    assert [] == commands({USER: {"enabled": "off"}}, policies(user()))


def test_an_attempt_on_a_default_policy_is_not_trusted():
    """The service's yes proves nothing there; of a custom policy it does (FIELD-DE)."""
    (attempt,) = changes(KIND, {USER: {"enabled": "off", "via": "api"}}, policies(user()))
    (own,) = changes(KIND, {"Mine": {"enabled": "off"}}, policies(alert("Mine", GUID)))

    assert {"Identity": USER_GUID, "Disabled": True, "Confirm": False} == KIND.encode(attempt, Answers())[0].parameters
    assert (False, True) == (KIND.trusts(attempt), KIND.trusts(own))


def test_the_order_of_parameters_is_fixed():
    """The same plan has the same digest, so a command is built in one order."""
    want = {"Mine": {"enabled": "off", "notifications": {"enabled": "off", "recipients": ["b@x.example"]}}}
    row = alert("Mine", GUID)
    (first,), (second,) = commands(want, policies(row)), commands(want, policies(dict(reversed(row.items()))))

    assert list(first.parameters) == list(second.parameters)


def test_a_companion_is_written_like_any_custom_policy():
    """Its commands go to its own GUID, never to that of the default policy."""
    want = {USER: {"notifications": {"recipients": ["ops@x.example"]}, "via": "companion"}}
    (command,) = commands(want, policies(user(), companion(GUID)))

    assert {"Identity": GUID, "NotifyUser": ["ops@x.example"], "Confirm": False} == command.parameters


@pytest.mark.parametrize(
    ("policy", "row", "expected"),
    [
        ({"enabled": "off"}, {}, ("Set “Status” to off.",)),
        (
            {"notifications": {"enabled": "on"}},
            {"NotifyUserSuppressionExpiryDate": "2027-01-01T00:00:00Z"},
            ("Set “Opt-in for email notifications” to on, and end its pause.",),
        ),
        (
            {"notifications": {"recipients": ["b@x.example", "TenantAdmins"]}},
            {"NotifyUser": ["a@x.example", "TenantAdmins"]},
            ("In “Email recipients” add b@x.example.", "In “Email recipients” remove a@x.example."),
        ),
        ({"notifications": {"daily_limit": 10}}, {}, ("Set “Daily notification limit” to 10.",)),
        (
            {"notifications": {"daily_limit": "none"}},
            {"NotifyUserThrottleThreshold": 5, "NotifyUserThrottleWindow": 1440},
            ("Set “Daily notification limit” to “No limit”.",),
        ),
    ],
)
def test_portal_steps_name_setting_and_value(policy, row, expected):
    """A person who follows them needs to know nothing else."""
    assert expected == steps({USER: policy}, user(**row))


def test_a_limit_that_was_set_by_hand_and_reads_otherwise_can_be_pasted():
    """What the portal stores for a number a day is not known, so the pair that was read is offered."""
    row = user(
        AlertOverrideChangedUtc="2026-11-20T10:00:00", NotifyUserThrottleThreshold=10, NotifyUserThrottleWindow=60
    )

    assert (
        "write daily_limit: {threshold: 10, window: 60}"
        in steps({USER: {"notifications": {"daily_limit": 10}}}, row)[-1]
    )


def test_what_is_offered_to_paste_can_be_written():
    """A half pair is written with none; for a threshold of 0 policies have no word, so none is offered."""
    want = {USER: {"notifications": {"daily_limit": 10}}}
    edited = {"AlertOverrideChangedUtc": "2026-11-20T10:00:00", "NotifyUserThrottleWindow": None}
    half = steps(want, user(**edited, NotifyUserThrottleThreshold=10))[-1]
    zero = steps(want, user(**edited, NotifyUserThrottleThreshold=0))[-1]

    assert half.endswith("To accept that, write daily_limit: {threshold: 10, window: none}")
    assert zero.endswith("the service stores 0 in none minutes.")


@pytest.mark.parametrize(
    ("cloud", "url"),
    [
        ("worldwide", "https://security.microsoft.com/alertpoliciesv2"),
        ("gcc", "https://security.microsoft.com/alertpoliciesv2"),
        ("gcc-high", "https://security.microsoft.us/alertpoliciesv2"),
        ("dod", "https://security.apps.mil/alertpoliciesv2"),
        ("china", None),
    ],
)
def test_each_cloud_has_its_own_portal(cloud, url):
    """Where no portal is documented the steps stand without a link."""
    (change,) = changes(KIND, {USER: {"enabled": "off"}}, policies(user()))
    manual = KIND.manual(change, cloud, policies(user()))

    assert manual is not None
    assert (url, url is not None) == (manual.url, "https://" in manual.steps[0])


@pytest.mark.parametrize(
    ("path", "before", "after", "expected"),
    [
        ("present", False, True, "critical"),
        ("present", True, False, "warning"),
        ("enabled", False, True, "critical"),
        ("enabled", True, False, "warning"),
        ("notifications.enabled", False, True, "critical"),
        ("notifications.recipients", ["a@x.example"], ["b@x.example"], "critical"),
        ("notifications.recipients", ["a@x.example", "b@x.example"], ["b@x.example"], "warning"),
        ("notifications.daily_limit", 5, "none", "warning"),
        ("definition.severity", "low", "high", "warning"),
        ("definition.comment", "", "a text", "info"),
    ],
)
def test_how_bad_a_difference_is(path, before, after, expected):
    """Critical is what leaves somebody untold; a text is for information."""
    change = Change(
        address="a/alert-policy/b", kind="alert-policy", action="update", via="api", ref=None, before=None, after=None
    )

    assert expected == KIND.severity(change, Field(path=path, before=before, after=after))
