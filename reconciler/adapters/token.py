"""An access token and what can be read in it; it never shows itself."""

import base64
import binascii
import json
import time
from dataclasses import dataclass, field

_SPARE = 300  # seconds; MSAL too takes a token with less left for an expired one
_PARTS = 3


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token; `expires` is on the machine's monotonic clock."""

    text: str = field(repr=False)
    expires: float
    tenant_id: str | None
    """The claim `tid`, which names the tenant that every path holds."""
    roles: tuple[str, ...]
    """Application permissions; none of them in a token that is issued all the same (graph2otel)."""
    delegated: bool
    """Made for a person, who has directory roles instead."""

    def fresh(self) -> bool:
        """Whether it will last for a while."""
        return time.monotonic() < self.expires - _SPARE

    @property
    def permitted(self) -> bool:
        """Whether it carries any permission at all."""
        return self.delegated or bool(self.roles)


def token_of(text: str, lifetime: float) -> Token:
    """Read a token without checking its signature: that is the service's affair, we only explain."""
    claims = _claims(text)
    tid, roles = claims.get("tid"), claims.get("roles")
    names = tuple(str(one) for one in roles) if isinstance(roles, list) else ()
    ends = time.monotonic() + max(0.0, lifetime)
    return Token(text, ends, tid.lower() if isinstance(tid, str) else None, names, "scp" in claims)


def _claims(text: str) -> dict[str, object]:
    parts = text.split(".")
    if len(parts) != _PARTS:
        return {}
    try:
        found = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
