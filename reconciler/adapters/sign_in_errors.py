"""What the sign-in service's refusals mean, each with what the administrator should do."""

import re
from collections.abc import Mapping

from reconciler.adapters.credentials import Credential
from reconciler.adapters.words import sentence
from reconciler.core.errors import AccessError, ReadError
from reconciler.core.resource import Tenant

_CODE = re.compile(r"AADSTS(\d{4,8})\b")
_TAIL = re.compile(r"\s*Trace ID:.*", re.DOTALL)

_CONSENT = "Grant admin consent to the app's permissions in that tenant."
_FEDERATED = (
    "Compare issuer, subject and audience of the app's federated credential with the token's, letter by letter "
    "(for GitLab, the subject names project and branch)."
)
_EXPIRED_CODE = "The code has expired. Start again, and enter it in time."
_POLICY = "Conditional Access of {tenant} blocks this sign-in. Allow the app or its network there."
_OTHER_CLOUD = "{tenant} is not in this cloud. Correct `cloud` in its document."
_UPLOAD = "Upload its public part to the app registration."
# AADSTS number → what is wrong and what to do. {app}, {tenant}, {id} and {source} are filled in.
_MEANING: dict[int, str] = {
    700016: "The app {app} is not known in {tenant} ({id}). Correct the client id, or have it consented to.",
    7000112: "The app {app} is disabled in {tenant}. Enable its enterprise application.",
    7000215: "The secret in {source} is not one of app {app}. Use the secret's value, not its id, and check the app.",
    7000222: "The secret in {source} has expired. Make a new one for app {app}, or better a federated credential.",
    7000218: "Sign-in got no credential for app {app}. Check what {source} holds, and that the app may use it.",
    90002: "There is no tenant {id} in this cloud. Correct `tenant_id` or `cloud` in the document of {tenant}.",
    900021: "There is no tenant {id} in this cloud. Correct `tenant_id` or `cloud` in the document of {tenant}.",
    900023: "{id} is not the identifier of a tenant. Correct `tenant_id` in the document of {tenant}.",
    900382: _OTHER_CLOUD,
    90038: _OTHER_CLOUD,
    50034: "This account is not known in {tenant}. Sign in with an account of that tenant.",
    50020: "This account belongs to another directory. Sign in with an account of {tenant}.",
    50053: "The account is locked. Wait, or have it unlocked, then sign in again.",
    50057: "The account is disabled. Use another one.",
    50126: "User name or password is wrong. Sign in again.",
    50076: "Multi-factor authentication is required. Sign in by device code and answer it.",
    50079: "Multi-factor authentication must be registered first. Sign in once in a browser, then try again.",
    50105: "The account is not assigned to the app {app} in {tenant}. Assign it in the enterprise application.",
    501051: "The app {app} is not assigned to the service in {tenant}. Assign it, or require no assignment.",
    50194: "The app {app} is not multi-tenant. Register it in {tenant}, or make it multi-tenant.",
    53003: _POLICY,
    530035: _POLICY,
    65001: "Nobody has consented to app {app} in {tenant}. " + _CONSENT,
    65004: "The consent was declined. Sign in again and accept it.",
    650052: "{tenant} has no subscription to this service. Assign a licence that includes it.",
    650057: "The app {app} does not ask for this service. Add the permission to its registration. " + _CONSENT,
    500011: "The service is not there in {tenant}: `cloud` is wrong, or no licence includes it. Check both.",
    500014: "The service is disabled in {tenant}, mostly for want of a licence. Assign one that includes it.",
    700027: "The certificate in {source} is not one of app {app}, or it has expired. " + _UPLOAD,
    700030: "The certificate in {source} is not valid. Make a new one. " + _UPLOAD,
    700023: "The assertion was made for another tenant or cloud. Check `tenant_id` and `cloud` of {tenant}.",
    700024: "The token in {source} is expired, or this machine's clock is wrong. Make a new token, or set the clock.",
    700211: "No federated credential of app {app} has the issuer of the token in {source}. " + _FEDERATED,
    700212: "No federated credential of app {app} has the audience of the token in {source}. " + _FEDERATED,
    700213: "No federated credential of app {app} has the subject of the token in {source}. " + _FEDERATED,
    70021: "No federated credential of app {app} fits the token in {source}. " + _FEDERATED,
    7000272: "The token in {source} is not signed by the issuer that app {app}'s federated credential names.",
    50013: "The signature of the token in {source} is not valid. Make a new token and try again.",
    50027: "What {source} holds is not a token. Check which variable or file it comes from.",
    70019: _EXPIRED_CODE,
    70020: _EXPIRED_CODE,
}


class SignInUnreachable(ReadError, AccessError):
    """The sign-in service did not answer: nothing was sent to the tenant, and a later run may succeed."""

    exit_code = 6


def refusal(tenant: Tenant, credential: Credential, answer: Mapping[str, object]) -> AccessError:
    """The error for an answer that holds no token; the service's own words are there too, without any secret."""
    said = str(answer.get("error_description") or answer.get("error") or "it gave no reason")
    code = _code(said, answer.get("error_codes"))
    words = sentence(credential.scrub(_TAIL.sub("", said)))
    meaning = _MEANING.get(code, "").format(
        app=credential.client_id, tenant=tenant.name, id=tenant.tenant_id, source=credential.source or "the environment"
    )
    head = f"Sign-in to {tenant.name} was refused."
    return AccessError(
        f"{head} {meaning} The service said: {words}" if meaning else f"{head} The service said: {words}"
    )


def _code(said: str, codes: object) -> int:
    if found := _CODE.search(said):
        return int(found[1])
    first = codes[0] if isinstance(codes, list) and codes else 0
    return first if isinstance(first, int) else 0
