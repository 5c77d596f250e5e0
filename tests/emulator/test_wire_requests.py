"""What a request may look like: the envelope, parameters in every spelling, headers that do not matter."""

from typing import Any

import pytest

from tests.emulator.wire_client import REGIONAL, Wire

RULE = "Inbox rule forwards outside"


def alert(wire: Wire, name: str = RULE) -> dict[str, Any]:
    """Give one alert policy as it reads now."""
    return next(row for row in wire.alerts().json()["value"] if row["Name"] == name)


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"cmdletinput": {"CmdletName": "Get-BlockedSenderAddress", "Parameters": {}}},
        {"CmdletInput": {"CmdletName": "Get-BlockedSenderAddress", "parameters": {}}},
        {"CmdletInput": {"CmdletName": "Get-BlockedSenderAddress", "Parameters": None}},
        {"CmdletInput": {"Parameters": {}}},
    ],
)
def test_a_broken_envelope_is_refused(wire: Wire, body: object):
    """A missing CmdletInput, null Parameters and another case of the three keys are 400."""
    answer = wire.post("InvokeCommand", body)

    assert (400, "BadRequest") == (answer.status_code, answer.json()["error"]["code"])


def test_headers_that_no_one_knows_are_ignored(wire: Wire):
    """Unknown and needless headers change nothing, and JSON is the default format."""
    answer = wire.run("Get-BlockedSenderAddress", X_CmdletName="Get-Mailbox", X_Whatever="1", connection_id="x")

    assert 200 == answer.status_code
    assert answer.headers["content-type"].startswith("application/json;odata.metadata=minimal")


def test_cmdlets_and_parameters_are_named_in_any_case(wire: Wire):
    """CIPP sends `name` where the document says Name."""
    answer = wire.run("get-blockedsenderaddress", {"senderADDRESS": "ALICE@contoso.com"})

    assert ["alice@contoso.com"] == [row["SenderAddress"] for row in answer.json()["value"]]


def test_a_scalar_stands_for_a_list_of_one(wire: Wire):
    """NotifyUser as a bare text is taken."""
    answer = wire.run("Set-ProtectionAlert", {"Identity": RULE, "NotifyUser": "soc@contoso.com"}, host=REGIONAL)

    assert 200 == answer.status_code
    assert ["soc@contoso.com"] == alert(wire)["NotifyUser"]


@pytest.mark.parametrize(("sent", "stored"), [("High", "High"), ("high", "High")])
def test_enumerations_are_taken_in_any_case(wire: Wire, sent: str, stored: str):
    """An enumeration is a member's name in any case."""
    assert 200 == wire.run("Set-ProtectionAlert", {"Identity": RULE, "Severity": sent}, host=REGIONAL).status_code
    assert stored == alert(wire)["Severity"]


def test_enumerations_are_taken_as_numbers_in_texts(wire: Wire):
    """CIPP sends "1" for SimpleAggregation."""
    wanted = {"Identity": RULE, "AggregationType": "1", "Threshold": 5, "TimeWindow": 90}

    assert 200 == wire.run("Set-ProtectionAlert", wanted, host=REGIONAL).status_code
    assert "SimpleAggregation" == alert(wire)["AggregationType"]


@pytest.mark.parametrize("kind", ["#Exchange.GenericHashTable", "#Exchange.StringFieldDeltaUpdateData"])
def test_a_delta_adds_and_removes(wire: Wire, kind: str):
    """Both tagged forms work, with keys in any case and a scalar or a list."""
    delta = {"@odata.type": kind, "add": "b@contoso.com", "REMOVE": ["helpdesk@contoso.com"]}

    assert 200 == wire.run("Set-ProtectionAlert", {"Identity": RULE, "NotifyUser": delta}, host=REGIONAL).status_code
    assert ["b@contoso.com"] == alert(wire)["NotifyUser"]


def test_the_second_form_of_a_delta_can_be_refused(wire: Wire):
    """By switch only GenericHashTable is known."""
    wire.switch(string_delta=False)
    delta = {"@odata.type": "#Exchange.StringFieldDeltaUpdateData", "Add": "b@contoso.com"}

    assert 400 == wire.run("Set-ProtectionAlert", {"Identity": RULE, "NotifyUser": delta}, host=REGIONAL).status_code


def test_an_object_without_a_type_breaks_the_binder(wire: Wire):
    """The refusal names a JObject and PswsHashtable."""
    answer = wire.run("Set-ProtectionAlert", {"Identity": RULE, "NotifyUser": {"Add": "b@contoso.com"}}, host=REGIONAL)

    assert 400 == answer.status_code
    assert "JObject" in answer.text
    assert "PswsHashtable" in answer.text


def test_an_empty_list_leaves_a_multi_valued_property(wire: Wire):
    """Nothing is cleared by an empty list; an empty tagged table is a real attempt, which a policy refuses."""
    table = {"@odata.type": "#Exchange.GenericHashTable"}
    by_list = wire.run("Set-ProtectionAlert", {"Identity": RULE, "NotifyUser": []}, host=REGIONAL)
    by_table = wire.run("Set-ProtectionAlert", {"Identity": RULE, "NotifyUser": table}, host=REGIONAL)

    assert (200, 400) == (by_list.status_code, by_table.status_code)
    assert ["helpdesk@contoso.com"] == alert(wire)["NotifyUser"]


def test_confirm_asks_and_changes_nothing(wire: Wire):
    """`Confirm: true` gives a confirmation message; the object stays."""
    answer = wire.run("Set-ProtectionAlert", {"Identity": RULE, "Severity": "High", "Confirm": True}, host=REGIONAL)

    assert "@adminapi.confirmationmessage" in answer.json()
    assert "Medium" == alert(wire)["Severity"]


def test_select_trims_and_keeps_annotations(wire: Wire):
    """`$select` leaves the named properties, in any case, and the annotations that belong to them."""
    rows = wire.alerts(query="?$select=Name,guid").json()["value"]

    assert {"Name", "Guid", "Guid@data.type", "Guid@odata.type"} == set(rows[0])


def test_an_unknown_parameter_is_an_ambiguous_set(wire: Wire):
    """400, Invalid Operation, and the class in innererror."""
    error = wire.run("Get-BlockedSenderAddress", {"Nonsense": 1}).json()["error"]

    assert ("BadRequest", "Invalid Operation") == (error["code"], error["message"])
    assert "AmbiguousParameterSetException" in error["innererror"]["internalexception"]["type"]


def test_a_bad_enumeration_names_the_members(wire: Wire):
    """400, ParameterTransformationException, and a text that lists what is valid."""
    answer = wire.run("Set-ProtectionAlert", {"Identity": RULE, "Severity": "Enormous"}, host=REGIONAL)
    inner = answer.json()["error"]["innererror"]["internalexception"]

    assert 400 == answer.status_code
    assert "ParameterTransformationException" in inner["type"]
    assert "Medium" in inner["message"]


def test_a_body_that_is_no_json_is_refused(wire: Wire):
    """A text gets 400, not a crash."""
    url = f"https://outlook.office365.com/adminapi/beta/{'contoso.com'}/InvokeCommand"
    answer = wire.http.post(url, content=b"\xff{not json", headers=wire.headers("outlook.office365.com"))

    assert 400 == answer.status_code
