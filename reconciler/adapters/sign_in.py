"""The ways to sign in, each as MSAL does it; the only file that knows msal."""

import logging
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Protocol

import msal

from reconciler.adapters.certificate import read_certificate
from reconciler.adapters.clouds import Resource, hosts_of
from reconciler.adapters.credentials import Credential
from reconciler.adapters.http import Http
from reconciler.adapters.retry import Deadline, Patience
from reconciler.adapters.sign_in_http import Refused, SignInHttp
from reconciler.adapters.words import plain
from reconciler.core.errors import AccessError
from reconciler.core.ports import Clock
from reconciler.core.resource import Tenant

Say = Callable[[str], None]
Json = dict[str, Any]

logging.getLogger("msal").setLevel(logging.WARNING)  # below that it tells of requests in detail
_SOON = Patience(tries=2, seconds=15.0, connect=1.0, silence=5.0)
"""For a machine's own identity: where there is none, nobody answers."""


class Flow(Protocol):
    """One way to sign in to one tenant. `open` is never called by two threads at once."""

    def open(self, http: Http) -> None:
        """Ask once what must be known before any token can be asked for."""
        ...

    def ask(self, resource: Resource, http: Http, claims: str | None, *, renew: bool) -> Json:
        """The sign-in service's answer, with a token or with an error; `renew` asks although one is remembered."""
        ...


def flow_of(
    tenant: Tenant, credential: Credential, patience: Patience, clock: Clock, say: Say, refused: Refused
) -> Flow:
    """The way that a credential asks for. `say` shows a device code to a person."""
    if credential.method == "managed-identity":
        return _Machine(tenant, credential, clock, refused)
    sender = SignInHttp(hosts_of(tenant.cloud).logins.__contains__, patience, clock, refused)
    if credential.method == "device-code":
        return _Person(tenant, credential, sender, clock, say)
    return _App(tenant, credential, sender)


def _common(tenant: Tenant, sender: SignInHttp) -> dict[str, Any]:
    return {
        "authority": f"https://{hosts_of(tenant.cloud).login}/{tenant.tenant_id}",
        "http_client": sender,
        "instance_discovery": False,  # we know every host; MSAL would ask the worldwide cloud about the others
    }


class _App:
    """An app with a secret, a certificate or a federated token."""

    def __init__(self, tenant: Tenant, credential: Credential, sender: SignInHttp) -> None:
        self._tenant, self._credential, self._sender = tenant, credential, sender
        self._application: Any = None

    def open(self, http: Http) -> None:
        """Ask the tenant's discovery document, once: MSAL does so in its constructor (wire.md 8)."""
        self._sender.over(http)
        if self._application is None:
            self._application = msal.ConfidentialClientApplication(
                self._credential.client_id,
                client_credential=_material(self._credential),
                azure_region=False,  # MSAL_FORCE_REGION must not choose another host for the credential
                **_common(self._tenant, self._sender),
            )

    def ask(self, resource: Resource, http: Http, claims: str | None, *, renew: bool) -> Json:
        self._sender.over(http)
        if renew and claims is None:
            self._application.remove_tokens_for_client()
        scope = hosts_of(self._tenant.cloud).scope(resource)
        return _json(self._application.acquire_token_for_client([scope], claims_challenge=claims))


def _material(credential: Credential) -> str | dict[str, object]:
    match credential.method:
        case "certificate":
            found = read_certificate(Path(credential.value()), credential.password())
            return {"private_key": found.private_key, "public_certificate": found.public}
        case "federated":
            return {"client_assertion": credential.token}  # MSAL calls it for each request
        case _:
            return credential.value()


class _Person:
    """A person who enters a code in a browser; further services need no second code."""

    def __init__(self, tenant: Tenant, credential: Credential, sender: SignInHttp, clock: Clock, say: Say) -> None:
        self._tenant, self._credential, self._sender = tenant, credential, sender
        self._clock, self._say = clock, say
        self._application: Any = None

    def open(self, http: Http) -> None:
        """Ask the tenant's discovery document, once."""
        self._sender.over(http)
        if self._application is None:
            common = _common(self._tenant, self._sender)
            self._application = msal.PublicClientApplication(self._credential.client_id, **common)

    def ask(self, resource: Resource, http: Http, claims: str | None, *, renew: bool) -> Json:
        self._sender.over(http)
        scopes = [hosts_of(self._tenant.cloud).scope(resource)]
        for account in self._application.get_accounts():
            found = self._application.acquire_token_silent(
                scopes, account, force_refresh=renew, claims_challenge=claims
            )
            if "access_token" in _json(found):
                return _json(found)
        flow = self._application.initiate_device_flow(scopes, claims_challenge=claims)
        if "user_code" not in flow:
            return _json(flow)
        self._say(f"{self._tenant.name}: {plain(str(flow['message']))}")
        return self._wait(flow)

    def _wait(self, flow: Json) -> Json:
        end = Deadline(self._clock, float(flow["expires_in"]))
        while end.left() > 0:
            flow.pop("latest_attempt_at", None)  # our clock waits, not MSAL's
            found = _json(self._application.acquire_token_by_device_flow(flow, exit_condition=lambda _: True))
            if found.get("error") not in {"authorization_pending", "slow_down"}:
                return found
            self._clock.wait(float(flow["interval"]))
        raise AccessError(f"Nobody entered the code for {self._tenant.name} in time. Start again, and enter it sooner.")


class _Machine:
    """The identity of the machine we run on, asked of an address that never leaves it and never uses a proxy.

    MSAL itself reads which address from the process's environment (IDENTITY_ENDPOINT and its like).
    """

    def __init__(self, tenant: Tenant, credential: Credential, clock: Clock, refused: Refused) -> None:
        self._tenant = tenant
        self._sender = SignInHttp(_is_near, _SOON, clock, refused)
        client_id = credential.client_id
        self._identity = (
            msal.UserAssignedManagedIdentity(client_id=client_id) if client_id else msal.SystemAssignedManagedIdentity()
        )

    def open(self, http: Http) -> None:
        """Nothing to ask beforehand."""

    def ask(self, resource: Resource, http: Http, claims: str | None, *, renew: bool) -> Json:
        del renew  # nothing is remembered from one time to the next
        direct = http.direct()
        self._sender.over(direct)
        try:
            client = msal.ManagedIdentityClient(self._identity, http_client=self._sender)
            audience = hosts_of(self._tenant.cloud).audience(resource)
            return _json(client.acquire_token_for_client(resource=audience, claims_challenge=claims))
        finally:
            direct.close()


def _is_near(host: str) -> bool:
    """Whether a host is this machine or its link-local neighbour, the only ones that hand out its identity."""
    if host == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_link_local


def _json(answer: object) -> Json:
    return answer if isinstance(answer, dict) else {}
