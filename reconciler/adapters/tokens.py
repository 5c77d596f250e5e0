"""The tokens of one tenant: one for each service, asked for once however many threads want it, and checked."""

from collections.abc import Mapping
from threading import Lock

from reconciler.adapters.clouds import Resource
from reconciler.adapters.credentials import Credential
from reconciler.adapters.http import Http
from reconciler.adapters.retry import Patience
from reconciler.adapters.sign_in import Say, flow_of
from reconciler.adapters.sign_in_errors import SignInUnreachable, refusal
from reconciler.adapters.token import Token, token_of
from reconciler.adapters.words import plain
from reconciler.core.errors import AccessError
from reconciler.core.ports import Clock
from reconciler.core.resource import Tenant

_SENSELESS = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
"""What MSAL raises for an answer that is JSON and makes no sense, such as a lifetime of null."""


class Tokens:
    """Kept in memory for as long as the run, and nowhere else; threads may share it."""

    def __init__(self, tenant: Tenant, credential: Credential, patience: Patience, clock: Clock, say: Say) -> None:
        """Asks nobody yet. `say` shows a device code to a person."""
        self._tenant, self._credential = tenant, credential
        self._flow = flow_of(tenant, credential, patience, clock, say, self._refused)
        self._opening = Lock()
        self._closed: AccessError | None = None
        self._known: dict[Resource, Token] = {}
        self._failed: dict[Resource, AccessError] = {}
        one = Lock()  # a person must not be shown two codes at once
        alone = credential.method == "device-code"
        resources: tuple[Resource, ...] = ("exo", "compliance", "graph")
        self._turns = {resource: one if alone else Lock() for resource in resources}

    def get(self, resource: Resource, http: Http, *, refused: Token | None = None, claims: str | None = None) -> Token:
        """A token for a service, from memory where it will do.

        `refused` is one that the service would not take, `claims` what it asked for then. Raises AccessError; a refusal
        is remembered, so that a wrong secret is sent once and not once for each question.
        """
        with self._turns[resource]:
            known = self._known.get(resource)
            if known is not None and known.fresh() and known is not refused:
                return known
            if resource in self._failed:
                raise AccessError(str(self._failed[resource]))
            try:
                found = self._ask(resource, http, claims, renew=refused is not None)
            except SignInUnreachable:
                raise
            except AccessError as error:
                self._failed[resource] = error
                raise
            self._known[resource] = found
            return found

    def _ask(self, resource: Resource, http: Http, claims: str | None, *, renew: bool) -> Token:
        try:
            self._open(http)
            return self._checked(self._flow.ask(resource, http, claims, renew=renew))
        except _SENSELESS as error:
            raise SignInUnreachable(
                f"Sign-in to {self._tenant.name} got an answer that makes no sense ({error.__class__.__name__})."
            ) from error

    def _open(self, http: Http) -> None:
        with self._opening:
            if self._closed is not None:
                raise AccessError(str(self._closed))
            try:
                self._flow.open(http)
            except SignInUnreachable:
                raise
            except AccessError as error:
                self._closed = error
                raise

    def _checked(self, answer: Mapping[str, object]) -> Token:
        text, lifetime = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(text, str) or not text:
            raise self._refused(answer)
        token = token_of(text, float(lifetime) if isinstance(lifetime, int | float | str) else 0.0)
        if token.tenant_id is None:
            raise AccessError(f"The token for {self._tenant.name} does not say for which tenant it is; it is not used.")
        if token.tenant_id != self._tenant.tenant_id.lower():
            raise AccessError(
                f"The token is for the tenant {plain(token.tenant_id)}, but the document of {self._tenant.name} says "
                f"{self._tenant.tenant_id}. Correct `tenant_id`, or sign in with an app of that tenant "
                "(a managed identity can only sign in to the tenant that it lives in)."
            )
        return token

    def _refused(self, answer: Mapping[str, object]) -> AccessError:
        return refusal(self._tenant, self._credential, answer)
