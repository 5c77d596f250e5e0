"""Accepted differences: what an entry must say, and what it may never cover."""

from datetime import date, timedelta

import pytest

from tests.load.given import NOW, TENANT, USER, loaded, said, says, written

ENTRY = {
    "tenant": "contoso",
    "address": f"contoso/alert-policy/{USER}",
    "field": "enabled",
    "value": "off",
    "owner": "lead@contoso.com",
    "reason": "until the audit is over",
    "until": "2026-12-01",
}
POLICY = f"alert_policies: {{{USER}: {{enabled: on, notifications: {{enabled: on}}}}}}\naudit_log: {{enabled: on}}\n"


def entry(**changed):
    """An acceptance, as its document's text; a key of None is left out."""
    keys = {**ENTRY, **changed}
    return "  - " + "\n    ".join(f"{key}: {value}" for key, value in keys.items() if value is not None) + "\n"


def files(*entries, guardrails=""):
    """A folder with one tenant and these acceptances."""
    return {
        "a.yaml": TENANT + POLICY,
        "acceptances.yaml": "kind: acceptances\nacceptances:\n" + "".join(entries),
        "g.yaml": f"kind: guardrails\n{guardrails}",
    }


def test_an_acceptance_reaches_its_tenant(tmp_path):
    """The address is spelled as plans spell it, whatever spelling the entry has."""
    (one,) = loaded(tmp_path, files(entry(address=f"contoso/alert-policy/{USER.upper()}")))["contoso"].acceptances

    assert (f"contoso/alert-policy/{USER}", "enabled", False, date(2026, 12, 1)) == (
        one.address,
        one.field,
        one.value,
        one.until,
    )
    assert one.origin is not None
    assert 4 == one.origin.line


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("enabled", "No", False),
        ("notifications.recipients", "[tenantadmins, Ops@X.example]", ["TenantAdmins", "ops@x.example"]),
        ("notifications.recipients", "[]", []),
        ("notifications.daily_limit", "{threshold: 25, window: 1440}", 25),
        ("notifications.daily_limit", "{threshold: none, window: none}", "none"),
        ("notifications.daily_limit", "25", 25),
        ("notifications.daily_limit", "None", "none"),
        ("present", "off", False),
    ],
)
def test_a_value_has_the_form_of_a_reading(tmp_path, field, value, expected):
    """However a policy may spell a value, what is pinned is what the tenant would show; what no policy can ask for stays."""
    (one,) = loaded(tmp_path, files(entry(field=field, value=value)))["contoso"].acceptances

    assert expected == one.value


def test_a_wish_is_no_value(tmp_path):
    """A tenant never shows `at_least`, so that nothing could ever be accepted by it."""
    wish = "{at_least: [ops@x.example]}"
    lines = says(tmp_path, files(entry(field="notifications.recipients", value=wish)))

    assert ["`at_least` can't be what is accepted."] == [
        line[line.index("`at_l") : line.index(" Write")] for line in lines if " error: " in line
    ]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        *(({key: None}, f"3:5: error: `{key}` is missing.") for key in ENTRY),
        ({"tenant": "contosso"}, "3:13: error: There is no tenant `contosso`. Did you mean `contoso`?"),
        ({"address": "fabrikam/audit-log"}, "4:14: error: This is no address in that tenant. Write contoso/"),
        ({"address": "contoso/mailbox/x"}, "4:14: error: This is no address in that tenant."),
        ({"address": "contoso/alert-policy/Mine"}, "4:14: warning: No policy names contoso/alert-policy/Mine, so"),
        ({"field": "Enabled!"}, "5:12: error: This is not the path of a field."),
        ({"field": "definition.severity"}, "5:12: warning: No policy writes `definition.severity` here, so nothing"),
        ({"owner": '" "'}, "7:12: error: The text is empty."),
        ({"until": "12am"}, "9:12: error: This is not a date. Write it as 2026-11-27."),
        ({"until": "2026-02-30"}, "9:12: error: There is no such day."),
        (
            {"until": "2027-02-20"},
            "9:12: error: An acceptance may last 90 days, and this one would last 91. Write 2027-02-19",
        ),
        ({"until": "2026-11-20"}, "9:12: warning: This acceptance is over and hides nothing."),
    ],
)
def test_entries_that_are_wrong_or_odd(tmp_path, changed, expected):
    """Each fault of an entry has its place."""
    lines = says(tmp_path, files(entry(**changed)))

    assert [True] == [line.startswith(f"acceptances.yaml:{expected}") for line in lines], lines


def test_the_date_must_hold_at_both_times(tmp_path):
    """A shifted run can't make a far date near: the machine's time counts as well."""
    root = written(tmp_path, files(entry(until="2027-02-19")))

    assert [] == said(root)
    assert [True] == ["may last 90 days" in line for line in said(root, machine=NOW - timedelta(days=1))]
    assert [True] == ["may last 90 days" in line for line in said(root, now=NOW - timedelta(days=1))]


@pytest.mark.parametrize("field", ["enabled", "present", "notifications.enabled"])
def test_a_protected_policy_keeps_its_protection(tmp_path, field):
    """What guardrails protect can't be switched off by accepting that it is off."""
    lines = says(tmp_path, files(entry(field=field), guardrails=f"protected: [{USER.lower()}]\n"))

    assert [
        (
            f"acceptances.yaml:5:12: error: The guardrails protect this policy, so its `{field}` can't be accepted. "
            "Mend the difference, or change the guardrails."
        )
    ] == lines


def test_other_fields_of_other_things_may_be_accepted(tmp_path):
    """Protection of one policy says nothing about the audit log."""
    kept = files(entry(address="contoso/audit-log"), guardrails=f"protected: [{USER}]\n")

    assert [] == says(tmp_path, kept)


def test_one_entry_for_one_difference(tmp_path):
    """A second entry for the same field is an error, in any spelling of the address."""
    again = entry(address=f"contoso/alert-policy/{USER.lower()}", value="on")
    (line,) = says(tmp_path, files(entry(), again))

    assert line.startswith("acceptances.yaml:10:5: error: This field is accepted already, in ")
