"""Proxy and trust, as the environment says and only as it says."""

import base64
from pathlib import Path

import pytest

from reconciler.adapters.proxy import Proxies, trust
from reconciler.core.errors import ReadError, ReconcilerError
from tests.wire.gate import Gate
from tests.wire.stage import blocked, contoso

HOST = "login.microsoftonline.com"


@pytest.mark.parametrize(
    ("no_proxy", "direct"),
    [
        ("", False),
        ("*", True),
        (HOST, True),
        ("microsoftonline.com", True),
        (".microsoftonline.com", True),
        ("*.microsoftonline.com", True),
        ("example.com, LOGIN.MicrosoftOnline.com", True),
        ("online.com", False),
        ("login.microsoftonline.com:443", True),
        ("login.microsoftonline.com:8443", False),
        ("localhost,127.0.0.1,::1", False),
        (",", False),
    ],
)
def test_who_goes_without(no_proxy, direct):
    """NO_PROXY names hosts and domains, in any case, with or without dots and ports."""
    proxies = Proxies.of({"HTTPS_PROXY": "http://proxy.example:8080", "NO_PROXY": no_proxy})

    assert direct == (proxies.of_host(HOST) is None)


def test_both_cases_and_a_missing_scheme():
    """The lower case wins, as in curl; a bare address is a plain proxy."""
    proxies = Proxies.of({"HTTPS_PROXY": "http://other.example", "https_proxy": "proxy.example:3128"})

    assert ("http://proxy.example:3128", "proxy.example:3128") == (proxies.of_host(HOST), proxies.shown)


def test_no_proxy_at_all():
    """Nothing set means nothing used."""
    assert None is Proxies.of({}).of_host(HOST)


@pytest.mark.parametrize(
    "url", ["socks5://me:hidden@proxy.example:1080", "http://", "http://[::1", "http://me:hidden@proxy.example:x"]
)
def test_a_proxy_that_is_none(url):
    """One clear error, without the password."""
    with pytest.raises(ReconcilerError, match="HTTPS_PROXY is not the URL of a proxy") as caught:
        Proxies.of({"HTTPS_PROXY": url})
    assert "hidden" not in str(caught.value)


def test_a_password_is_in_no_repr():
    """The URL stays out of what a log may show."""
    assert "hidden" not in repr(Proxies.of({"HTTPS_PROXY": "http://me:hidden@proxy.example"}))


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
@pytest.mark.parametrize("content", [None, b"", b"no certificate"])
def test_a_trust_file_that_is_none(tmp_path, name, content):
    """One clear error that names the variable and the file."""
    path = tmp_path / "authority.pem"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ReconcilerError, match=f"{name} names .*authority.pem"):
        trust({name: str(path)})


def test_trust_in_order(emulator):
    """SSL_CERT_FILE comes before REQUESTS_CA_BUNDLE, and both before the usual list."""
    ours = str(emulator.ca_file)

    assert 1 == len(trust({"SSL_CERT_FILE": ours, "REQUESTS_CA_BUNDLE": "/no/such/file"}).get_ca_certs())
    assert 1 == len(trust({"SSL_CERT_FILE": "", "REQUESTS_CA_BUNDLE": ours}).get_ca_certs())
    assert 50 < len(trust({}).get_ca_certs())


def test_a_folder_of_authorities(tmp_path: Path):
    """A folder is taken as one."""
    assert [] == trust({"SSL_CERT_FILE": str(tmp_path)}).get_ca_certs()


def test_every_request_goes_through_the_proxy(emulator, connect):
    """Sign-in and cmdlets alike, with the proxy's user and password."""
    with Gate(emulator.port) as gate:
        url = gate.url.replace("://", "://me:word@")
        connect(emulator, HTTPS_PROXY=url, https_proxy=url).ask(blocked())
        hosts = {head.split(" ")[1] for head in gate.heads}

    assert {f"{HOST}:443", "outlook.office365.com:443"} == hosts
    assert all(f"Basic {base64.b64encode(b'me:word').decode()}" in head for head in gate.heads)


def test_a_proxy_that_asks_who_we_are(emulator, connect, clock):
    """A refused password is not tried again."""
    with Gate(emulator.port, refusal=407) as gate:
        gate.closed.add(HOST)
        with pytest.raises(ReadError, match=r"refused to connect to login\.microsoftonline\.com: 407"):
            connect(emulator, HTTPS_PROXY=gate.url, https_proxy=gate.url).ask(blocked())

    assert ([], 1) == (clock.waits, len(gate.heads))


def test_the_process_environment_does_not_count(emulator, clock, monkeypatch):
    """Only the mapping that we are given decides: what the process has in its own environment is not read."""
    from reconciler.adapters.http_tenant import HttpTenants

    environment = emulator.environment()
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, "/no/such/file")
    monkeypatch.setenv("MSAL_FORCE_REGION", "westeurope")

    with HttpTenants(environment, clock).reader(contoso()) as reader:
        assert 2 == len(reader.ask(blocked()))
