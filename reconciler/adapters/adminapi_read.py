"""A question put as a cmdlet, and its complete answer: every page, whichever way pages work here, or an error."""

from collections.abc import Callable
from functools import partial

from reconciler.adapters import adminapi_refusals as refusals
from reconciler.adapters.adminapi import AdminApi
from reconciler.adapters.adminapi_answer import Page, Unreadable, page_of
from reconciler.adapters.adminapi_errors import Failure
from reconciler.adapters.adminapi_request import Call
from reconciler.adapters.bearer import Reply
from reconciler.adapters.http import Broken, Limits
from reconciler.adapters.links import same_place
from reconciler.adapters.retry import Deadline, Patience, TryAgain, persist, retry_after
from reconciler.adapters.roles import SERVICE_NAMES
from reconciler.core.errors import ForbiddenRead, MissingRead, ReadError
from reconciler.core.ports import Clock
from reconciler.core.request import Query
from reconciler.core.values import Row

# A list that can't be turned over is asked for again: with the other way of turning first, then in one piece.
_WALKS: tuple[tuple[int, tuple[str, ...]], ...] = (
    (1_000, ("POST", "GET")),
    (1_000, ("GET", "POST")),
    (10_000, ("POST", "GET")),
)
_MOST_PAGES = 1_000
_INTERNAL, _LASTING = 500, frozenset({501, 505, 507, 508, 510, 511})
_TIMEOUT = 408


class _Stuck(Exception):
    """A page that nobody will give us; the list must be read again from its beginning."""


class Reading:
    """One question on its way; used once."""

    def __init__(self, api: AdminApi, query: Query, patience: Patience, clock: Clock) -> None:
        """Patience starts now and holds for all pages together."""
        self._api, self._patience, self._clock = api, patience, clock
        self._call = Call.of(query)
        self._deadline = Deadline(clock, patience.seconds)
        self._name = f"{query.cmdlet} in {SERVICE_NAMES[query.service]} of {api.tenant.name}"

    def rows(self) -> tuple[Row, ...]:
        """Every row. Raises ReadError, ForbiddenRead or AccessError; never returns a part of a list."""
        why = ""
        for size, methods in _WALKS:
            try:
                return self._walk(size, methods)
            except _Stuck as error:
                why = str(error)
        raise ReadError(f"The list of {self._name} has further pages, and none of them could be read: {why}")

    def _walk(self, size: int, methods: tuple[str, ...]) -> tuple[Row, ...]:
        page, url = self._accepted(lambda: self._api.run(self._call, size, self._time))
        rows, seen = list(page.rows), set[str]()
        while page.next is not None:
            if page.next in seen or len(seen) >= _MOST_PAGES:
                raise ReadError(f"The pages of {self._name} do not come to an end; the list is not used.")
            if not same_place(page.next, url):
                raise ReadError(
                    f"The next page of {self._name} was said to be on another host; nothing was sent there."
                )
            seen.add(page.next)
            page, methods = self._turn(size, page.next, methods)
            rows.extend(page.rows)
        return tuple(rows)

    def _turn(self, size: int, link: str, methods: tuple[str, ...]) -> tuple[Page, tuple[str, ...]]:
        """The page behind a link, and the ways to turn with the one that worked first (wire.md 3.3)."""
        why = ""
        for method in methods:
            try:
                page, _ = self._accepted(
                    partial(self._api.page, self._call, size, link, method, self._time), turning=True
                )
            except _Stuck as error:
                why = str(error)
            else:
                return page, (method, *(other for other in methods if other != method))
        raise _Stuck(why)

    def _accepted(self, ask: Callable[[], Reply], *, turning: bool = False) -> tuple[Page, str]:
        try:
            return persist(lambda: self._attempt(ask, turning=turning), self._patience, self._clock, self._deadline)
        except TryAgain as error:
            raise ReadError(f"{self._name} could not be read. {error}") from error
        except Broken as error:
            raise ReadError(f"{self._name} could not be read. {error}") from error

    def _attempt(self, ask: Callable[[], Reply], *, turning: bool) -> tuple[Page, str]:
        try:
            reply = ask()
        except Broken as error:
            if error.lasting:
                raise
            raise TryAgain(str(error)) from error
        if reply.failure is None:
            return self._page(reply), reply.url
        raise self._judged(reply, reply.failure, turning=turning)

    def _page(self, reply: Reply) -> Page:
        try:
            page = page_of(reply.answer)
        except Unreadable as error:
            raise TryAgain(f"The answer makes no sense. {error}") from error
        if page.errors:  # a failure that calls itself a success (module port)
            raise ReadError(f"{self._name} could not be read: {' '.join(page.errors)}")
        return page

    def _judged(self, reply: Reply, failure: Failure, *, turning: bool) -> Exception:
        """What an error answer calls for: another try, another way, or the end."""
        status, tenant = reply.answer.status, self._api.tenant
        after = retry_after(reply.answer.headers.get("retry-after"), self._clock.machine())
        if failure.crowded:
            return TryAgain(f"The service is busy: {failure}", after, throttled=True)
        if failure.forbidden:
            return ForbiddenRead(refusals.forbidden(tenant, self._call, reply))
        if failure.lost and not turning:
            return ReadError(refusals.lost(tenant, self._call))
        if status == _INTERNAL and self._call.service == "compliance" and failure.vague:
            return ReadError(refusals.speechless(tenant, self._call))
        if failure.transient or status == _TIMEOUT or (status >= _INTERNAL and status not in _LASTING):
            return TryAgain(f"The service had a problem: {failure}", after)
        if failure.reason == "licence":
            return ForbiddenRead(refusals.licence(tenant, self._call, reply))
        if failure.reason == "not-found" and not turning:
            return MissingRead(f"{self._name} found nothing: {failure}")
        return _Stuck(str(failure)) if turning else ReadError(f"{self._name} could not be read: {failure}")

    def _time(self) -> Limits:
        return Limits(self._patience.connect, self._patience.silence, max(0.001, self._deadline.left()))
