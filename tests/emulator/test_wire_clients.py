"""What single public clients do otherwise than the rest, each answered."""

import xml.etree.ElementTree as ET

import pytest

from tests.emulator.wire_client import CONTOSO, EXO, FRONT, LOGIN, REGIONAL, Wire

NAMESPACE = "{http://schemas.microsoft.com/powershell/2004/04}"


def test_rows_come_as_powershells_xml(wire: Wire):
    """monkey365 asks for clixml and reads `value[]._clixml`."""
    found = wire.alerts(x_responseformat="clixml").json()["value"]
    properties = {one.get("N"): one for one in ET.fromstring(found[0]["_clixml"]).iter() if one.get("N")}

    assert {"_clixml"} == {key for row in found for key in row}
    assert ("User restricted from sending email", NAMESPACE + "B") == (
        properties["Name"].text,
        properties["Disabled"].tag,
    )
    assert ["TenantAdmins"] == [one.text for one in properties["NotifyUser"].iter(NAMESPACE + "S")]


def test_the_module_file_needs_no_command_name(wire: Wire):
    """ScubaGear and monkey365 probe without the header, and get the whole list where they are served."""
    lists = [
        wire.get("EXOModuleFile?Version=3.7.0", commandname=name).json()["value"][0]["exportedCmdlets"]
        for name in ("*", None)
    ]

    assert lists[0] == lists[1] != ""


@pytest.mark.parametrize("anchor", ["TID:", "tid:"])
def test_the_tenant_anchor_routes_in_any_case(wire: Wire, anchor: str):
    """go-exoscc falls back to the tenant's id."""
    assert 302 == wire.run("Get-ProtectionAlert", host=FRONT, x_anchormailbox=anchor + CONTOSO).status_code


def test_a_seeds_own_name_of_a_tenant_means_nothing_on_the_wire(wire: Wire):
    """A tenant is known by its id and its domains."""
    discovery = wire.http.get(f"https://{LOGIN}/contoso/v2.0/.well-known/openid-configuration")
    body = {"CmdletInput": {"CmdletName": "Get-Mailbox", "Parameters": {}}}
    answer = wire.http.post(f"https://{EXO}/adminapi/beta/contoso/InvokeCommand", json=body, headers=wire.headers(EXO))

    assert (400, 401) == (discovery.status_code, answer.status_code)


def test_types_inside_a_delta_are_ignored(wire: Wire):
    """A table may say beside Add what Add is (module port)."""
    delta = {
        "@odata.type": "#Exchange.GenericHashTable",
        "Add@odata.type": "#Collection(String)",
        "Add": ["a@contoso.com"],
    }
    name = "Inbox rule forwards outside"

    assert 200 == wire.run("Set-ProtectionAlert", {"Identity": name, "NotifyUser": delta}, host=REGIONAL).status_code


def test_dictionaries_are_lists_of_pairs(wire: Wire):
    """A dictionary comes back as tagged `_key` and `_value` (module port, go-exoscc)."""
    row = next(one for one in wire.alerts().json()["value"] if one["Name"].startswith("DLP-"))

    assert "#Collection(Exchange.GenericHashTable)" == row["ExternalScenarioData@odata.type"]
    assert [("#Exchange.GenericHashTable", "DlpRuleMode", "Enable"), "DlpRuleId"] == [
        tuple(row["ExternalScenarioData"][0].values()),
        row["ExternalScenarioData"][1]["_key"],
    ]


def test_a_persons_token_reaches_graph(wire: Wire):
    """Who signed in by device code has consented to what evidence reads."""
    public = {"client_id": "fb78d390-0c51-40cd-8e17-fdbfab77341b", "scope": "https://graph.microsoft.com/.default"}
    code = wire.http.post(f"https://{LOGIN}/{CONTOSO}/oauth2/v2.0/devicecode", data=public).json()["device_code"]
    grant = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": code, **public}
    token = wire.http.post(f"https://{LOGIN}/{CONTOSO}/oauth2/v2.0/token", data=grant).json()["access_token"]

    url = "https://graph.microsoft.com/v1.0/users/alice@contoso.com"
    assert 200 == wire.http.get(url, headers={"authorization": f"Bearer {token}"}).status_code
