"""Values that break a guardrail are found offline, each at its place."""

import pytest

from tests.load.given import TENANT, USER, load_folder, said, written

RULES = f"""kind: guardrails
protected: [{USER}]
recipients: {{allowed_domains: [contoso.com], require_one_of: [soc@contoso.com]}}
"""


def refused(tmp_path, text, rules=RULES):
    """The rule and the place of each value that is refused in a tenant that ends with this text."""
    loaded = load_folder(written(tmp_path, {"a.yaml": TENANT + text, "g.yaml": rules}))
    places = [(one.rule, one.diagnostic.range) for one in loaded.refusals]
    return [(rule, at.start.line, at.start.column) for rule, at in places if at]


BREAKING = {
    "auditing off": ("audit_log: {enabled: off}", "audit-log-off", "off"),
    "a protected policy off": (f"alert_policies: {{{USER}: {{enabled: off}}}}", "protected", "off"),
    "a protected policy muted": (
        f"alert_policies: {{{USER}: {{notifications: {{enabled: off}}}}}}",
        "protected",
        "off",
    ),
    "a foreign recipient": (
        "alert_policies: {Own: {notifications: {recipients: {at_least: [a@evil.example]}}}}",
        "recipients-domain",
        "{at_least",
    ),
    "nobody of those required": (
        "alert_policies: {Own: {notifications: {recipients: [a@contoso.com]}}}",
        "recipients-required",
        "[a@",
    ),
}


@pytest.mark.parametrize(("text", "rule", "value"), BREAKING.values(), ids=BREAKING)
def test_what_breaks_a_guardrail(text, rule, value, tmp_path):
    """It is refused by the rule that a plan would name, at the line and column of the value."""
    assert [(rule, 5, text.index(value) + 1)] == refused(tmp_path, f"{text}\n")


KEEPING = {
    "auditing on": "audit_log: {enabled: on}",
    "a protected policy on": f"alert_policies: {{{USER}: {{enabled: on}}}}",
    "a policy of one's own off": "alert_policies: {Own: {enabled: off}}",
    "a policy of one's own muted": "alert_policies: {Own: {notifications: {enabled: off}}}",
    "one who is required among others": (
        "alert_policies: {Own: {notifications: {recipients: [a@contoso.com, soc@contoso.com]}}}"
    ),
    "others beside those that stay": "alert_policies: {Own: {notifications: {recipients: {at_least: [a@contoso.com]}}}}",
}


@pytest.mark.parametrize("text", KEEPING.values(), ids=KEEPING)
def test_what_keeps_the_guardrails(text, tmp_path):
    """What a plan might carry out is not refused; what only the tenant can tell is left to the plan."""
    assert [] == refused(tmp_path, f"{text}\n")


def test_a_protected_name_of_nobody(tmp_path):
    """A protected name that no policy here and no default policy bears is a warning; the others are none."""
    rules = f"kind: guardrails\nprotected: [{USER.upper()}, Own, Nothing like this]\n"
    root = written(tmp_path, {"a.yaml": TENANT + "alert_policies: {own: {enabled: on}}\n", "g.yaml": rules})

    (line,) = said(root)

    assert line.startswith(f"g.yaml:2:{rules.splitlines()[1].index('Nothing') + 1}: warning: `Nothing like this` ")
