"""A question put as a GET to Microsoft Graph: all its pages, with a token of its own."""

from reconciler.adapters.adminapi_answer import Page, Unreadable, page_of
from reconciler.adapters.adminapi_errors import Failure, parse
from reconciler.adapters.bearer import Outgoing, Reply, send
from reconciler.adapters.clouds import hosts_of
from reconciler.adapters.http import Broken, Http, Limits
from reconciler.adapters.links import same_place
from reconciler.adapters.retry import Deadline, Patience, TryAgain, persist, retry_after
from reconciler.adapters.roles import permission_for
from reconciler.adapters.tokens import Tokens
from reconciler.core.errors import ForbiddenRead, ReadError
from reconciler.core.ports import Clock
from reconciler.core.request import GraphQuery
from reconciler.core.resource import Tenant
from reconciler.core.values import Row

_MOST_PAGES = 1_000
_NOT_FOUND, _TIMEOUT, _INTERNAL, _NOT_IMPLEMENTED = 404, 408, 500, 501


class Graph:
    """The Graph of one tenant, as far as it can be read."""

    def __init__(self, tenant: Tenant, http: Http, tokens: Tokens, patience: Patience, clock: Clock) -> None:
        """Opens nothing yet."""
        self._tenant, self._http, self._tokens = tenant, http, tokens
        self._patience, self._clock = patience, clock

    def rows(self, question: GraphQuery) -> tuple[Row, ...]:
        """Every row; a single object is one row, and what is not there (404) has none. Raises as `ask` does."""
        deadline = Deadline(self._clock, self._patience.seconds)
        url: str | None = f"https://{hosts_of(self._tenant.cloud).graph}/v1.0{question.path}"
        rows, seen = list[Row](), set[str]()
        while url is not None:
            seen.add(url)
            page = self._ask(question, url, deadline)
            rows.extend(page.rows)
            if page.next in seen or len(seen) >= _MOST_PAGES:
                raise ReadError(f"The pages of {self._name(question)} do not come to an end; the list is not used.")
            if page.next is not None and not same_place(page.next, url):
                raise ReadError(f"The next page of {self._name(question)} was said to be on another host.")
            url = page.next
        return tuple(rows)

    def _ask(self, question: GraphQuery, url: str, deadline: Deadline) -> Page:
        try:
            return persist(lambda: self._attempt(question, url, deadline), self._patience, self._clock, deadline)
        except (TryAgain, Broken) as error:
            raise ReadError(f"{self._name(question)} could not be read. {error}") from error

    def _attempt(self, question: GraphQuery, url: str, deadline: Deadline) -> Page:
        def time() -> Limits:
            return Limits(self._patience.connect, self._patience.silence, max(0.001, deadline.left()))

        one = Outgoing(
            "graph", "GET", url, None, lambda token: {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        )
        try:
            reply = send(self._http, self._tokens, one, time)
        except Broken as error:
            if error.lasting:
                raise
            raise TryAgain(str(error)) from error
        if reply.failure is not None:
            return self._judge(question, reply, reply.failure)
        try:
            return _page(reply)
        except Unreadable as error:
            raise TryAgain(f"The answer makes no sense. {error}") from error

    def _judge(self, question: GraphQuery, reply: Reply, failure: Failure) -> Page:
        status = reply.answer.status
        # A gateway's page, or a 404 with another code, says nothing of a person: `no such object` is a verdict.
        if status == _NOT_FOUND and failure.spoken and "notfound" in failure.code.casefold():
            return Page(())
        if failure.crowded or status == _TIMEOUT or (status >= _INTERNAL and status != _NOT_IMPLEMENTED):
            after = retry_after(reply.answer.headers.get("retry-after"), self._clock.machine())
            raise TryAgain(f"Microsoft Graph had a problem: {failure}", after, throttled=failure.crowded)
        if failure.forbidden:
            raise ForbiddenRead(
                f"Microsoft Graph does not let this identity read {self._name(question)}. Grant it the application "
                f"permission {permission_for(question.path)}, with admin consent. It said: {failure}"
            )
        raise ReadError(f"{self._name(question)} could not be read: {failure}")

    def _name(self, question: GraphQuery) -> str:
        return f"{question.path.partition('?')[0]} of {self._tenant.name}"


def _page(reply: Reply) -> Page:
    """A list has `value`; anything else is the object itself."""
    found = parse(reply.answer.text)
    if isinstance(found, dict) and "value" not in found:
        return Page(({key: value for key, value in found.items() if not key.startswith("@")},))
    return page_of(reply.answer)
