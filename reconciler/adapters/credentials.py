"""Which credential a tenant signs in with: what its document names, else the variables that Azure's own tools use."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import assert_never
from urllib.parse import quote, quote_plus

from reconciler.core.errors import AccessError
from reconciler.core.resource import Auth, Method, Tenant

DEVICE_CODE_CLIENT = "fb78d390-0c51-40cd-8e17-fdbfab77341b"
"""The public client id of Exchange Online PowerShell (wire.md 8)."""

CLIENT_ID, SECRET = "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"
CERTIFICATE, PASSWORD = "AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_CLIENT_CERTIFICATE_PASSWORD"
FEDERATED = "AZURE_FEDERATED_TOKEN_FILE"
# The order in which they are taken when the tenant document has no `auth` (CONTRACT 5).
_ORDER: tuple[tuple[str, Method], ...] = (
    (CERTIFICATE, "certificate"),
    (FEDERATED, "federated"),
    (SECRET, "secret"),
)


@dataclass(frozen=True, slots=True)
class Credential:
    """How a tenant signs in. It keeps names and the environment, never a secret, so that no repr can show one."""

    method: Method
    client_id: str | None
    source: str = ""
    """The variable that leads to the secret, certificate or token: for messages."""
    password_source: str | None = None
    warnings: tuple[str, ...] = ()
    _environment: Mapping[str, str] = field(default_factory=dict, repr=False)

    def value(self) -> str:
        """What the variable holds now. Raises AccessError where it is unset or empty."""
        value = self._environment.get(self.source, "").strip()
        if not value:
            raise AccessError(f"The variable {self.source}, which sign-in needs, is not set or empty. Set it.")
        return value

    def password(self) -> str | None:
        """The password of the certificate, if there is one."""
        return self._environment.get(self.password_source or "") or None

    def token(self) -> str:
        """The federated token as it is at this moment: pipelines and clusters renew it. Raises AccessError."""
        if self.source != FEDERATED:
            return self.value()
        path = Path(self.value())
        try:
            token = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise AccessError(
                f"The federated token in {path} ({FEDERATED}) can't be read. Correct its path."
            ) from error
        if not token:
            raise AccessError(f"The federated token in {path} ({FEDERATED}) is empty.")
        return token

    def scrub(self, text: str) -> str:
        """The text without any value that came from the environment for this sign-in."""
        for name in (self.source, self.password_source):
            value = self._environment.get(name or "", "").strip()
            for form in (value, quote_plus(value), quote(value, safe="")):  # as it is, and as it went over the wire
                if form and form in text:
                    text = text.replace(form, "[removed]")
        return text


def credential_for(tenant: Tenant, environment: Mapping[str, str]) -> Credential:
    """The credential of a tenant, with warnings about what is ambiguous. Raises AccessError where there is none."""
    if tenant.auth is not None:
        return _written(tenant, tenant.auth, environment)
    given = [(name, method) for name, method in _ORDER if environment.get(name)]
    if not given:
        raise AccessError(
            f"There is nothing to sign in to {tenant.name} with. Set {CLIENT_ID} and one of {CERTIFICATE}, "
            f"{FEDERATED} and {SECRET}, or write `auth` into the tenant's document."
        )
    source, method = given[0]
    ignored = " and ".join(name for name, _ in given[1:])
    warnings = (f"{source} and {ignored} are set; {source} is used. Unset what is not meant.",) if ignored else ()
    client_id = _client_id(tenant, None, environment)
    return Credential(method, client_id, source, PASSWORD, warnings, environment)


def _written(tenant: Tenant, auth: Auth, environment: Mapping[str, str]) -> Credential:
    password = None
    match auth.method:
        case "device-code":
            return Credential("device-code", auth.client_id or DEVICE_CODE_CLIENT)
        case "managed-identity":
            return Credential("managed-identity", auth.client_id)
        case "secret":
            source = auth.secret_env or SECRET
        case "certificate":
            source = auth.certificate_path_env or CERTIFICATE
            password = auth.certificate_password_env or (PASSWORD if source == CERTIFICATE else None)
        case "federated":
            source = auth.token_env or FEDERATED
        case _:
            assert_never(auth.method)
    client_id = _client_id(tenant, auth.client_id, environment)
    return Credential(auth.method, client_id, source, password, (), environment)


def _client_id(tenant: Tenant, written: str | None, environment: Mapping[str, str]) -> str:
    client_id = written or environment.get(CLIENT_ID, "").strip()
    if not client_id:
        raise AccessError(
            f"Nobody says as which app to sign in to {tenant.name}. Set {CLIENT_ID}, or write `auth.client_id` into "
            "the tenant's document."
        )
    return client_id
