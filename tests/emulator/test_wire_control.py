"""The outside hand: state, counters and faults over HTTP and as Python objects, while the emulator runs."""

import threading

import pytest

from reconciler.emulator import Emulator
from tests.emulator.seeds import seed, tenant
from tests.emulator.wire_client import EXO, REGIONAL, Wire


def act(wire: Wire, method: str, path: str, body: object = None):
    """Ask the control endpoint, through the proxy as a client in `exec` would."""
    return wire.http.request(method, f"{wire.emulator.proxy_url}/_emulator/{path}", json=body)


def test_health(wire: Wire):
    """It says that it lives, what time it is there, and how many tenants it has."""
    found = act(wire, "GET", "health").json()

    assert (True, 2) == (found["ok"], found["tenants"])


def test_a_hand_in_the_portal(wire: Wire):
    """A change from outside is seen by the next read, with the time of a portal edit."""
    edit = {"name": "User restricted from sending email", "fields": {"NotificationEnabled": False}}
    assert 200 == act(wire, "POST", "change", {"tenant": "contoso", "set_policy": edit}).status_code

    row = next(row for row in wire.alerts().json()["value"] if row["Name"] == edit["name"])
    assert (False, True) == (row["NotificationEnabled"], row["AlertOverrideChangedUtc"] is not None)


def test_a_change_that_is_unknown_is_explained(wire: Wire):
    """400 and a sentence."""
    answer = act(wire, "POST", "change", {"tenant": "contoso", "explode": 1})

    assert 400 == answer.status_code
    assert "explode" in answer.json()["error"]


def test_counters_over_http(wire: Wire):
    """Counts by tenant, kind and cmdlet; they can be put back to nothing."""
    wire.run("get-blockedsenderaddress")
    counted = act(wire, "GET", "counts").json()["counts"]
    act(wire, "DELETE", "counts")

    assert {"tenant": "contoso", "kind": "read", "name": "Get-BlockedSenderAddress", "count": 1} in counted
    assert 0 == wire.emulator.counts(kind="read")


def test_reads_and_writes_are_counted_apart(wire: Wire):
    """The kind of a request follows from its cmdlet's verb."""
    wire.alerts()
    wire.run("Set-ProtectionAlert", {"Identity": "Inbox rule forwards outside", "Severity": "High"}, host=REGIONAL)
    wire.run("Remove-BlockedSenderAddress", {"SenderAddress": "alice@contoso.com"})

    assert (1, 2) == (wire.emulator.counts(kind="read"), wire.emulator.counts(tenant="contoso", kind="write"))


def test_faults_over_http(wire: Wire):
    """A fault is added, hits, says how often, and is taken away."""
    wire.token()
    act(wire, "POST", "faults", {"do": "ad-transient", "when": {"kind": "read"}})
    hit = wire.run("Get-BlockedSenderAddress").status_code
    hits = act(wire, "GET", "faults").json()["faults"][0]["hits"]
    act(wire, "DELETE", "faults")

    assert (500, 1, 200) == (hit, hits, wire.run("Get-BlockedSenderAddress").status_code)


def test_reset_goes_back_to_the_seed(wire: Wire):
    """Every change, count and fault is forgotten."""
    wire.emulator.change({"tenant": "contoso", "unblock": "alice@contoso.com"})
    wire.fault("ad-transient")
    act(wire, "POST", "reset")

    assert 2 == len(wire.run("Get-BlockedSenderAddress").json()["value"])


def test_switches_explain_themselves(wire: Wire):
    """Each switch has a default, what it is about, and a source."""
    found = act(wire, "GET", "switches").json()["switches"]

    assert all({"name", "default", "allowed", "about", "source"} == set(one) and one["source"] for one in found)


def test_tenants_are_listed(wire: Wire):
    """Names of all tenants in the seed's order."""
    assert ["contoso", "fabrikam"] == act(wire, "GET", "tenants").json()["tenants"]


@pytest.mark.parametrize(("method", "path"), [("GET", "nothing"), ("PUT", "change")])
def test_an_endpoint_that_does_not_exist(wire: Wire, method: str, path: str):
    """404, and the answer lists the ones that do."""
    answer = act(wire, method, path)

    assert 404 == answer.status_code
    assert "GET counts" in answer.json()["error"]


def test_a_ceiling_of_requests_at_once(wire: Wire):
    """By switch more requests at the same time get the plain-text answer."""
    wire.token()
    wire.switch(concurrency_limit=1, latency_ms=400)
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda: statuses.append(wire.run("Get-BlockedSenderAddress").status_code))
        for _ in range(2)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert [200, 429] == sorted(statuses)


def test_thousands_of_tenants_start_at_once():
    """A generated fleet has ids, domains and rows of its own, made when first asked for."""
    with Emulator(seed(tenant(), generate={"count": 3000, "template": "contoso"})) as emulator:
        client = Wire(emulator)
        answers = []
        for number in (1, 3000):
            name = f"contoso-{number:04d}.onmicrosoft.com"
            body = {"CmdletInput": {"CmdletName": "Get-OrganizationConfig", "Parameters": {}}}
            headers = {"authorization": f"Bearer {client.token(EXO, tenant=name)}"}
            answers.append(
                client.http.post(f"https://{EXO}/adminapi/beta/{name}/InvokeCommand", json=body, headers=headers)
            )
        client.close()

    assert [200, 200] == [one.status_code for one in answers]
    assert answers[0].json()["value"][0]["Name"] != answers[1].json()["value"][0]["Name"]
