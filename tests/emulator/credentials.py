"""Certificates and signed assertions, made anew for each test."""

import datetime as dt
import time
import uuid
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from tests.emulator.wire_client import CLIENT_ID, CONTOSO, LOGIN

Json = dict[str, Any]

AUDIENCE = f"https://{LOGIN}/{CONTOSO}/oauth2/v2.0/token"
ISSUER, SUBJECT, EXCHANGE = (
    "https://gitlab.example",
    "project_path:ops/m365:ref_type:branch:ref:main",
    "api://AzureADTokenExchange",
)


class Certificate:
    """A self-signed certificate with its key."""

    def __init__(self, days: int = 1) -> None:
        """Make key and certificate, valid until so many days from now."""
        self.key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "reconciler test")])
        now = dt.datetime.now(dt.UTC)
        builder = x509.CertificateBuilder(name, name, self.key.public_key(), x509.random_serial_number())
        begins, ends = now + dt.timedelta(days=min(0, days - 1)), now + dt.timedelta(days=days)
        builder = builder.not_valid_before(begins).not_valid_after(ends)
        self.certificate = builder.sign(self.key, hashes.SHA256())

    @property
    def pem(self) -> str:
        """The public part, as a seed wants it."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def private_pem(self) -> str:
        """The private key, as MSAL wants it."""
        form = serialization.PrivateFormat.PKCS8
        return self.key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()

    @property
    def thumbprint(self) -> str:
        """SHA-1 in hexadecimal."""
        return self.certificate.fingerprint(hashes.SHA1()).hex()

    def assertion(self, *, key: Any = None, **changes: object) -> str:
        """Sign a client assertion; a claim of None is left out."""
        digest = self.certificate.fingerprint(hashes.SHA256())
        header = {"x5t#S256": jwt.utils.base64url_encode(digest).decode()}
        now = int(time.time())
        claims = {
            "iss": CLIENT_ID,
            "sub": CLIENT_ID,
            "aud": AUDIENCE,
            "exp": now + 60,
            "jti": uuid.uuid4().hex,
            **changes,
        }
        return jwt.encode(claims, key or self.key, algorithm="PS256", headers=header)


class Issuer:
    """A foreign issuer of tokens, such as a pipeline's."""

    def __init__(self) -> None:
        """Make a key."""
        self.key = ec.generate_private_key(ec.SECP256R1())

    @property
    def record(self) -> Json:
        """The federated credential that a seed registers."""
        key = jwt.algorithms.ECAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"issuer": ISSUER, "subject": SUBJECT, "audience": EXCHANGE, "jwks": {"keys": [{**key, "kid": "one"}]}}

    def assertion(self, *, key: Any = None, **changes: object) -> str:
        """Sign a token of the pipeline."""
        claims = {"iss": ISSUER, "sub": SUBJECT, "aud": EXCHANGE, "exp": int(time.time()) + 3_600, **changes}
        return jwt.encode(claims, key or self.key, algorithm="ES256", headers={"kid": "one"})
