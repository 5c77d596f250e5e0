"""Signed client assertions: checked against the certificates and the foreign issuers that a seed registers."""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from .aadsts import SignInError
from .world import App

Claims = dict[str, Any]


def check(assertion: str, app: App, audiences: Iterable[str]) -> None:
    """Accept an assertion of the app's own certificate or of one of its federated credentials, else raise."""
    try:
        claims = jwt.decode(assertion, options={"verify_signature": False})
        header = jwt.get_unverified_header(assertion)
    except jwt.InvalidTokenError as error:
        raise SignInError(50027, f"JWT token is invalid or malformed: {error}.") from error
    if claims.get("iss") == app.client_id:
        _certificate(assertion, header, app, list(audiences))
    else:
        _federated(assertion, claims, app)


def _certificate(assertion: str, header: Claims, app: App, audiences: list[str]) -> None:
    key = next((one.public_key() for one in map(_load, app.certificates) if _fits(one, header)), None)
    if not isinstance(key, rsa.RSAPublicKey):
        raise SignInError(
            700027, "The certificate used to sign the client assertion is not registered on the application."
        )
    _check_dates(app, header)
    try:
        jwt.decode(
            assertion,
            key,
            algorithms=["RS256", "PS256"],
            audience=audiences,
            issuer=app.client_id,
            subject=app.client_id,
            options={"require": ["exp", "aud", "iss", "sub", "jti"]},
        )
    except jwt.ExpiredSignatureError as error:
        raise SignInError(700024, "Client assertion is not within its valid time range.") from error
    except jwt.InvalidAudienceError as error:
        raise SignInError(700023, "Client assertion audience claim does not match Realm issuer.") from error
    except jwt.InvalidTokenError as error:
        raise SignInError(700027, f"Client assertion failed signature validation: {error}.") from error


def _check_dates(app: App, header: Claims) -> None:
    """Refuse a certificate outside its own time, as Entra does."""
    now = datetime.now(UTC)
    for one in map(_load, app.certificates):
        if _fits(one, header) and not one.not_valid_before_utc <= now <= one.not_valid_after_utc:
            raise SignInError(700027, "The key used is expired: the certificate is not within its valid time range.")


def _load(pem: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pem.encode())


def _fits(certificate: x509.Certificate, header: Mapping[str, Any]) -> bool:
    """Compare thumbprints: `x5t` is SHA-1, `x5t#S256` SHA-256; MSAL sends either."""
    der = certificate.public_bytes(serialization.Encoding.DER)
    digests = {"x5t": hashlib.sha1(der, usedforsecurity=False), "x5t#S256": hashlib.sha256(der)}
    sent = {name: str(header[name]).rstrip("=") for name in digests if name in header}
    return bool(sent) and all(_plain(digests[name].digest()) == text for name, text in sent.items())


def _plain(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _federated(assertion: str, claims: Claims, app: App) -> None:
    """Match issuer, audience and subject to the letter, then the signature; each has its own code in Entra."""
    found = [one for one in app.federated if one["issuer"] == claims.get("iss")]
    if not found:
        raise _no_match(700211, "issuer", claims.get("iss"))
    audience = claims.get("aud")
    sent = set(audience) if isinstance(audience, list) else {audience}
    found = [one for one in found if one.get("audience", "api://AzureADTokenExchange") in sent]
    if not found:
        raise _no_match(700212, "audience", audience)
    found = [one for one in found if one["subject"] == claims.get("sub")]
    if not found:
        raise _no_match(700213, "subject", claims.get("sub"))
    _signature(assertion, found[0], str(audience if isinstance(audience, str) else found[0].get("audience")))


def _no_match(code: int, what: str, value: object) -> SignInError:
    return SignInError(
        code,
        f"No matching federated identity record found for presented assertion {what} '{value}'. Check your federated "
        f"identity credential Subject, Audience and Issuer against the presented assertion.",
    )


def _signature(assertion: str, record: Mapping[str, Any], audience: str) -> None:
    try:
        key = _foreign_key(record, jwt.get_unverified_header(assertion).get("kid"))
        jwt.decode(
            assertion, key, algorithms=["RS256", "PS256", "ES256"], audience=audience, options={"require": ["exp"]}
        )
    except jwt.ExpiredSignatureError as error:
        raise SignInError(700024, "Client assertion is not within its valid time range.") from error
    except (jwt.InvalidTokenError, ValueError) as error:
        raise SignInError(7000272, f"Client assertion failed signature validation: {error}.") from error


def _foreign_key(record: Mapping[str, Any], key_id: object) -> jwt.PyJWK | str:
    """Take the issuer's key from the seed: `public_key` as PEM, or `jwks` as a mapping or its JSON text."""
    if "public_key" in record:
        return str(record["public_key"])
    jwks = record.get("jwks") or {}
    keys = (json.loads(jwks) if isinstance(jwks, str) else jwks).get("keys", [])
    for one in keys:
        if key_id is None or one.get("kid") == key_id:
            return jwt.PyJWK(one)
    raise ValueError("the issuer has no key of this name")
