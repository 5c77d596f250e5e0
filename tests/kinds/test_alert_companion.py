"""Companions: made, kept in step, and removed only when nothing depends on them."""

import pytest

from reconciler.kinds.alert_policy import KIND
from tests.kinds.given import (
    PATTERNS,
    PATTERNS_GUID,
    USER,
    USER_GUID,
    alert,
    below,
    changes,
    companion,
    policies,
    rules,
    scoped,
    user,
)

WANT = {USER: {"enabled": "on", "notifications": {"recipients": ["ops@x.example"]}, "via": "companion"}}
KEPT = companion(NotifyUser=["ops@x.example"])


def test_a_companion_copies_what_its_default_policy_watches():
    """Operation, category and severity come from the tenant's own row; its comment ties it to the default policy."""
    (change,) = changes(KIND, WANT, policies(user(Severity="Medium")))

    assert ("create", "companion", f"contoso/alert-policy/{USER}") == (change.action, change.via, change.address)
    assert f"{USER} (reconciler)" == below(change.after, "name")
    assert {"enabled": True, "recipients": ["ops@x.example"], "daily_limit": "none"} == below(
        change.after, "notifications"
    )
    assert ("ThreatManagement", "medium", ["CompromisedAccount"], "none", "Activity") == tuple(
        below(change.after, "definition", name)
        for name in ("category", "severity", "operations", "aggregation", "threat_type")
    )
    assert f"reconciler-companion:{USER_GUID}" in str(below(change.after, "definition", "comment"))


def test_of_the_default_policy_only_enabled_is_changed():
    """Its notifications stay as they are, for the portal to change or not."""
    found = changes(KIND, WANT, policies(user(Disabled=True, NotifyUser=[]), KEPT))

    assert [("portal", ["enabled"])] == [(one.via, [field.path for field in one.fields]) for one in found]


def test_a_companion_is_kept_in_step():
    """Whoever is told too many or too few is a difference of the companion."""
    (change,) = changes(KIND, WANT, policies(user(), companion(Severity="Low")))

    assert ("update", "companion") == (change.action, change.via)
    assert ["definition.severity", "notifications.recipients"] == [field.path for field in change.fields]


def test_a_companion_in_step_is_no_change():
    """The marker may stand in any comment; the unproven operation stays said."""
    result = scoped(KIND, WANT, policies(user(), KEPT))

    assert () == changes(KIND, WANT, policies(user(), KEPT))
    assert ({"companion-unproven": "info"}, 0) == (rules(result), result.foreign)


@pytest.mark.parametrize(
    "muted",
    [
        {"NotificationEnabled": False},
        {"NotifyUser": []},
        {"NotifyUserSuppressionExpiryDate": "2027-01-01T00:00:00Z"},
    ],
)
def test_a_muted_default_policy_is_said(muted):
    """The companion tells then, but the default policy does not."""
    assert "warning" == rules(scoped(KIND, WANT, policies(user(**muted), KEPT)))["default-muted"]


def test_a_proven_operation_is_not_doubted():
    """Microsoft365DSC's own example shows that this one fires."""
    row = alert(PATTERNS, PATTERNS_GUID, IsSystemRule=True, Operation=["CompromisedWarningAccount"])
    want = {PATTERNS: {"notifications": {"recipients": ["ops@x.example"]}, "via": "companion"}}

    assert {} == rules(scoped(KIND, want, policies(row)))


def test_two_companions_are_refused_and_neither_is_touched():
    """Nobody can tell which one is right."""
    rows = policies(user(), KEPT, companion("00000000-0000-4000-8000-00000000000d"))

    assert "refusal" == rules(scoped(KIND, WANT, rows))["duplicate-companion"]
    assert () == changes(KIND, WANT, rows)


def test_a_taken_name_is_refused():
    """A policy of that name without the marker is somebody's own."""
    rows = policies(user(), companion(Comment="made by hand"))

    assert "refusal" == rules(scoped(KIND, WANT, rows))["companion-name-taken"]
    assert () == changes(KIND, WANT, rows)


def test_a_marker_on_a_system_row_means_nothing():
    """Only rows that are no system rule can be companions."""
    rows = policies(user(Comment=f"reconciler-companion:{USER_GUID}"))

    assert ["create"] == [one.action for one in changes(KIND, WANT, rows)]


def test_a_companion_goes_only_when_its_default_policy_matches():
    """Until the portal step is done somebody must be told, so the companion stays."""
    want = {USER: {"notifications": {"recipients": ["ops@x.example"]}, "via": "portal"}}
    waiting, done = policies(user(), KEPT), policies(user(NotifyUser=["ops@x.example"]), KEPT)

    assert ({"companion-kept": "info"}, [("update", "portal")]) == (
        rules(scoped(KIND, want, waiting)),
        [(one.action, one.via) for one in changes(KIND, want, waiting)],
    )
    assert [("delete", "companion", KEPT["Guid"])] == [
        (one.action, one.via, one.ref) for one in changes(KIND, want, done)
    ]


def test_a_companion_whose_default_policy_nobody_names_is_kept():
    """Silence is no wish; the finding bears the address of the default policy."""
    result = scoped(KIND, {}, policies(user(), KEPT))

    assert [("orphan-companion", f"contoso/alert-policy/{USER}")] == [
        (one.rule, one.address) for one in result.findings
    ]
    assert ((), 1) == (result.pairs, result.foreign)


def test_a_companion_of_a_policy_that_is_not_offered_is_kept():
    """Without the default policy nothing can be copied, and nothing is concluded."""
    assert {"not-offered": "warning", "companion-kept": "info"} == rules(scoped(KIND, WANT, policies(KEPT)))
    assert () == changes(KIND, WANT, policies(KEPT))


@pytest.mark.parametrize(
    ("comment", "known"),
    [
        (f"reconciler-companion:{USER_GUID.upper()}", True),
        (f"see reconciler-companion: then reconciler-companion:{USER_GUID}.", True),
        ("see reconciler-companion: in the handbook", False),
        ("reconciler-companion:7a4e7306", False),
    ],
)
def test_only_a_whole_guid_makes_a_companion(comment, known):
    """The bare words in somebody's comment mark nothing."""
    result = scoped(KIND, {}, policies(companion(Comment=comment)))

    assert ({"orphan-companion"} if known else set(), 0 if known else 1) == (set(rules(result)), result.foreign)


@pytest.mark.parametrize("policy", [{"present": "off"}, {"enabled": "off"}])
def test_a_companion_is_not_managed_by_its_own_name(policy):
    """Its default policy's name is the only way to it, so nothing is made or removed beside it."""
    result = scoped(KIND, {f"{USER} (reconciler)": policy}, policies(user(), KEPT))

    assert ({"unknown-policy": "refusal", "orphan-companion": "warning"}, ()) == (rules(result), result.pairs)


def test_a_default_policy_that_names_no_operation_gets_the_known_one():
    """A companion without an operation would raise an alert for nothing, or for everything."""
    (change,) = changes(KIND, WANT, policies(user(Operation=None)))

    assert ["CompromisedAccount"] == below(change.after, "definition", "operations")
