"""Which host answers what: front doors, regions, redirects, anchors, discovery probes."""

import pytest

from tests.emulator.wire_client import ANCHOR, CONTOSO, EXO, FRONT, REGIONAL, Wire

PATH = f"/adminapi/beta/{CONTOSO}/InvokeCommand"


def test_the_compliance_front_door_sends_on_to_the_dead_admin_port(wire: Wire):
    """Every request with a usable anchor gets 302 to port 446 of the regional admin host, with the same path."""
    answer = wire.run("Get-ProtectionAlert", host=FRONT)

    assert (302, f"https://eur02b.admin.protection.outlook.com:446{PATH}") == (
        answer.status_code,
        answer.headers["location"],
    )


@pytest.mark.parametrize("path", ["EXOModuleFile?Version=3.9", "EXOBanner('AutogenSession')?Version=3.9"])
def test_every_probe_finds_the_region(wire: Wire, path: str):
    """A GET of the module file and of the banner is sent on as InvokeCommand is."""
    answer = wire.get(path, host=FRONT)

    assert 302 == answer.status_code
    assert answer.headers["location"].startswith("https://eur02b.admin.protection.outlook.com:446/adminapi/v1.0/")


@pytest.mark.parametrize("anchor", [None, "UPN:nobody@unknown.example", "SystemMailbox{bb558c35}"])
def test_the_compliance_front_door_needs_an_anchor(wire: Wire, anchor: str | None):
    """Without a usable anchor the front door answers 500 about the organization container, not 400."""
    answer = wire.run("Get-ProtectionAlert", host=FRONT, x_anchormailbox=anchor)

    assert 500 == answer.status_code
    assert "Could not find the organization container" in answer.text


def test_a_front_door_that_needs_no_anchor(wire: Wire):
    """With the switch off the front door sends on without an anchor too."""
    wire.switch(anchor_required=False)

    assert 302 == wire.run("Get-ProtectionAlert", host=FRONT, x_anchormailbox=None).status_code


@pytest.mark.parametrize(
    "anchor",
    [
        ANCHOR,
        "UPN:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@contoso.onmicrosoft.com",
        f"APP:SystemMailbox{{bb558c35-97f1-4cb9-8ff7-d53741dc928c}}@@{CONTOSO}",
        f"UPN:SystemMailbox{{8cc370d3-822a-4ab8-a926-bb94bd0641a9}}@{CONTOSO}",
        "UPN:OAuthUser@contoso.onmicrosoft.com",
        f"TID:{CONTOSO}",
        "UPN:anyone@CONTOSO.onmicrosoft.com",
        "SMTP:alice@contoso.com",
        f"MBX:a11ce000-0000-4000-8000-0000000000a1@{CONTOSO}",
        "SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@contoso.onmicrosoft.com",
    ],
)
def test_every_form_of_anchor_routes(wire: Wire, anchor: str):
    """Each form that a public client sends leads to the region; only what follows the last @ matters."""
    assert 302 == wire.run("Get-ProtectionAlert", host=FRONT, x_anchormailbox=anchor).status_code


def test_the_regional_host_needs_no_anchor(wire: Wire):
    """After discovery ScubaGear and Clarity365 send none, and are answered."""
    assert 200 == wire.alerts(x_anchormailbox=None).status_code


def test_a_host_of_another_region_refuses(wire: Wire):
    """A region that is not the tenant's cannot serve it."""
    assert 500 == wire.run("Get-ProtectionAlert", host=f"nam12b.{FRONT}").status_code


def test_a_region_can_change_while_running(wire: Wire):
    """A cached region goes stale: the old host refuses, the front door names the new one."""
    wire.emulator.change({"tenant": "contoso", "region": "deu01b"})

    assert 500 == wire.alerts().status_code
    assert "https://deu01b." in wire.run("Get-ProtectionAlert", host=FRONT).headers["location"]
    assert 200 == wire.run("Get-ProtectionAlert", host=f"deu01b.{FRONT}").status_code


def test_exchange_does_not_redirect_by_default(wire: Wire):
    """The front door of Exchange Online serves the request itself."""
    assert 200 == wire.run("Get-BlockedSenderAddress").status_code


def test_exchange_redirects_by_switch(wire: Wire):
    """ScubaGear met a front door that sends on to a prefix host, which then serves."""
    wire.switch(exo_redirect=True)

    answer = wire.run("Get-BlockedSenderAddress")

    assert (302, f"https://eur02b.{EXO}{PATH}") == (answer.status_code, answer.headers["location"])
    assert 200 == wire.run("Get-BlockedSenderAddress", host=f"eur02b.{EXO}").status_code


def test_only_beta_serves_invoke_command(wire: Wire):
    """v1.0 of InvokeCommand is 405."""
    answer = wire.http.post(f"https://{EXO}/adminapi/v1.0/{CONTOSO}/InvokeCommand", json={}, headers=wire.headers(EXO))

    assert 405 == answer.status_code


def test_the_case_of_the_path_is_ignored(wire: Wire):
    """AdminApi and adminapi, InvokeCommand and invokecommand are the same."""
    body = {"CmdletInput": {"CmdletName": "Get-BlockedSenderAddress", "Parameters": {}}}
    answer = wire.http.post(
        f"https://{EXO}/AdminApi/BETA/{CONTOSO.upper()}/invokeCommand", json=body, headers=wire.headers(EXO)
    )

    assert 200 == answer.status_code


def test_the_path_takes_the_domain_too(wire: Wire):
    """ExoHelper passes a domain where others pass the GUID."""
    body = {"CmdletInput": {"CmdletName": "Get-BlockedSenderAddress", "Parameters": {}}}
    url = f"https://{EXO}/adminapi/beta/contoso.onmicrosoft.com/InvokeCommand"

    assert 200 == wire.http.post(url, json=body, headers=wire.headers(EXO)).status_code


def test_the_module_file_lists_what_the_caller_may_run(wire: Wire):
    """With `CommandName: *` the value's exportedCmdlets is the list of a caller's cmdlets, per service."""
    exo = wire.get("EXOModuleFile?Version=3.9", CommandName="*").json()["value"][0]["exportedCmdlets"].split(",")
    compliance = wire.get("EXOModuleFile?Version=3.9", host=REGIONAL, CommandName="*").json()["value"][0][
        "exportedCmdlets"
    ]

    assert "Remove-BlockedSenderAddress" in exo
    assert "Get-ProtectionAlert" not in exo
    assert "Set-ProtectionAlert" in compliance.split(",")
    assert "Set-AdminAuditLogConfig" not in compliance


@pytest.mark.parametrize("host", [EXO, REGIONAL])
def test_the_banner_answers_on_both_services(wire: Wire, host: str):
    """EXOBanner is 200 on Exchange Online and on the regional host."""
    assert 200 == wire.get("EXOBanner('AutogenSession')?Version=3.9", host=host, version="beta").status_code
