"""Refusals of cmdlets: three encodings of one text, numeric codes, missing objects, the outer statuses."""

import json

import httpx
import pytest

from tests.emulator.wire_client import REGIONAL, Wire

SYSTEM_RULE = "User restricted from sending email"
NEW = {
    "Category": "ThreatManagement",
    "ThreatType": "Activity",
    "Operation": ["New-InboxRule"],
    "AggregationType": "None",
}


def missing(wire: Wire):
    """Set a policy that does not exist."""
    return wire.run("Set-ProtectionAlert", {"Identity": "No such policy", "Severity": "High"}, host=REGIONAL)


def message(answer: httpx.Response) -> str:
    """Give the encoded text of a refusal."""
    return answer.json()["error"]["details"][0]["message"]


@pytest.mark.parametrize("cmdlet", ["Set-ProtectionAlert", "Remove-ProtectionAlert"])
def test_a_missing_object_is_404(wire: Wire, cmdlet: str):
    """Set and Remove of what is not there: NotFound."""
    answer = wire.run(cmdlet, {"Identity": "No such policy"}, host=REGIONAL)

    assert (404, "NotFound") == (answer.status_code, answer.json()["error"]["code"])


def test_pipe_encoding(wire: Wire):
    """An empty prefix, the class, the text."""
    wire.switch(error_encoding="pipe")

    prefix, kind, text = message(missing(wire)).split("|", 2)
    assert ("", True, True) == (prefix, kind.endswith("Exception"), "No such policy" in text)


def test_excode_encoding(wire: Wire):
    """A short code, the class, the text."""
    wire.switch(error_encoding="excode")

    prefix, kind, _ = message(missing(wire)).split("|", 2)
    assert (True, True) == (prefix.startswith("Ex"), kind.endswith("Exception"))


def test_json_encoding(wire: Wire):
    """The text is itself JSON."""
    wire.switch(error_encoding="json")

    found = json.loads(message(missing(wire)))
    assert {"Message", "TypeName", "StackTrace", "InnerError"} == set(found)


def test_existing_names_are_refused_in_a_json_text(wire: Wire):
    """New with a name that is taken: 400, code Context, a JSON text that names ADObjectAlreadyExistsException."""
    wanted = {"Name": "Inbox rule forwards outside", "NotifyUser": ["a@contoso.com"], **NEW}
    answer = wire.run("New-ProtectionAlert", wanted, host=REGIONAL)

    assert (400, "Context") == (answer.status_code, answer.json()["error"]["details"][0]["code"])
    assert "ADObjectAlreadyExistsException" in json.loads(message(answer))["TypeName"]


@pytest.mark.parametrize("numeric", [False, True])
def test_codes_of_details_may_be_numbers(wire: Wire, *, numeric: bool):
    """`details[].code` is a word or a number of PowerShell's error categories."""
    wire.switch(numeric_details_code=numeric)

    assert numeric == missing(wire).json()["error"]["details"][0]["code"].isdigit()


def test_the_class_stands_in_a_header(wire: Wire):
    """x-ExceptionType names the class."""
    assert missing(wire).headers["x-exceptiontype"].endswith("Exception")


def test_an_unknown_segment_is_404(wire: Wire):
    """A path that the Admin API does not have."""
    assert 404 == wire.get("NoSuchThing").status_code


def test_a_write_to_a_system_rule_is_refused(wire: Wire):
    """The refusal reaches the wire as an error."""
    answer = wire.run("Set-ProtectionAlert", {"Identity": SYSTEM_RULE, "Disabled": True}, host=REGIONAL)

    assert answer.status_code >= 400
