"""Which credential is taken, what is ambiguous, and that none of them ever shows."""

import datetime as dt

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from reconciler.adapters.certificate import read_certificate
from reconciler.adapters.credentials import DEVICE_CODE_CLIENT, credential_for
from reconciler.adapters.token import token_of
from reconciler.core.errors import AccessError
from reconciler.core.resource import Auth
from tests.wire.stage import contoso

ALL = {
    "AZURE_CLIENT_ID": "an-app",
    "AZURE_TENANT_ID": "ignored",
    "AZURE_CLIENT_CERTIFICATE_PATH": "/app.pem",
    "AZURE_FEDERATED_TOKEN_FILE": "/token",
    "AZURE_CLIENT_SECRET": "hidden-secret",
}


@pytest.mark.parametrize(
    ("without", "method", "source", "warnings"),
    [
        ((), "certificate", "AZURE_CLIENT_CERTIFICATE_PATH", 1),
        (("AZURE_CLIENT_CERTIFICATE_PATH",), "federated", "AZURE_FEDERATED_TOKEN_FILE", 1),
        (("AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_FEDERATED_TOKEN_FILE"), "secret", "AZURE_CLIENT_SECRET", 0),
    ],
)
def test_azures_own_names_in_their_order(without, method, source, warnings):
    """Certificate, then federated file, then secret; several of them are a warning that names them."""
    given = {name: value for name, value in ALL.items() if name not in without}
    found = credential_for(contoso(), given)

    assert ("an-app", method, source, warnings) == (found.client_id, found.method, found.source, len(found.warnings))


def test_the_warning_names_what_is_used():
    """Which variable wins is said."""
    (warning,) = credential_for(contoso(), ALL).warnings

    assert warning.startswith(
        "AZURE_CLIENT_CERTIFICATE_PATH and AZURE_FEDERATED_TOKEN_FILE and AZURE_CLIENT_SECRET are set; "
        "AZURE_CLIENT_CERTIFICATE_PATH is used."
    )


def test_nothing_shows_in_a_repr():
    """A credential keeps names, not values."""
    secret = credential_for(contoso(auth=Auth(method="secret")), ALL)

    assert ("hidden-secret", False) == (secret.value(), "hidden-secret" in repr(secret))
    assert "header.body.signature" not in repr(token_of("header.body.signature", 1))


def test_a_document_decides():
    """What `auth` names is taken, and nothing is ambiguous then."""
    auth = Auth(method="secret", client_id="mine", secret_env="RECONCILER_CRED_CONTOSO")
    found = credential_for(contoso(auth=auth), ALL | {"RECONCILER_CRED_CONTOSO": " hidden \n"})

    assert ("mine", "hidden", ()) == (found.client_id, found.value(), found.warnings)


@pytest.mark.parametrize(
    ("auth", "client_id"),
    [
        (Auth(method="device-code"), DEVICE_CODE_CLIENT),
        (Auth(method="device-code", client_id="mine"), "mine"),
        (Auth(method="managed-identity"), None),
        (Auth(method="managed-identity", client_id="mine"), "mine"),
        (Auth(method="secret"), "an-app"),
    ],
)
def test_who_signs_in(auth, client_id):
    """Device code has Exchange's own public client, a machine's identity is the system's, others ask the environment."""
    assert client_id == credential_for(contoso(auth=auth), ALL).client_id


@pytest.mark.parametrize(
    ("auth", "environment", "words"),
    [
        (None, {}, "nothing to sign in to contoso with"),
        (None, {"AZURE_CLIENT_SECRET": "x"}, "Set AZURE_CLIENT_ID"),
        (
            Auth(method="secret", client_id="x", secret_env="RECONCILER_CRED_X"),
            {},
            "RECONCILER_CRED_X, which sign-in needs",
        ),
        (Auth(method="federated", client_id="x"), {}, "AZURE_FEDERATED_TOKEN_FILE, which sign-in needs"),
        (Auth(method="certificate", client_id="x"), {}, "AZURE_CLIENT_CERTIFICATE_PATH, which sign-in needs"),
    ],
)
def test_what_is_missing_is_named(auth, environment, words):
    """The message names the variable to set."""
    with pytest.raises(AccessError, match=words):
        credential_for(contoso(auth=auth), environment).token()


@pytest.mark.parametrize(("lifetime", "fresh"), [(3_600, True), (299, False), (0, False), (-5, False)])
def test_a_token_near_its_end_is_renewed(lifetime, fresh):
    """Five minutes are kept in reserve, as MSAL does."""
    assert fresh == token_of("a.b.c", lifetime).fresh()


def made(tmp_path, *, key=None, signer=None, days=1, password=None):
    """A file with a key and a certificate, as a test wants them."""
    key = key or rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    signer = signer or key
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "reconciler test")])
    now = dt.datetime.now(dt.UTC)
    builder = x509.CertificateBuilder(name, name, signer.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - dt.timedelta(days=30)).not_valid_after(now + dt.timedelta(days=days))
    hidden = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    text = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, hidden)
    path = tmp_path / "app.pem"
    path.write_bytes(text + builder.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return path


def refusal(path, password=None):
    """What is said of a file."""
    with pytest.raises(AccessError) as caught:
        read_certificate(path, password)
    return str(caught.value)


def test_a_certificate_that_has_expired(tmp_path):
    """It is not sent at all; the date is named."""
    assert "expired on 20" in refusal(made(tmp_path, days=-1))


def test_a_key_of_another_certificate(tmp_path):
    """Both must belong together."""
    other = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)

    assert "holds no certificate for its private key" in refusal(made(tmp_path, signer=other))


def test_a_key_that_is_not_rsa(tmp_path):
    """Sign-in takes RSA only."""
    assert "no RSA private key" in refusal(made(tmp_path, key=ec.generate_private_key(ec.SECP256R1())))


@pytest.mark.parametrize("password", [None, "hidden-but-wrong"], ids=["none", "another"])
def test_a_wrong_password(tmp_path, password):
    """It is said, and not shown."""
    text = refusal(made(tmp_path, password=b"right"), password)

    assert (True, False) == ("password is wrong or missing" in text, "hidden" in text)


@pytest.mark.parametrize("content", [b"", b"hello", b"-----BEGIN CERTIFICATE-----\nnonsense", b"\x30\x82\x01\x00"])
def test_a_file_that_is_no_certificate(tmp_path, content):
    """Neither PEM nor PFX."""
    path = tmp_path / "app.pem"
    path.write_bytes(content)

    assert "neither PEM nor PFX" in refusal(path)


def test_a_file_that_is_not_there(tmp_path):
    """The path is named."""
    assert "can't be read: No such file" in refusal(tmp_path / "app.pem")
