"""Where a tenant lives: found by a redirect, kept, dropped when stale, and never a place for the token that isn't ours."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.adapters.clouds import hosts_of, label_of
from reconciler.adapters.http_tenant import HttpTenants
from reconciler.adapters.regions import Regions
from reconciler.core.errors import AccessError, CommandRefused, ReadError
from reconciler.core.request import Command
from tests.wire.gate import Gate
from tests.wire.stage import alerts, blocked, contoso

SUFFIX = "ps.compliance.protection.outlook.com"
POLICY: dict[str, Any] = {
    "Name": "New one",
    "Category": "ThreatManagement",
    "NotifyUser": ["a@contoso.com"],
    "ThreatType": "Activity",
}
CREATE = Command(
    service="compliance",
    cmdlet="New-ProtectionAlert",
    parameters=POLICY
    | {"Operation": ["New-InboxRule"], "AggregationType": "None", "Severity": "High", "Confirm": False},
)


def redirect(location, status=302):
    """The front door of Security & Compliance sends on to a place of our choosing."""
    return {"when": {"service": "compliance"}, "do": "answer", "status": status, "headers": {"location": location}}


def test_a_region_that_moves(emulator, connect):
    """A stale region costs a refusal and a redirect, not the answer."""
    reader = connect(emulator)
    before = len(reader.ask(alerts()))
    emulator.change({"tenant": "contoso", "region": "deu01b"})

    assert before == len(reader.ask(alerts()))


def test_a_region_whose_host_is_gone(emulator, clock):
    """A pinned host that can't be reached is dropped, and the front door asked again."""
    with Gate(emulator.port) as gate:
        tenants = HttpTenants(emulator.environment() | {"HTTPS_PROXY": gate.url, "https_proxy": gate.url}, clock)
        with tenants.reader(contoso()) as reader:
            before = len(reader.ask(alerts()))
        gate.closed.add(f"eur02b.{SUFFIX}")
        emulator.change({"tenant": "contoso", "region": "deu01b"})
        with tenants.reader(contoso()) as reader:
            after = len(reader.ask(alerts()))

    assert (before, 1) == (after, len(clock.waits))


def test_a_misdirected_request_finds_its_way(start, connect):
    """A 421 of a pinned host proves that it did nothing."""
    stray = {"do": "answer", "status": 421, "body": "Misdirected Request"}
    emulator = start(faults=[{"when": {"cmdlet": "Get-ProtectionAlert"}, "nth": 2} | stray])

    assert 40 < len(connect(emulator).ask(alerts()))
    assert 4 == emulator.counts(name="Get-ProtectionAlert")


def test_a_command_to_a_stale_region_runs_once(emulator, connect):
    """The refusal of the old region proves that nothing ran there."""
    writer = connect(emulator)
    before = len(writer.ask(alerts()))
    emulator.change({"tenant": "contoso", "region": "deu01b"})
    writer.tell(CREATE)

    assert before + 1 == len(writer.ask(alerts()))


def test_a_first_command_finds_its_region(emulator, connect):
    """A redirect proves that nothing ran, so the command is sent on."""
    writer = connect(emulator)
    writer.tell(CREATE)

    assert "New one" in [row["Name"] for row in writer.ask(alerts())]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_every_redirect_counts(start, connect, status):
    """Whatever the redirect's number is, the question is put again as it was."""
    where = "https://eur02b.admin.protection.outlook.com:446/adminapi"
    emulator = start(faults=[redirect(where, status) | {"nth": 1}])

    assert 40 < len(connect(emulator).ask(alerts()))


@pytest.mark.parametrize(
    "location",
    [
        "",
        "https://",
        "https://-bad.example/",
        "https://a_b.example/",
        "//[",
        "https://ps.example/",
        "https://%65vil/",
        "/relative",
    ],
)
def test_a_redirect_that_makes_no_sense(start, connect, location):
    """A label that is none, or the front door's own, is an error; nothing is sent anywhere."""
    emulator = start(faults=[redirect(location)])

    with pytest.raises(ReadError, match="makes no sense"):
        connect(emulator).ask(alerts())
    assert 1 == emulator.counts(name="Get-ProtectionAlert")


def test_redirects_in_circles(start, connect):
    """Regions that keep sending on to each other come to an end."""
    places = [redirect(f"https://r{n}.example/") | {"nth": n} for n in range(1, 20)]

    with pytest.raises(ReadError, match="circles"):
        connect(start(faults=places)).ask(alerts())


def test_a_command_that_is_sent_in_circles_is_refused(start, connect):
    """It never ran, and is not reported as unknown."""
    places = [redirect(f"https://r{n}.example/") | {"nth": n} for n in range(1, 20)]

    with pytest.raises(CommandRefused, match="was not sent"):
        connect(start(faults=places)).tell(CREATE)


def test_a_domain_that_is_not_the_initial_one(emulator, connect):
    """The front door can't find the organization; the message says which line of the document is wrong."""
    with pytest.raises(ReadError, match=r"`domain` .* INITIAL domain.*nobody\.onmicrosoft\.com"):
        connect(emulator, contoso(domain="nobody.onmicrosoft.com")).ask(alerts())
    assert 1 == emulator.counts(name="Get-ProtectionAlert")


def test_an_exchange_redirect_is_kept(emulator, connect):
    """The prefix host is asked directly from then on."""
    emulator.change({"tenant": "contoso", "switch": {"exo_redirect": True}})
    reader = connect(emulator)
    reader.ask(blocked())
    reader.ask(blocked())

    assert 3 == emulator.counts(name="Get-BlockedSenderAddress")


@given(st.text(max_size=120))
def test_no_redirect_leads_out_of_our_domains(text):
    """Whatever `Location` says, the next host is one label before our own suffix, or the front door."""
    for location in (text, f"https://{text}", f"https://{text}.example/x"):
        regions = Regions(hosts_of("worldwide"))
        regions.move("compliance", location, SUFFIX)
        label, _, rest = regions.host("compliance").partition(".")

        assert regions.host("compliance") == SUFFIX or (rest == SUFFIX and label_of(label) == label)


def test_a_stale_pin_is_not_dropped_twice():
    """A pin that another thread has renewed stays."""
    regions = Regions(hosts_of("dod"))
    regions.move("compliance", "https://new01.example/", "l5.ps.compliance.protection.office365.us")
    regions.drop("compliance", "old01.ps.compliance.protection.office365.us")

    assert "new01.ps.compliance.protection.office365.us" == regions.host("compliance")


def test_the_department_of_defense_asks_without_its_prefix():
    """Tokens for Security & Compliance are for the host without `l5.` (wire.md 1.2)."""
    hosts = hosts_of("dod")

    assert ("l5.ps.compliance.protection.office365.us", "https://ps.compliance.protection.office365.us/.default") == (
        hosts.front("compliance"),
        hosts.scope("compliance"),
    )


def test_signing_in_to_the_wrong_cloud(emulator, connect):
    """A tenant of another cloud is not found there, and the message says what to correct."""
    with pytest.raises(AccessError, match=r"no tenant .* in this cloud\. Correct `tenant_id` or `cloud`"):
        connect(emulator, contoso(cloud="gcc-high")).ask(blocked())
