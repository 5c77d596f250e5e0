"""What an issue about drift carries unseen: whose it is, of which tenant, and which pipeline wrote it."""

import base64
import re
from typing import Final

from reconciler.core.values import Frozen

_LINE: Final = re.compile(r"<!-- reconciler:drift:1 ([a-z0-9._-]{1,40}) (\d{1,18}) ([A-Za-z0-9+/=]{1,2000}) -->\s*\Z")


class DriftMark(Frozen):
    """The mark at the end of an issue's body."""

    scope: str
    pipeline: int
    tenant: str

    def line(self) -> str:
        """The comment that carries it; the name in Base64, so that it can't end a comment."""
        name = base64.b64encode(self.tenant.encode("utf-8", "surrogatepass")).decode()
        return f"<!-- reconciler:drift:1 {self.scope} {self.pipeline} {name} -->"


def drift_mark_in(body: str) -> DriftMark | None:
    """The mark of an issue's body, or None where there is none that can be read."""
    found = _LINE.search(body)
    if found is None:
        return None
    try:
        tenant = base64.b64decode(found[3], validate=True).decode("utf-8", "surrogatepass")
    except ValueError:
        return None
    return DriftMark(scope=found[1], pipeline=int(found[2]), tenant=tenant)
