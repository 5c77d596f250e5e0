"""What an answer looks like: envelope, annotations, empty and void answers, warnings, dates, headers."""

import json

import pytest

from tests.emulator.wire_client import CONTOSO, EXO, REGIONAL, Wire

RULE = "Inbox rule forwards outside"


def empty(wire: Wire) -> dict[str, object]:
    """Give the answer to a question that nothing fits."""
    return wire.run("Get-BlockedSenderAddress", {"SenderAddress": "nobody@contoso.com"}).json()


def set_rule(wire: Wire, **parameters: object):
    """Change the tenant's own policy."""
    return wire.run("Set-ProtectionAlert", {"Identity": RULE, **parameters}, host=REGIONAL)


def test_the_envelope(wire: Wire):
    """Context, present and empty warnings, and rows."""
    found = wire.run("Get-BlockedSenderAddress").json()

    assert (
        f"https://{EXO}/adminapi/beta/{CONTOSO}/$metadata#Collection(Exchange.GenericHashTable)"
        == found["@odata.context"]
    )
    assert ("#Collection(String)", []) == (found["adminapi.warnings@odata.type"], found["@adminapi.warnings"])
    assert "@odata.nextLink" not in found


def test_values_are_annotated(wire: Wire):
    """A Guid carries both keys, a date only the .NET name, a list only its OData type."""
    row = wire.alerts().json()["value"][0]

    assert ("System.Guid", "#Guid") == (row["Guid@data.type"], row["Guid@odata.type"])
    assert "System.DateTime" == row["WhenChangedUTC@data.type"]
    assert "WhenChangedUTC@odata.type" not in row
    assert "#Collection(String)" == row["NotifyUser@odata.type"]


def test_annotations_can_stand_on_some_rows_only(wire: Wire):
    """One list holds rows with annotations and rows without."""
    wire.switch(annotations="some")

    assert {True, False} == {"Guid@data.type" in row for row in wire.alerts().json()["value"]}


def test_annotations_can_be_absent(wire: Wire):
    """No row carries one."""
    wire.switch(annotations="none")

    assert not any("@" in name for row in wire.alerts().json()["value"] for name in row)


@pytest.mark.parametrize("on", [True, False])
def test_a_malformed_key_stands_on_one_row(wire: Wire, *, on: bool):
    """A key that ends in a bracket stood in a live row."""
    wire.switch(malformed_key=on)

    assert on == any("WhenChanged(DateTime])" in row for row in wire.alerts().json()["value"])


@pytest.mark.parametrize(("style", "value"), [("array", {"value": []}), ("null", {"value": None}), ("absent", {})])
def test_an_empty_result_has_three_forms(wire: Wire, style: str, value: dict[str, object]):
    """`value` is an empty list, null, or not there."""
    wire.switch(empty_result=style)

    assert value == {key: one for key, one in empty(wire).items() if key == "value"}


@pytest.mark.parametrize(("style", "status"), [("envelope", 200), ("no-content", 204)])
def test_a_void_cmdlet_answers_an_envelope_or_nothing(wire: Wire, style: str, status: int):
    """Set gives 200 with an envelope, or 204 without a body."""
    wire.switch(void_result=style)

    answer = set_rule(wire, Severity="High")

    assert (status, status == 204) == (answer.status_code, answer.content == b"")


@pytest.mark.parametrize("in_header", [True, False])
def test_a_set_that_changes_nothing_warns(wire: Wire, *, in_header: bool):
    """200, null, and one warning, in the body and by switch in X-Warnings."""
    wire.switch(x_warnings=in_header)

    answer = set_rule(wire, Severity="Medium")

    assert (200, None, 1) == (answer.status_code, answer.json()["value"], len(answer.json()["@adminapi.warnings"]))
    assert in_header == ("x-warnings" in answer.headers)


def test_the_header_repeats_the_warnings(wire: Wire):
    """X-Warnings holds the same texts."""
    answer = set_rule(wire, Severity="Medium")

    assert answer.json()["@adminapi.warnings"] == json.loads(answer.headers["x-warnings"])


@pytest.mark.parametrize(("style", "value"), [("array", ["helpdesk@contoso.com"]), ("scalar", "helpdesk@contoso.com")])
def test_a_list_of_one_may_come_bare(wire: Wire, style: str, value: object):
    """NotifyUser with one member is a list, or the bare member."""
    wire.switch(single_item_lists=style)

    assert value == next(row for row in wire.alerts().json()["value"] if row["Name"] == RULE)["NotifyUser"]


@pytest.mark.parametrize(("style", "end"), [("offset", "0+00:00"), ("z", "0Z")])
def test_dates_end_in_an_offset_or_z(wire: Wire, style: str, end: str):
    """Dates are ISO with seven digits; the zone is spelled in either way."""
    wire.switch(date_style=style)

    assert wire.run("Get-BlockedSenderAddress").json()["value"][0]["CreatedDatetime"].endswith(end)


@pytest.mark.parametrize(("style", "limit"), [("none", None), ("3000", "3000"), ("30000", "30000")])
def test_rate_limit_headers(wire: Wire, style: str, limit: str | None):
    """Nobody agrees on them, so nothing may rest on them."""
    wire.switch(rate_limit_headers=style)

    assert limit == wire.run("Get-BlockedSenderAddress").headers.get("rate-limit-limit")


def test_the_services_headers(wire: Wire):
    """Every answer has an id, a back end's name and a date."""
    headers = wire.run("Get-BlockedSenderAddress").headers

    assert {"request-id", "x-calculatedbetarget", "x-backendhttpstatus", "date"} <= set(headers)


def test_errors_in_a_200(wire: Wire):
    """On demand a 200 holds `@adminapi.errors`."""
    wire.fault("errors-in-200", text="It broke halfway.")

    answer = wire.run("Get-BlockedSenderAddress")

    assert (200, ["It broke halfway."]) == (answer.status_code, answer.json()["@adminapi.errors"])
