"""Pages of an answer: a cursor belongs to one backend, so a page needs the anchor or the cookie of the first one."""

import time
import uuid
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Any

from .call import Call
from .world import Tenant

Json = dict[str, Any]

LIFETIME = 1_800  # the error text itself says 00:30:00 (graph2otel)
KEPT = 10_000
COOKIE = "X-BEAffinity"
EXPIRED = "Expired or Invalid pagination request. Default Expiry time is 00:30:00"


class PageError(Exception):
    """A page that cannot be served: 400 with the one text that graph2otel and Q&A 1023619 report."""


@dataclass(frozen=True)
class Cursor:
    """What is left of an answer, and who may fetch it."""

    tenant: str
    cmdlet: str
    document: Json | None
    rows: tuple[Json, ...]
    size: int
    anchor: str
    cookie: str
    ends: float


class Pages:
    """Cursors that were handed out; the oldest are forgotten first."""

    def __init__(self) -> None:
        """Start with none."""
        self._cursors: OrderedDict[str, Cursor] = OrderedDict()

    def first(self, call: Call, rows: tuple[Json, ...], size: int) -> tuple[tuple[Json, ...], str | None]:
        """Give the first page and the cursor of the next one, if there is more."""
        cookie = call.cookies.get(COOKIE) or uuid.uuid4().hex
        ends = time.monotonic() + LIFETIME
        return self._page(Cursor(call.tenant_name, call.name, call.document, rows, size, call.anchor, cookie, ends))

    def next(self, call: Call, token: str) -> tuple[tuple[Json, ...], str | None]:
        """Give the page behind a cursor; raises PageError."""
        cursor = self._cursors.get(token)
        if cursor is None or cursor.tenant != call.tenant_name or cursor.ends < time.monotonic():
            raise PageError(EXPIRED)
        if call.method == "POST" and call.document != cursor.document:
            raise PageError(EXPIRED)  # five clients post the same body again; what another one would give is not known
        if call.home.switches.page_affinity and not _same_backend(call, call.home, cursor):
            raise PageError(EXPIRED)
        return self._page(cursor)

    def cmdlet(self, token: str) -> str:
        """Name the cmdlet whose answer a cursor continues; a GET for a page does not say it."""
        found = self._cursors.get(token)
        return found.cmdlet if found else ""

    def cookie(self, token: str | None) -> str | None:
        """Give the affinity cookie that goes with a cursor."""
        found = self._cursors.get(token or "")
        return found.cookie if found else None

    def expire(self) -> None:
        """Forget every cursor, as if half an hour had passed."""
        self._cursors.clear()

    def _page(self, cursor: Cursor) -> tuple[tuple[Json, ...], str | None]:
        page, rest = cursor.rows[: cursor.size], cursor.rows[cursor.size :]
        if not rest:
            return page, None
        token = uuid.uuid4().hex
        self._cursors[token] = replace(cursor, rows=rest)
        while len(self._cursors) > KEPT:
            self._cursors.popitem(last=False)
        return page, token


def _same_backend(call: Call, tenant: Tenant, cursor: Cursor) -> bool:
    """A custom domain in the anchor serves page 1 and never page 2 (Q&A 1023619); else anchor or cookie must match."""
    domain = call.anchor.rpartition("@")[2].lower()
    if call.anchor and domain not in {tenant.domain.lower(), tenant.id.lower(), ""} and "@" in call.anchor:
        return False
    return call.cookies.get(COOKIE) == cursor.cookie or (bool(call.anchor) and call.anchor == cursor.anchor)
