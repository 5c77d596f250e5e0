"""Values that break a guardrail whatever the tenant holds are refused offline, each at its own place."""

import json

import pytest

from tests.cli.line import reconciler
from tests.load.given import TENANT, USER, load_folder, written

RULES = f"""kind: guardrails
protected: [{USER}, Mine]
recipients: {{allowed_domains: [contoso.com], require_one_of: [secops@contoso.com, TenantAdmins]}}
"""
DEFINITION = "definition: {category: Others, severity: low, threat_type: Activity, operations: [New-InboxRule], aggregation: none}"


def refused(tmp_path, text, baseline=""):
    """Rule and place of each refusal of one tenant with these lines, which begin in line 5."""
    extends = "extends: [below]\n" if baseline else ""
    files = {"a.yaml": TENANT + text + extends, "g.yaml": RULES}
    files |= {"b.yaml": f"kind: baseline\nname: below\n{baseline}"} if baseline else {}
    found = load_folder(written(tmp_path, files)).refusals
    places = [one.diagnostic.range for one in found]
    return [
        (one.rule, f"{at.filename.rpartition('/')[2]}:{at.start.line}:{at.start.column}")
        for one, at in zip(found, places, strict=True)
        if at
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("audit_log: {enabled: off}", [("audit-log-off", "a.yaml:5:22")]),
        (f"alert_policies: {{{USER}: {{enabled: off}}}}", [("protected", "a.yaml:5:64")]),
        (f"alert_policies: {{{USER.upper()}: {{notifications: {{enabled: no}}}}}}", [("protected", "a.yaml:5:80")]),
        ("alert_policies: {mine: {present: false}}", [("protected", "a.yaml:5:34")]),
        ("alert_policies: {Other: {present: false}}", []),
        (
            f"alert_policies: {{{USER}: {{notifications: {{recipients: [x@fabrikam.com, secops@contoso.com]}}}}}}",
            [("recipients-domain", "a.yaml:5:83")],
        ),
        (
            f"alert_policies: {{Other: {{{DEFINITION}, notifications: {{recipients: [x@contoso.com]}}}}}}",
            [("recipients-required", "a.yaml:5:172")],
        ),
        ("alert_policies: {Other: {notifications: {enabled: off, recipients: [x@contoso.com]}}}", []),
        (f"alert_policies: {{{USER}: {{notifications: {{recipients: {{at_least: [x@contoso.com]}}}}}}}}", []),
        (
            f"alert_policies: {{{USER}: {{enabled: on, notifications: {{enabled: on, recipients: [tenantadmins]}}}}}}",
            [],
        ),
    ],
)
def test_values_that_break_a_guardrail(tmp_path, line, expected):
    """Each rule that needs no tenant is judged by what is written, and names the value."""
    assert expected == refused(tmp_path, f"{line}\n")


def test_a_muted_protected_policy_breaks_two_rules(tmp_path):
    """Recipients without anybody who must be told mute it, and are wrong in any policy."""
    line = f"alert_policies: {{{USER}: {{notifications: {{recipients: [x@contoso.com]}}}}}}\n"

    assert {"protected", "recipients-required"} == {rule for rule, _ in refused(tmp_path, line)}


def test_a_value_from_a_baseline_is_found_there(tmp_path):
    """The place is the line that won, in whichever file it stands."""
    assert [("audit-log-off", "b.yaml:3:22")] == refused(tmp_path, "", "audit_log: {enabled: off}\n")


@pytest.mark.parametrize(("acks", "code"), [((), 4), (("--ack", "audit-log-off"), 0)])
def test_validate_ends_with_4(tmp_path, acks, code):
    """Text and JSON show the refusal with its place, the policies are not valid, and an acknowledged one is a warning."""
    written(tmp_path, {"a.yaml": f"{TENANT}audit_log: {{enabled: off}}\n"})
    plain = reconciler("validate", *acks, folder=tmp_path)
    found = json.loads(reconciler("validate", "--format", "json", *acks, folder=tmp_path).out)
    severity = "warning" if acks else "error"

    assert (code, code, not acks) == (plain.code, found["exit"]["code"], not found["valid"])
    assert f"policies/a.yaml:5:22: {severity}: contoso/audit-log is refused (audit-log-off): " in plain.out
    assert [severity] == [one["severity"] for one in found["diagnostics"]]
