"""The one way to GitLab: which server, whose token, and whose certificates are trusted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from reconciler.adapters.clock import SystemClock
from reconciler.adapters.proxy import Proxies, trust
from reconciler.adapters.retry import Patience
from reconciler.core.errors import ReconcilerError
from reconciler.core.ports import Clock

if TYPE_CHECKING:
    from reconciler.adapters.gitlab.patient import PatientGitlab

OWN: Final = "RECONCILER_GITLAB_TOKEN"
JOB: Final = "CI_JOB_TOKEN"
_API: Final = "/api/v4"
_THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class NoGitlab:
    """Why there is no GitLab to talk to, as a sentence."""

    reason: str


def connect(
    environment: Mapping[str, str], clock: Clock | None = None, patience: Patience | None = None
) -> "PatientGitlab | NoGitlab":
    """A client of the pipeline's GitLab, or why there is none; nothing is sent yet.

    The token is RECONCILER_GITLAB_TOKEN, else CI_JOB_TOKEN: then the client's `private_token` is None, and it can
    only read what a job may. Every request is bounded in time and repeated only where that is safe; what fails is
    one of our errors (`patient.py`). Raises ReconcilerError where the settings themselves are wrong.
    """
    server = _server(environment)
    if not server:
        return NoGitlab("No GitLab is known here: CI_SERVER_URL is not set.")
    own, job = _token(environment, OWN), _token(environment, JOB)
    if not (own or job):
        return NoGitlab(f"There is no token for GitLab: neither {OWN} nor {JOB} is set.")
    host = urlsplit(server).hostname or ""
    trust(environment)  # says in a sentence what is wrong with the file, which the library would not
    try:
        from reconciler.adapters.gitlab.patient import PatientGitlab
    except ImportError as error:
        raise ReconcilerError(
            "Talking to GitLab needs python-gitlab. Install reconciler with its extra `gitlab`: reconciler[gitlab]."
        ) from error
    named = environment.get("SSL_CERT_FILE") or environment.get("REQUESTS_CA_BUNDLE")
    client = PatientGitlab(server, own, job, verify=named or True, name=OWN if own else JOB)
    client.be_patient(clock or SystemClock(), patience or Patience())
    if proxy := Proxies.of(environment).of_host(host):
        client.session.proxies = {"https": proxy}
    return client


def _server(environment: Mapping[str, str]) -> str:
    """The server's URL without a path for the API; a token is sent in the clear to this machine only."""
    name = next((one for one in ("CI_SERVER_URL", "CI_API_V4_URL") if environment.get(one)), "")
    url = environment.get(name, "").rstrip("/").removesuffix(_API)
    try:
        parts = urlsplit(url)
        usable = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _THIS_MACHINE)
        usable = usable and bool(parts.hostname) and parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        usable = False
    if name and not usable:
        raise ReconcilerError(
            f"{name} is not the URL of a GitLab server that a token may be sent to. It must begin with https:// and "
            "name no user. Correct it, or unset it."
        )
    return url


def _token(environment: Mapping[str, str], name: str) -> str:
    found = environment.get(name, "").strip()
    if not (found.isascii() and found.isprintable()) or " " in found:  # the library would show it in its complaint
        raise ReconcilerError(f"{name} holds characters that no token has. Copy the token again, and nothing else.")
    return found
