"""A certificate with its private key, read from a PEM or PFX file and checked before anyone is asked."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import pkcs12

from reconciler.core.errors import AccessError

_PEM = b"-----BEGIN "


@dataclass(frozen=True, slots=True)
class Certificate:
    """Both parts as PEM, the form that MSAL takes."""

    private_key: str = field(repr=False)
    public: str


def read_certificate(path: Path, password: str | None) -> Certificate:
    """The certificate in a file and the RSA key that belongs to it. Raises AccessError."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise AccessError(f"The certificate {path} can't be read: {error.strerror}. Correct its path.") from error
    secret = password.encode() if password else None
    try:
        key, found = _pem(text, secret) if _PEM in text else _pfx(text, secret)
    except (ValueError, TypeError) as error:  # both for a wrong password; the library's text stays out of ours
        raise AccessError(
            f"The certificate {path} can't be opened: its password is wrong or missing, or it is neither PEM nor PFX."
        ) from error
    return _checked(path, key, found)


def _pem(text: bytes, secret: bytes | None) -> tuple[object, list[x509.Certificate]]:
    try:
        key = serialization.load_pem_private_key(text, secret)
    except TypeError:
        if secret is None:
            raise
        key = serialization.load_pem_private_key(text, None)  # a password was set, but the key isn't encrypted
    return key, x509.load_pem_x509_certificates(text)


def _pfx(text: bytes, secret: bytes | None) -> tuple[object, list[x509.Certificate]]:
    key, first, others = pkcs12.load_key_and_certificates(text, secret)
    return key, [one for one in (first, *others) if one is not None]


def _checked(path: Path, key: object, found: list[x509.Certificate]) -> Certificate:
    if not isinstance(key, RSAPrivateKey):
        raise AccessError(f"The certificate {path} holds no RSA private key. Export it again, with its key.")
    ours = next((one for one in found if one.public_key() == key.public_key()), None)
    if ours is None:
        raise AccessError(f"{path} holds no certificate for its private key. Put both into one file.")
    if ours.not_valid_after_utc < datetime.now(UTC):
        raise AccessError(
            f"The certificate {path} expired on {ours.not_valid_after_utc:%Y-%m-%d}. "
            "Make a new one and add it to the app registration."
        )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Certificate(private.decode(), ours.public_bytes(serialization.Encoding.PEM).decode())
