"""Every way to sign in, checked for real by the emulator."""

import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from reconciler.adapters.http_tenant import HttpTenants
from reconciler.core.errors import AccessError, Interrupted, ReadError
from reconciler.core.resource import Auth
from tests.emulator.credentials import Certificate, Issuer
from tests.wire.stage import CONTOSO, alerts, blocked, contoso, fabrikam, seed, unblock

APP = "5f1e0000-0000-4000-8000-00000000000a"


def with_app(**more):
    """A seed whose app has these credentials and no secret."""
    plain = seed(1)
    plain["tenants"][0]["apps"][0] |= {"secret": None} | more
    return plain


def pem(certificate: Certificate, password: str | None = None) -> bytes:
    """Key and certificate in one file."""
    encryption = serialization.BestAvailableEncryption(password.encode()) if password else serialization.NoEncryption()
    key = certificate.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)
    return key + certificate.pem.encode()


def pfx(certificate: Certificate, password: str | None = None) -> bytes:
    """The same as PFX."""
    encryption = serialization.BestAvailableEncryption(password.encode()) if password else serialization.NoEncryption()
    return pkcs12.serialize_key_and_certificates(b"x", certificate.key, certificate.certificate, None, encryption)


@pytest.mark.parametrize("form", [pem, pfx])
@pytest.mark.parametrize("password", [None, "pass phrase"])
def test_a_certificate(start, connect, tmp_path, form, password):
    """PEM and PFX, with and without a password; the signature is checked against the registered certificate."""
    certificate, path = Certificate(), tmp_path / "app.crt"
    path.write_bytes(form(certificate, password))
    emulator = start(seed=with_app(certificates=[certificate.pem]))
    given = {"AZURE_CLIENT_CERTIFICATE_PATH": str(path), "AZURE_CLIENT_CERTIFICATE_PASSWORD": password or ""}

    assert 1 == len(connect(emulator, **given).ask(blocked()))


def test_a_password_for_a_key_that_has_none(start, connect, tmp_path):
    """It is not used, and not in the way."""
    certificate, path = Certificate(), tmp_path / "app.pem"
    path.write_bytes(pem(certificate))
    emulator = start(seed=with_app(certificates=[certificate.pem]))
    given = {"AZURE_CLIENT_CERTIFICATE_PATH": str(path), "AZURE_CLIENT_CERTIFICATE_PASSWORD": "superfluous"}

    assert 1 == len(connect(emulator, **given).ask(blocked()))


def test_a_certificate_that_is_not_registered(start, connect, tmp_path):
    """The message says where to upload it."""
    path = tmp_path / "app.pem"
    path.write_bytes(pem(Certificate()))
    emulator = start(seed=with_app(certificates=[Certificate().pem]))

    with pytest.raises(AccessError, match=r"AZURE_CLIENT_CERTIFICATE_PATH is not one of app .* Upload its public part"):
        connect(emulator, AZURE_CLIENT_CERTIFICATE_PATH=str(path)).ask(blocked())


def test_a_federated_token_from_a_file_is_read_anew(start, connect, tmp_path):
    """The file is read at each use: a token that was renewed in between is taken."""
    issuer, path = Issuer(), tmp_path / "token"
    path.write_text(issuer.assertion() + "\n")
    emulator = start(seed=with_app(federated=[issuer.record]))
    reader = connect(emulator, AZURE_FEDERATED_TOKEN_FILE=str(path))
    reader.ask(blocked())
    path.write_text("gone stale")
    with pytest.raises(AccessError, match="not a token"):
        connect(emulator, AZURE_FEDERATED_TOKEN_FILE=str(path)).ask(blocked())
    path.write_text(issuer.assertion())

    assert 40 < len(reader.ask(alerts()))


def test_a_federated_token_from_a_variable(start, connect):
    """A pipeline's token comes in a variable that the document names."""
    issuer = Issuer()
    tenant = contoso(auth=Auth(method="federated", client_id=APP, token_env="GITLAB_OIDC_TOKEN"))
    emulator = start(seed=with_app(federated=[issuer.record]))

    assert 1 == len(connect(emulator, tenant, GITLAB_OIDC_TOKEN=issuer.assertion()).ask(blocked()))


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"sub": "project_path:else"}, "subject"),
        ({"iss": "https://other.example"}, "issuer"),
        ({"aud": "x"}, "audience"),
    ],
)
def test_a_federated_token_that_does_not_fit(start, connect, changes, what):
    """The part that differs is named."""
    issuer = Issuer()
    tenant = contoso(auth=Auth(method="federated", token_env="GITLAB_OIDC_TOKEN"))
    emulator = start(seed=with_app(federated=[issuer.record]))

    with pytest.raises(AccessError, match=f"has the {what} of the token in GITLAB_OIDC_TOKEN"):
        connect(emulator, tenant, GITLAB_OIDC_TOKEN=issuer.assertion(**changes)).ask(blocked())


def test_a_person_with_a_code(emulator, clock):
    """The code is shown once a service, never two at a time, and the tenant is read."""
    lines: list[str] = []
    tenants = HttpTenants(emulator.environment(), clock, say=lines.append)
    with tenants.reader(contoso(auth=Auth(method="device-code"))) as reader, ThreadPoolExecutor(4) as pool:
        found = list(pool.map(reader.ask, [blocked()] * 4))

    assert [2] * 4 == [len(rows) for rows in found]
    assert 1 == len(lines)
    assert lines[0].startswith("contoso: To sign in")


@pytest.mark.parametrize(
    ("switch", "message"), [("decline", "declined"), ("expire", "expired"), ("pending", "Nobody entered the code")]
)
def test_a_person_who_does_not(emulator, connect, switch, message):
    """Declined, too late, or never: each says so."""
    emulator.change({"tenant": "contoso", "switch": {"device_code": switch}})

    with pytest.raises(AccessError, match=message):
        connect(emulator, contoso(auth=Auth(method="device-code"))).ask(blocked())


def test_ctrl_c_while_a_person_is_waited_for(emulator, connect, clock):
    """The wait for a person ends at once."""
    emulator.change({"tenant": "contoso", "switch": {"device_code": "pending"}})
    clock.stop_after = 2

    with pytest.raises(Interrupted):
        connect(emulator, contoso(auth=Auth(method="device-code"))).ask(blocked())


def test_a_machine_with_an_identity(emulator, connect, monkeypatch):
    """Its neighbour is asked directly, whatever proxy there is; MSAL reads its address from the process."""
    monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", emulator.proxy_url)
    tenant = contoso(auth=Auth(method="managed-identity"))

    assert 2 == len(connect(emulator, tenant).ask(blocked()))
    assert 40 < len(connect(emulator, tenant).ask(alerts()))


def test_a_machine_of_another_tenant(emulator, connect, monkeypatch):
    """Its token names another tenant, and is not used."""
    monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", emulator.proxy_url)

    with pytest.raises(AccessError, match=f"for the tenant {CONTOSO}, but the document of fabrikam says"):
        connect(emulator, fabrikam(auth=Auth(method="managed-identity"))).ask(blocked())


@pytest.mark.parametrize("host", ["http://attacker.example", "https://login.microsoftonline.com"])
def test_a_machine_whose_neighbour_is_far_away(emulator, connect, monkeypatch, host):
    """An identity is only asked of this machine and its link-local neighbour."""
    monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", host)

    with pytest.raises(AccessError, match="nothing was sent there"):
        connect(emulator, contoso(auth=Auth(method="managed-identity"))).ask(blocked())


def test_a_machine_without_an_identity(emulator, connect, clock, monkeypatch):
    """Nobody answers: that takes one wait, and not a minute."""
    monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:9")

    with pytest.raises(ReadError, match="can't be reached"):
        connect(emulator, contoso(auth=Auth(method="managed-identity"))).ask(blocked())
    assert 1 == len(clock.waits)


def test_tokens_outlive_a_connection(emulator, clock):
    """Reading and then writing signs in once."""
    tenants = HttpTenants(emulator.environment(), clock)
    with tenants.reader(contoso()) as reader:
        reader.ask(blocked())
    with tenants.writer(contoso()) as writer:
        writer.tell(unblock())

    assert (1, 1) == (emulator.counts(kind="sign-in"), emulator.counts(kind="discovery"))


def test_no_log_shows_a_secret(emulator, connect, caplog):
    """Not even where every library tells all it does."""
    caplog.set_level(logging.DEBUG)
    secret = emulator.environment()["AZURE_CLIENT_SECRET"]
    writer = connect(emulator)
    writer.ask(alerts())
    writer.tell(unblock())
    text = caplog.text + "".join(str(vars(record)) for record in caplog.records)

    assert (True, False, False) == ("receive_response_headers" in text, secret in text, "eyJ" in text)


def test_an_unreadable_token_file(emulator, connect, tmp_path: Path):
    """A federated token that isn't there is said so, with its variable."""
    with pytest.raises(AccessError, match="AZURE_FEDERATED_TOKEN_FILE"):
        connect(emulator, AZURE_FEDERATED_TOKEN_FILE=str(tmp_path / "nothing")).ask(blocked())
