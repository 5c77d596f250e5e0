"""The shape of `terraform show -json`: by its table of keys, by Rego policies that people write for it, and by laws."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from regopy import Interpreter

from reconciler.core.outcome import Drift, DriftEntry, TenantDrift, ended
from reconciler.report.context import Context
from reconciler.report.formats import REPORTS
from tests.report import samples

CONTEXT = Context(command="plan", at=datetime(2026, 11, 23, 10, tzinfo=UTC), version="0.1.0")
EVIL = st.text(alphabet="<>&\"'`|*_[]()@/\\ \n\x1b\x07\x7f\u202e\u200bab:{}%$", max_size=20)
SENSITIVE = {"anyOf": [{"type": "boolean"}, {"type": "object"}]}
CHANGE = {
    "type": "object",
    "properties": {
        "actions": {"enum": [["no-op"], ["create"], ["read"], ["update"], ["delete"], ["forget"], ["delete", "create"],
                             ["create", "delete"], ["create", "forget"]]},
        "before": {"type": ["object", "null"]},
        "after": {"type": ["object", "null"]},
        "after_unknown": {"type": "object"},
        "before_sensitive": SENSITIVE,
        "after_sensitive": SENSITIVE,
        "replace_paths": {"type": "array"},
        "importing": {"type": "object"},
        "generated_config": {"type": "string"},
        "before_identity": {"type": "object"},
        "after_identity": {"type": "object"},
    },
    "required": ["actions", "before", "after", "after_unknown", "before_sensitive", "after_sensitive"],
    "additionalProperties": False,
}  # fmt: skip
RESOURCE = {
    "type": "object",
    "properties": {
        "address": {"type": "string"},
        "previous_address": {"type": "string"},
        "module_address": {"type": "string", "pattern": r"^module\."},
        "mode": {"enum": ["managed", "data"]},
        "type": {"type": "string", "pattern": "^m365_[a-z_]+$"},
        "name": {"type": "string"},
        "index": {"type": ["string", "integer"]},
        "provider_name": {"type": "string"},
        "deposed": {"type": "string"},
        "change": CHANGE,
        "action_reason": {"type": "string"},
    },
    "required": ["address", "mode", "type", "name", "provider_name", "change"],
    "additionalProperties": False,
}
SCHEMA = {
    "type": "object",
    "properties": {
        "format_version": {"const": "1.2"},
        "terraform_version": {"type": "string"},
        "variables": {"type": "object"},
        "planned_values": {"type": "object"},
        "resource_drift": {"type": "array", "items": RESOURCE},
        "resource_changes": {"type": "array", "items": RESOURCE},
        "deferred_changes": {"type": "array"},
        "deferred_action_invocations": {"type": "array"},
        "action_invocations": {"type": "array"},
        "output_changes": {"type": "object"},
        "prior_state": {"type": "object"},
        "configuration": {"type": "object"},
        "relevant_attributes": {"type": "array"},
        "checks": {"type": "array"},
        "timestamp": {"type": "string", "format": "date-time"},
        "applyable": {"type": "boolean"},
        "complete": {"type": "boolean"},
        "errored": {"type": "boolean"},
        "reconciler": {"type": "object"},
    },
    "required": ["format_version", "applyable", "complete", "errored"],
    "additionalProperties": False,
}
POLICY = """
package terraform

resources := {"m365_alert_policy": 5, "m365_audit_log": 100, "m365_restricted_sender": 10}

deny contains message if {
    some change in input.resource_changes
    "delete" in change.change.actions
    message := sprintf("%s would be deleted", [change.address])
}

deny contains message if {
    some change in input.resource_changes
    change.type == "m365_alert_policy"
    some recipient in change.change.after.notifications.recipients
    contains(recipient, "@")
    not endswith(recipient, "@fabrikam.com")
    message := sprintf("%s would tell %s", [change.address, recipient])
}

deny contains "the plan has an error" if input.errored

creates := count([change | some change in input.resource_changes; "create" in change.change.actions])
updates := count([change | some change in input.resource_changes; "update" in change.change.actions])
deletes := count([change | some change in input.resource_changes; "delete" in change.change.actions])

blast_radius := sum([resources[change.type] | some change in input.resource_changes])

by_hand contains change.address if {
    some change in input.resource_changes
    input.reconciler.changes[change.address].via == "portal"
}

drifted contains change.address if some change in input.resource_drift
"""


def document(result) -> dict:
    """The document of a result."""
    return json.loads(REPORTS["terraform-json"].write(result, CONTEXT))


def asked(found: dict, *questions: str) -> list:
    """What Rego policies answer over a document, sets as sorted lists."""
    rego = Interpreter()
    # The interpreter answers with JSON in which quotes inside of strings are not escaped.
    rego.set_input(json.loads(json.dumps(found).replace('\\"', "'")))
    rego.add_module("terraform", POLICY)
    answers = [json.loads(str(rego.query(f"data.terraform.{question}")))["expressions"][0] for question in questions]
    return [sorted(one) if isinstance(one, list) else one for one in answers]


def entry(address: str, field: str, desired: object, actual: object, state: str = "open") -> DriftEntry:
    """A drift entry."""
    return DriftEntry.model_validate(
        {"address": address, "field": field, "desired": desired, "actual": actual, "severity": "info", "state": state}
    )


def drift(*entries: DriftEntry) -> Drift:
    """A drift result of one tenant."""
    return Drift(
        tenants=(TenantDrift(name="contoso", complete=True, drift=entries, foreign={}, exit=ended(2)),), exit=ended(2)
    )


@pytest.mark.parametrize("result", [samples.plan, samples.drift])
@given(note=EVIL)
@settings(max_examples=25)
def test_it_has_terraforms_keys_and_one_of_ours(result, note):
    """Whatever values hold, every key is one of the published table, but for `reconciler` at the top."""
    assert [] == [one.message for one in Draft202012Validator(SCHEMA).iter_errors(document(result(note=note)))]


def test_policies_that_deny_see_what_we_change():
    """Deletes, recipients and errors are found by Rego that knows nothing of us but the type."""
    deny = asked(document(samples.plan()), "deny")[0]

    assert [
        "m365_alert_policy.contoso['Inbox rule forwards outside'] would tell secops@contoso.com",
        "m365_restricted_sender.contoso['alice@contoso.com'] would be deleted",
        "the plan has an error",
    ] == deny


def test_policies_that_count_see_every_change():
    """Counts by action, and a blast radius by type, hold companions and portal steps too; our key tells these apart."""
    found = asked(document(samples.plan()), "creates", "updates", "deletes", "blast_radius", "by_hand")

    assert [1, 2, 1, 25, ["module.portal.m365_alert_policy.contoso['User restricted from sending email']"]] == found


def test_drift_is_resource_drift():
    """What is open is Terraform's drift; what converges stands under our key only, and nothing is planned."""
    found = document(samples.drift())

    assert [
        "m365_alert_policy.contoso['Inbox rule forwards outside']",
        "m365_alert_policy.contoso['User restricted from sending email']",
    ] == asked(found, "drifted")[0]
    assert ([], False, True, False) == tuple(
        found[key] for key in ("resource_changes", "applyable", "complete", "errored")
    )
    assert 3 == len(found["reconciler"]["tenants"][0]["drift"])


def test_drift_is_told_by_object():
    """Before is what policies want, after is what is there; an object that is missing or too many has one side only."""
    a, b, c = "contoso/alert-policy/A", "contoso/alert-policy/B", "contoso/audit-log"
    found = document(
        drift(
            entry(a, "notifications.enabled", True, False),
            entry(a, "notifications.recipients", ["x"], []),
            entry(b, "present", True, False, "manual"),
            entry(c, "enabled", True, False, "accepted"),
            entry("contoso/alert-policy/D", "present", False, True),
        )
    )["resource_drift"]

    assert [
        (
            "update",
            {"notifications": {"enabled": True, "recipients": ["x"]}},
            {"notifications": {"enabled": False, "recipients": []}},
        ),
        ("delete", {"present": True}, None),
        ("create", None, {"present": True}),
    ] == [(one["change"]["actions"][0], one["change"]["before"], one["change"]["after"]) for one in found]


@given(st.lists(st.tuples(EVIL, st.sampled_from(["api", "companion", "portal"])), unique=True, max_size=6))
def test_addresses_are_unique(pairs):
    """No two changes have one address, whatever they are called and however they are made."""
    made = samples.plan()
    first = made.tenants[0].changes[0]
    changes = tuple(
        first.model_copy(update={"address": f"contoso/alert-policy/{name}", "via": via}) for name, via in pairs
    )
    found = document(made.model_copy(update={"tenants": (made.tenants[0].model_copy(update={"changes": changes}),)}))
    addresses = [one["address"] for one in found["resource_changes"]]

    assert len(pairs) == len(set(addresses)) == len(found["reconciler"]["changes"])
    assert [name for name, _ in pairs] == [one["index"] for one in found["resource_changes"]]


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("Mass deletion", '["Mass deletion"]'),
        ('a "b" \\', '["a \\"b\\" \\\\"]'),
        ("${x} %{y} $5", '["$${x} %%{y} $5"]'),
        ("\u202e", '["\\u202e"]'),
    ],
)
def test_an_index_is_a_string_of_terraforms_language(name, index):
    """Quotes, backslashes and templates are escaped as Terraform does."""
    found = document(drift(entry(f"contoso/alert-policy/{name}", "enabled", True, False)))["resource_drift"]

    assert f"m365_alert_policy.contoso{index}" == found[0]["address"]


def test_a_tenant_has_one_audit_log():
    """What a tenant has only one of has no index."""
    found = document(drift(entry("contoso/audit-log", "enabled", True, False)))["resource_drift"][0]

    assert ("m365_audit_log.contoso", False) == (found["address"], "index" in found)


def test_a_plan_is_applyable_where_apply_would_do_something():
    """Neither a refused tenant nor portal steps make it so; a plan that is refused or incomplete has an error."""
    made = samples.plan()
    free = made.tenants[0].model_copy(update={"exit": ended(2)})
    by_hand = free.model_copy(update={"changes": tuple(one for one in free.changes if one.via == "portal")})

    def verdict(tenant, exit_):
        found = document(made.model_copy(update={"tenants": (tenant,), "exit": exit_}))
        return found["applyable"], found["errored"]

    assert [(True, False), (False, False), (False, True), (True, True)] == [
        verdict(free, ended(2)),
        verdict(by_hand, ended(2)),
        verdict(made.tenants[0], ended(4)),
        verdict(free, ended(6)),
    ]


@pytest.mark.parametrize("result", [samples.plan, samples.drift])
def test_equal_results_give_equal_bytes(result):
    """And the bytes are ASCII."""
    first, second = (REPORTS["terraform-json"].write(result(note="ü"), CONTEXT) for _ in range(2))

    assert first == second
    assert first.isascii()
