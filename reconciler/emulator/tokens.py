"""Access tokens as Entra makes them: version 1.0, `aud` the bare resource, with `tid`, `roles` and `wids`."""

import base64
import time
import uuid
from functools import cached_property
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

Claims = dict[str, Any]

LIFETIME = 3_900  # an app-only token seen lived about 65 minutes (capture)


class TokenError(Exception):
    """A token that cannot be accepted; `parseable` tells a broken text from a bad signature."""

    def __init__(self, reason: str, *, parseable: bool) -> None:
        """Keep why, without the token."""
        super().__init__(reason)
        self.parseable = parseable


class Mint:
    """Signs and checks tokens with one key that is made at the first sign-in and lives as long as the emulator."""

    @cached_property
    def _key(self) -> rsa.RSAPrivateKey:
        return rsa.generate_private_key(public_exponent=65_537, key_size=2_048)

    @cached_property
    def key_id(self) -> str:
        """Name of the key, as in the header of each token."""
        numbers = self._key.public_key().public_numbers()
        return base64.urlsafe_b64encode(uuid.uuid5(uuid.NAMESPACE_OID, str(numbers.n)).bytes).rstrip(b"=").decode()

    def jwks(self) -> Claims:
        """Give the public key as the discovery document's `jwks_uri` answers it."""
        key = jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        return {"keys": [{**key, "use": "sig", "kid": self.key_id, "x5t": self.key_id}]}

    def sign(self, claims: Claims, lifetime: int = LIFETIME) -> str:
        """Make a token of `claims`; the time is the machine's, as every check of a token uses that."""
        now = int(time.time())
        times = {"iat": now, "nbf": now, "exp": now + lifetime}
        header = {"kid": self.key_id, "x5t": self.key_id}
        return jwt.encode({**times, **claims}, self._key, algorithm="RS256", headers=header)

    def check(self, token: str) -> Claims:
        """Give the claims of a token that was made here and is still valid; raises TokenError."""
        try:
            return dict(jwt.decode(token, self._key.public_key(), algorithms=["RS256"], options={"verify_aud": False}))
        except jwt.InvalidTokenError as error:
            raise TokenError(str(error), parseable=_parseable(token)) from error


def _parseable(token: str) -> bool:
    """Tell whether the text is a token at all; an unsigned but well-formed one is (azure-auth)."""
    try:
        jwt.decode(token, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        return False
    return True
