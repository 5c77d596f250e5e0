"""A client of the emulator that shares no code with the product: httpx, the proxy, and the authority's file."""

import ssl
from typing import Any

import httpx

from reconciler.emulator import Emulator

CONTOSO = "6f0c1d3e-0000-4000-8000-000000000001"
FABRIKAM = "6f0c1d3e-0000-4000-8000-000000000002"
CLIENT_ID = "5f1e0000-0000-4000-8000-00000000000a"
SECRET = "emulator-only-secret"
LOGIN = "login.microsoftonline.com"
EXO = "outlook.office365.com"
FRONT = "ps.compliance.protection.outlook.com"
REGIONAL = f"eur02b.{FRONT}"
GRAPH = "graph.microsoft.com"
ANCHOR = "APP:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@" + CONTOSO

Json = dict[str, Any]


class Wire:
    """Requests to one emulator, without any cleverness: no redirects, no retries."""

    def __init__(self, emulator: Emulator) -> None:
        """Trust only the emulator's authority and go only through its proxy."""
        self.emulator = emulator
        context = ssl.create_default_context(cafile=str(emulator.ca_file))
        self.http = httpx.Client(proxy=emulator.proxy_url, verify=context, trust_env=False, timeout=10)
        self._tokens: dict[tuple[str, str, str], str] = {}

    def grant(self, form: Json | None = None, tenant: str = CONTOSO, host: str = LOGIN) -> httpx.Response:
        """Ask the token endpoint; `form` is laid over a good request for Exchange Online, None removes a key."""
        good = {
            "grant_type": "client_credentials",
            "client_id": CLIENT_ID,
            "client_secret": SECRET,
            "scope": f"https://{EXO}/.default",
        }
        wanted = {key: value for key, value in {**good, **(form or {})}.items() if value is not None}
        return self.http.post(f"https://{host}/{tenant}/oauth2/v2.0/token", data=wanted)

    def token(self, audience: str = EXO, tenant: str = CONTOSO, client_id: str = CLIENT_ID, login: str = LOGIN) -> str:
        """Give a good token, asked for once."""
        key = (audience, tenant, client_id)
        if key not in self._tokens:
            answer = self.grant({"scope": f"https://{audience}/.default", "client_id": client_id}, tenant, login)
            self._tokens[key] = answer.json()["access_token"]
        return self._tokens[key]

    def headers(self, host: str, **changes: str | None) -> dict[str, str]:
        """Give the headers of a good request to `host`; a change of None removes one, `_` in a name stands for `-`."""
        audience = FRONT if host.endswith(FRONT) else host
        audience = EXO if audience.endswith(EXO) else audience
        headers: dict[str, str | None] = {"x-anchormailbox": ANCHOR}
        headers |= {name.replace("_", "-").lower(): value for name, value in changes.items()}
        if "authorization" not in headers:
            headers["authorization"] = f"Bearer {self.token(audience)}"
        return {name: value for name, value in headers.items() if value is not None}

    def run(
        self, cmdlet: str, parameters: Any = None, *, host: str = EXO, query: str = "", **changes: str | None
    ) -> httpx.Response:
        """Run a cmdlet for contoso."""
        body = {"CmdletInput": {"CmdletName": cmdlet, "Parameters": {} if parameters is None else parameters}}
        return self.post("InvokeCommand" + query, body, host=host, **changes)

    def alerts(self, **more: Any) -> httpx.Response:
        """List the alert policies at the right regional host."""
        return self.run("Get-ProtectionAlert", host=REGIONAL, **more)

    def post(self, path: str, body: Any, *, host: str = EXO, **changes: str | None) -> httpx.Response:
        """Post any body to a path of the Admin API."""
        return self.http.post(
            f"https://{host}/adminapi/beta/{CONTOSO}/{path}", json=body, headers=self.headers(host, **changes)
        )

    def get(self, path: str, *, host: str = EXO, version: str = "v1.0", **changes: str | None) -> httpx.Response:
        """Get a path of the Admin API."""
        return self.http.get(
            f"https://{host}/adminapi/{version}/{CONTOSO}/{path}", headers=self.headers(host, **changes)
        )

    def switch(self, **values: object) -> None:
        """Set switches of contoso."""
        self.emulator.change({"tenant": "contoso", "switch": values})

    def fault(self, do: str, *, when: Json | None = None, **more: Any) -> None:
        """Add a fault; the token is there before, so that sign-in does not meet it unless it shall."""
        self.token()
        self.emulator.faults.add({"do": do, "when": when or {}, **more})

    def close(self) -> None:
        """End all connections."""
        self.http.close()
