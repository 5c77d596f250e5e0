"""The door to tenants over HTTPS: readers that can only ask, writers that can tell as well."""

import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from threading import Lock

from reconciler.adapters.adminapi import AdminApi
from reconciler.adapters.adminapi_read import Reading
from reconciler.adapters.adminapi_write import Telling
from reconciler.adapters.clouds import hosts_of
from reconciler.adapters.credentials import credential_for
from reconciler.adapters.graph import Graph
from reconciler.adapters.http import Http
from reconciler.adapters.proxy import Proxies, trust
from reconciler.adapters.regions import Regions
from reconciler.adapters.retry import Patience
from reconciler.adapters.tokens import Tokens
from reconciler.core.ports import Clock, TenantReader, TenantWriter
from reconciler.core.request import Command, GraphQuery, Query, TenantQuestion
from reconciler.core.resource import Tenant
from reconciler.core.values import Row

Say = Callable[[str], None]


class HttpReader:
    """A tenant that can only be read; several threads may ask at once."""

    def __init__(self, api: AdminApi, graph: Graph, patience: Patience, clock: Clock) -> None:
        """Opens nothing yet."""
        self._api, self._graph = api, graph
        self._patience, self._clock = patience, clock

    def ask(self, question: TenantQuestion) -> tuple[Row, ...]:
        """The complete answer, every page of it. Raises ReadError, ForbiddenRead or AccessError."""
        match question:
            case GraphQuery():
                return self._graph.rows(question)
            case Query():
                return Reading(self._api, question, self._patience, self._clock).rows()


class HttpWriter(HttpReader):
    """A tenant that can be read and told to change."""

    def tell(self, command: Command) -> tuple[str, ...]:
        """Send a command once and return the service's warnings.

        Raises CommandRefused, CommandUnanswered, or AccessError if sign-in failed before anything was sent.
        """
        return Telling(self._api, command, self._patience, self._clock).warnings()


class HttpTenants:
    """Connections to tenants; threads may share it. Tokens and regions last for the run, connections for a `with`."""

    def __init__(
        self,
        environment: Mapping[str, str],
        clock: Clock,
        *,
        say: Say = lambda _line: None,
        step: Callable[[str, str], None] = lambda _tenant, _step: None,
        patience: Patience | None = None,
    ) -> None:
        """Read proxy and trust from `environment`; `say` shows a person a device code or a warning.

        `step` hears that a tenant is `throttled`, and that it is `reading` again.

        Raises ReconcilerError for trust or proxy variables that can't be used.
        """
        self._environment, self._clock, self._say = environment, clock, say
        self._step, self._patience = step, patience or Patience()
        self._context: ssl.SSLContext = trust(environment)
        self._proxies = Proxies.of(environment)
        self._known: dict[str, tuple[Tokens, Regions]] = {}
        self._said: set[str] = set()
        self._lock = Lock()

    @contextmanager
    def reader(self, tenant: Tenant) -> Iterator[TenantReader]:
        """A connection that can't write. Raises AccessError where there is nothing to sign in with."""
        patience = self._patient(tenant)
        with self._connection(tenant, patience) as (api, graph):
            yield HttpReader(api, graph, patience, self._clock)

    @contextmanager
    def writer(self, tenant: Tenant) -> Iterator[TenantWriter]:
        """A connection that can. Raises AccessError where there is nothing to sign in with."""
        patience = self._patient(tenant)
        with self._connection(tenant, patience) as (api, graph):
            yield HttpWriter(api, graph, patience, self._clock)

    @contextmanager
    def _connection(self, tenant: Tenant, patience: Patience) -> Iterator[tuple[AdminApi, Graph]]:
        tokens, regions = self._remembered(tenant, patience)
        http = Http(self._context, self._proxies)
        try:
            yield AdminApi(tenant, http, tokens, regions), Graph(tenant, http, tokens, patience, self._clock)
        finally:
            http.close()

    def _patient(self, tenant: Tenant) -> Patience:
        return replace(self._patience, told=partial(self._step, tenant.name))

    def _remembered(self, tenant: Tenant, patience: Patience) -> tuple[Tokens, Regions]:
        with self._lock:
            if tenant.name not in self._known:
                credential = credential_for(tenant, self._environment)
                for warning in credential.warnings:
                    self._warn(warning)
                tokens = Tokens(tenant, credential, patience, self._clock, self._say)
                self._known[tenant.name] = tokens, Regions(hosts_of(tenant.cloud))
            return self._known[tenant.name]

    def _warn(self, warning: str) -> None:
        """Say it once, not once for each tenant."""
        if warning not in self._said:
            self._said.add(warning)
            self._say(f"warning: {warning}")
