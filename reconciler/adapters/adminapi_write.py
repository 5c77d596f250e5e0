"""A command put as a cmdlet: sent once, and again only where the answer proves that nothing ran."""

from reconciler.adapters import adminapi_refusals as refusals
from reconciler.adapters.adminapi import AdminApi
from reconciler.adapters.adminapi_answer import Unreadable, done_of
from reconciler.adapters.adminapi_errors import Failure
from reconciler.adapters.adminapi_request import Call
from reconciler.adapters.bearer import Reply
from reconciler.adapters.http import Broken, Limits
from reconciler.adapters.retry import Deadline, Patience, TryAgain, persist, retry_after
from reconciler.adapters.roles import SERVICE_NAMES
from reconciler.core.errors import CommandRefused, CommandUnanswered, Interrupted
from reconciler.core.ports import Clock
from reconciler.core.request import Command

_PAGE_SIZE = 1_000
_TIMEOUT, _INTERNAL = 408, 500


class Telling:
    """One command on its way; used once."""

    def __init__(self, api: AdminApi, command: Command, patience: Patience, clock: Clock) -> None:
        """Patience is for waiting before it runs; once it runs it gets `patience.command` seconds."""
        self._api, self._patience, self._clock = api, patience, clock
        self._call = Call.of(command)
        self._name = f"{command.cmdlet} in {SERVICE_NAMES[command.service]} of {api.tenant.name}"

    def warnings(self) -> tuple[str, ...]:
        """What the service warned of while it did as told. Raises CommandRefused, CommandUnanswered, AccessError."""
        deadline = Deadline(self._clock, self._patience.seconds)
        try:
            return persist(self._attempt, self._patience, self._clock, deadline)
        except TryAgain as error:
            raise CommandRefused(f"{self._name} was not carried out. {error}", "throttled") from error
        except Interrupted as error:  # only waits are interrupted, and we wait only after proof that nothing ran
            raise CommandRefused(f"{self._name} was not carried out: the run was stopped.", "throttled") from error

    def _attempt(self) -> tuple[str, ...]:
        try:
            reply = self._api.run(self._call, _PAGE_SIZE, self._time)
        except Broken as error:
            raise self._unsent(error) from error
        if reply.failure is None:
            return self._done(reply)
        raise self._judged(reply, reply.failure)

    def _unsent(self, error: Broken) -> Exception:
        if error.sent:
            return CommandUnanswered(f"Whether {self._name} was carried out is not known. {error}")
        if error.lasting:
            return CommandRefused(f"{self._name} was not sent. {error}", "unsent")
        return TryAgain(str(error))

    def _done(self, reply: Reply) -> tuple[str, ...]:
        try:
            page = done_of(reply.answer)
        except Unreadable as error:
            raise CommandUnanswered(f"The answer to {self._name} makes no sense. {error}") from error
        if page.errors:
            # A success that lists errors proves neither; what is true must be read back.
            raise CommandUnanswered(f"{self._name} was answered with success and an error: {' '.join(page.errors)}")
        return page.warnings

    def _judged(self, reply: Reply, failure: Failure) -> Exception:
        """Refused where the answer proves that nothing ran, else unanswered."""
        status = reply.answer.status
        if failure.crowded:
            after = retry_after(reply.answer.headers.get("retry-after"), self._clock.machine())
            return TryAgain(f"The service is busy: {failure}", after, throttled=True)
        if failure.forbidden:
            return CommandRefused(refusals.forbidden(self._api.tenant, self._call, reply), "permission")
        if failure.lost:
            return CommandRefused(refusals.lost(self._api.tenant, self._call), "unsent")
        # What is no JSON error comes from something on the way, which can't tell what the service did.
        if failure.transient or status == _TIMEOUT or status >= _INTERNAL or not failure.spoken:
            return CommandUnanswered(f"Whether {self._name} was carried out is not known. The service said: {failure}")
        if failure.reason == "licence":
            return CommandRefused(refusals.licence(self._api.tenant, self._call, reply), "licence")
        return CommandRefused(str(failure), failure.reason)

    def _time(self) -> Limits:
        return Limits(self._patience.connect, self._patience.command, self._patience.command)
