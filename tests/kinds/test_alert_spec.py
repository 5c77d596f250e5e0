"""What a document may say of alert policies, and what it is told where it says something else."""

import json

import jsonschema
import pytest
from pydantic import JsonValue

from reconciler.core.values import Fields
from reconciler.kinds.alert_policy import KIND
from tests.kinds.given import PATTERNS, USER, faults_of, parsed

OWN: Fields = {"category": "ThreatManagement", "threat_type": "Activity"}


@pytest.mark.parametrize("written", [True, "on", "On", "YES", "true", " yes "])
def test_a_boolean_may_be_spelled_in_many_ways(written):
    """on, yes and true in any case are one value."""
    assert {"P": {"enabled": True}} == KIND.check({"P": {"enabled": written}})


def test_recipients_are_canonical():
    """Addresses are folded, trimmed, sorted and there once; the token has one spelling."""
    written: list[JsonValue] = [" B@x.example", "a@X.example", "b@x.example", "TENANTADMINS"]

    assert {"P": {"notifications": {"recipients": ["TenantAdmins", "a@x.example", "b@x.example"]}}} == KIND.check(
        {"P": {"notifications": {"recipients": written}}}
    )


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        (25, 25),
        ("None", "none"),
        ({"threshold": 25, "window": 1440}, 25),
        ({"threshold": 10, "window": 60}, {"threshold": 10, "window": 60}),
        ({"threshold": 10, "window": "None"}, {"threshold": 10, "window": None}),
        ({"threshold": "none", "window": "none"}, "none"),
    ],
)
def test_a_daily_limit_is_canonical(written, canonical):
    """A pair over a whole day is the number a day; any other pair stays as it is."""
    assert {"P": {"notifications": {"daily_limit": canonical}}} == KIND.check(
        {"P": {"notifications": {"daily_limit": written}}}
    )


def test_only_what_is_written_counts():
    """A field that is not written is not there, so nothing manages it."""
    assert {"P": {}, "Q": {"notifications": {}}} == KIND.check({"P": {}, "Q": {"notifications": {}}})


@pytest.mark.parametrize(
    ("policy", "path", "sentence"),
    [
        ({"enabled": None}, ("enabled",), "null is neither on nor off. Write `on` or `off`."),
        ({"enabled": "12am"}, ("enabled",), "`12am` is neither on nor off. Write `on` or `off`."),
        (
            {"notifications": {"recipients": ["no"]}},
            ("notifications", "recipients", 0),
            "`no` is not a mailbox. Write it as name@example.com.",
        ),
        (
            {"notifications": {"recipients": []}},
            ("notifications", "recipients"),
            "The list is empty, so nobody would be told. To tell nobody, write notifications: {enabled: off}.",
        ),
        (
            {"notifications": {"recipients": {"at_least": ["x"]}}},
            ("notifications", "recipients", "at_least", 0),
            "`x` is not a mailbox. Write it as name@example.com.",
        ),
        (
            {"notifications": {"daily_limit": 0}},
            ("notifications", "daily_limit"),
            "A daily limit of 0 would tell nobody. Write a number from 1, or none for no limit.",
        ),
        (
            {"notifications": {"daily_limit": 2**31}},
            ("notifications", "daily_limit"),
            "`2147483648` is too large. Write 2147483647 or less.",
        ),
        (
            {"notifications": {"daily_limit": True}},
            ("notifications", "daily_limit"),
            "`True` is no daily limit. Write a whole number from 1, none, or {threshold, window}.",
        ),
        (
            {"notifications": {"daily_limit": {"threshold": 1, "window": -5}}},
            ("notifications", "daily_limit", "window"),
            "`-5` is not a whole number from 1. Write digits only, without quotes.",
        ),
        (
            {"definition": {"severity": "hihg"}},
            ("definition", "severity"),
            "`hihg` is no severity. Did you mean `high`?",
        ),
        ({"definition": {"threshold": 2}}, ("definition", "threshold"), "2 is too small. Write 3 or more."),
        ({"definition": {"window": 59}}, ("definition", "window"), "59 is too small. Write 60 or more."),
        (
            {"definition": {"comment": "reconciler-companion:x"}},
            ("definition", "comment"),
            "reconciler-companion: marks what via: companion keeps. Write other words.",
        ),
        (
            {"present": "off", "enabled": "on"},
            (),
            "present: false asks for a removal, so nothing else may stand beside it. Write one or the other.",
        ),
    ],
)
def test_a_wrong_value_gets_a_sentence_at_its_place(policy, path, sentence):
    """Every refusal says what is wrong and what to write instead."""
    assert {("P", *path): sentence} == faults_of(KIND, {"P": policy})


def test_unknown_keys_are_refused():
    """A misspelled key never passes as something that is not managed."""
    assert {("P", "enable"), ("P", "notifications", "recipient")} == set(
        faults_of(KIND, {"P": {"enable": True, "notifications": {"recipient": []}}})
    )


@pytest.mark.parametrize(
    ("name", "policy", "paths"),
    [
        (USER, {"present": "off"}, [("present",)]),
        (USER, {"definition": OWN}, [("definition",)]),
        ("user RESTRICTED from sending email\u200b", {"definition": OWN}, [("definition",)]),
        ("SimH Simulation Completed", {"definition": OWN}, [("definition",)]),
        ("Mine", {"via": "api"}, [("via",)]),
        ("DLP-Default", {"enabled": "on"}, [()]),
        ("\u200b", {"enabled": "on"}, [()]),
        (USER, {"via": "companion"}, [("via",)]),
        (USER, {"via": "companion", "notifications": {"enabled": "off"}}, [("via",)]),
        ("Messages have been delayed", {"via": "companion"}, [("via",), ("via",)]),
        ("Mine", {"definition": {**OWN, "threshold": 5}}, [("definition", "threshold")]),
        ("Mine", {"definition": {**OWN, "aggregation": "none", "window": 90}}, [("definition", "window")]),
        ("Mine", {"definition": {**OWN, "aggregation": "simple", "window": 90, "threshold": 5}}, []),
        ("Mine", {"definition": {"threat_type": "malware", "operations": ["A"]}}, [("definition", "operations")]),
        ("Mine", {"present": "off"}, []),
        ("Mine", {}, []),
    ],
)
def test_what_only_all_layers_tell_is_a_fault_too(name, policy, paths):
    """Default policies have no definition and stay; custom ones need no way; companions need what they can have."""
    found = parsed(KIND, {name: policy}).faults

    assert paths == [fault.path[1:] for fault in found if fault.severity == "error"]


def test_several_operations_are_a_warning():
    """The service documents that several operations do not work, though it accepts them (EXO-DOC)."""
    found = parsed(KIND, {"Mine": {"definition": {**OWN, "operations": ["A", "B"]}}}).faults

    assert [("warning", ("mine", "definition", "operations"))] == [(one.severity, one.path) for one in found]


def test_a_companion_that_is_not_eligible_is_told_why():
    """The reason stands with the policy in the facts."""
    found = parsed(
        KIND, {"Email reported by user as junk": {"via": "companion", "notifications": {"recipients": ["a@x.example"]}}}
    )

    assert [
        "`Email reported by user as junk` can have no companion: 6 other default policies have the same operation."
    ] == [fault.summary for fault in found.faults]


def test_a_default_policy_has_one_address_however_it_is_spelled():
    """The name of the facts stands in addresses, whatever a document or a tenant writes."""
    spelled = parsed(KIND, {PATTERNS.upper() + "\u200b": {"enabled": "on"}}).wanted

    assert [(f"contoso/alert-policy/{PATTERNS}", PATTERNS)] == [(one.address, one.name) for one in spelled]


def test_a_custom_name_is_cleaned_but_kept_as_written():
    """Invisible characters never make another policy."""
    assert ["contoso/alert-policy/My [policy] / two"] == [
        one.address for one in parsed(KIND, {" My [policy] / two\ufeff": {}}).wanted
    ]


def test_two_spellings_of_one_policy_have_one_key():
    """A former name, another case and an invisible end are the same policy."""
    key = KIND.key
    assert key is not None

    assert {key("Purview policy simulation completed")} == {
        key("simh simulation completed"),
        key("PURVIEW policy simulation completed\u200b"),
    }


def test_the_schema_accepts_what_the_check_accepts():
    """Editors see the same keys and words, and the schema has no references, so it can stand anywhere."""
    schema = KIND.schema()
    document = {
        "P": {
            "enabled": "on",
            "notifications": {"enabled": True, "recipients": {"at_least": ["a@x.example"]}, "daily_limit": 3},
            "definition": {
                **OWN,
                "operations": ["New-InboxRule"],
                "aggregation": "simple",
                "threshold": 3,
                "window": 60,
            },
            "via": "portal",
        }
    }

    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(document, schema)
    assert "$ref" not in json.dumps(schema)
    assert not jsonschema.Draft202012Validator(schema).is_valid({"P": {"enable": True}})
