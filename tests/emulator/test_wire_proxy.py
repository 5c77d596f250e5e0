"""The proxy: real TLS for Microsoft's host names, and no way out to anywhere else."""

import socket
import ssl
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from reconciler.emulator import Emulator
from tests.emulator.wire_client import EXO, LOGIN, Wire


def connect(emulator: Emulator, target: str) -> str:
    """Send one CONNECT and give the status line."""
    with socket.create_connection(("127.0.0.1", emulator.port), timeout=5) as connection:
        connection.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
        return connection.recv(4096).split(b"\r\n")[0].decode()


@pytest.mark.parametrize("target", [f"{EXO}:443", f"{LOGIN}:443", "eur02b.ps.compliance.protection.outlook.com:443"])
def test_hosts_of_the_service_are_served(emulator: Emulator, target: str):
    """CONNECT to a known host is accepted."""
    assert connect(emulator, target).startswith("HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "target",
    ["example.com:443", "127.0.0.1:443", f"{EXO}:80", f"{EXO}.attacker.example:443", "a.b.outlook.office365.com:443"],
)
def test_every_other_destination_is_refused(emulator: Emulator, target: str):
    """Nothing can leave this machine: another name or port is 403."""
    assert connect(emulator, target).startswith("HTTP/1.1 403 ")


def test_nobody_listens_on_the_admin_port(emulator: Emulator):
    """The host that the S&C redirect names cannot be reached."""
    assert connect(emulator, "eur02b.admin.protection.outlook.com:446").startswith("HTTP/1.1 502 ")


def test_a_broken_connect_is_refused(emulator: Emulator):
    """A target without a port is a bad request."""
    assert connect(emulator, "outlook.office365.com").startswith("HTTP/1.1 400 ")


def test_plain_http_goes_nowhere(emulator: Emulator):
    """A proxied plain HTTP request is refused."""
    with httpx.Client(proxy=emulator.proxy_url, trust_env=False) as client:
        assert 403 == client.get("http://example.com/").status_code
        assert 403 == client.get("http://example.com/_emulator/health").status_code
        assert 200 == client.get(f"{emulator.proxy_url}/_emulator/health").status_code


def test_an_address_without_a_path_is_refused_too(emulator: Emulator):
    """`GET http://example.com` is no crash."""
    with socket.create_connection(("127.0.0.1", emulator.port), timeout=5) as connection:
        connection.sendall(b"GET http://example.com HTTP/1.1\r\nHost: example.com\r\n\r\n")
        answer = connection.recv(4096)

    assert answer.startswith(b"HTTP/1.1 403 ")


def test_a_port_that_is_taken_is_explained(emulator: Emulator):
    """A second emulator on the same port says so in a sentence."""
    with pytest.raises(OSError, match=f"port {emulator.port} of 127.0.0.1 is in use"):
        Emulator(port=emulator.port).start()


def test_the_authority_signs_for_each_name(emulator: Emulator):
    """The certificate is for the very host, from the authority that this emulator made."""
    context = ssl.create_default_context(cafile=str(emulator.ca_file))
    with socket.create_connection(("127.0.0.1", emulator.port), timeout=5) as connection:
        connection.sendall(f"CONNECT {EXO}:443 HTTP/1.1\r\n\r\n".encode())
        connection.recv(4096)
        with context.wrap_socket(connection, server_hostname=EXO) as secured:
            names = secured.getpeercert()

    assert names is not None
    assert (("DNS", EXO),) == names["subjectAltName"]


def test_another_authority_is_not_trusted(emulator: Emulator):
    """A client that does not trust the authority gets no answer, and the emulator lives on."""
    with httpx.Client(proxy=emulator.proxy_url, trust_env=False) as client, pytest.raises(httpx.ConnectError):
        client.get(f"https://{EXO}/")

    assert connect(emulator, f"{EXO}:443").startswith("HTTP/1.1 200 ")


def test_two_emulators_share_nothing(emulator: Emulator):
    """Each start makes its own authority and its own state."""
    with Emulator() as other:
        other.change({"tenant": "contoso", "unblock": "alice@contoso.com"})
        mine, theirs = Wire(emulator), Wire(other)
        counts = [len(one.run("Get-BlockedSenderAddress").json()["value"]) for one in (mine, theirs)]
        keys = emulator.ca_file.read_text(), other.ca_file.read_text()
        mine.close()
        theirs.close()

    assert [2, 1] == counts
    assert keys[0] != keys[1]


def test_hundreds_of_connections_at_once(wire: Wire):
    """Two hundred clients, each with its own connection and all waiting at the same time, are all answered."""
    wire.switch(latency_ms=300)
    headers = wire.headers(EXO)
    body = {"CmdletInput": {"CmdletName": "Get-BlockedSenderAddress", "Parameters": {}}}
    context = ssl.create_default_context(cafile=str(wire.emulator.ca_file))

    def ask(_: int) -> int:
        with httpx.Client(proxy=wire.emulator.proxy_url, verify=context, trust_env=False, timeout=30) as client:
            return client.post(
                f"https://{EXO}/adminapi/beta/contoso.com/InvokeCommand", json=body, headers=headers
            ).status_code

    with ThreadPoolExecutor(200) as pool:
        answers = list(pool.map(ask, range(200)))

    assert [200] * 200 == answers
