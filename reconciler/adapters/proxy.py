"""Which requests go through the corporate proxy, and whose certificates are trusted, as the environment says."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from reconciler.core.errors import ReconcilerError

_TRUST = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")
_TLS_PORT = "443"


def trust(environment: Mapping[str, str]) -> ssl.SSLContext:
    """The one TLS context of a run: `SSL_CERT_FILE`, else `REQUESTS_CA_BUNDLE`, else certifi's list.

    Making one takes some 18 ms (measurements.md 4), so all tenants share it. Raises ReconcilerError for a bad file.
    """
    named = next((name for name in _TRUST if environment.get(name)), None)
    if named is None:
        import certifi

        return ssl.create_default_context(cafile=certifi.where())
    path = Path(environment[named])
    try:
        if path.is_dir():
            return ssl.create_default_context(capath=str(path))
        return ssl.create_default_context(cafile=str(path))
    except (OSError, ValueError) as error:
        raise ReconcilerError(
            f"{named} names {path}, which can't be read as a file of PEM certificates ({error.__class__.__name__}). "
            f"Correct the path, or unset {named} to use the usual authorities."
        ) from error


@dataclass(frozen=True, slots=True)
class Proxies:
    """The proxy of a run and the hosts that it isn't for; the URL, which may hold a password, is in no repr."""

    url: str | None = field(default=None, repr=False)
    except_for: tuple[str, ...] = ()

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Proxies":
        """Read `HTTPS_PROXY` and `NO_PROXY`, of either case, the lower first as curl does. Raises ReconcilerError."""
        url = _either(environment, "HTTPS_PROXY")
        if url and "://" not in url:
            url = f"http://{url}"
        _check(url)
        listed = _either(environment, "NO_PROXY").lower().replace(",", " ").split()
        return cls(url or None, tuple(listed))

    def of_host(self, host: str) -> str | None:
        """The proxy URL for a host, or None where it is reached directly."""
        if self.url is None or any(_covers(entry, host.lower()) for entry in self.except_for):
            return None
        return self.url

    @property
    def shown(self) -> str:
        """The proxy's address without user and password."""
        parts = urlsplit(self.url or "")
        return f"{parts.hostname}:{parts.port}" if parts.port else f"{parts.hostname}"


def _either(environment: Mapping[str, str], name: str) -> str:
    return (environment.get(name.lower()) or environment.get(name) or "").strip()


def _check(url: str) -> None:
    try:
        parts = urlsplit(url)
        usable = not url or (parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0)
    except ValueError:
        usable = False
    if not usable:  # the value isn't shown: it may hold a password
        raise ReconcilerError(
            "HTTPS_PROXY is not the URL of a proxy. Write it as http://proxy.example:8080 (or https://), or unset it."
        )


def _covers(entry: str, host: str) -> bool:
    """`*`, `example.com` and `.example.com` cover a host; a port, if one is named, must be 443."""
    name, colon, port = entry.rpartition(":")
    if colon and port.isdigit():
        if port != _TLS_PORT:
            return False
        entry = name
    entry = entry.removeprefix("*.").lstrip(".")
    return entry == "*" or (bool(entry) and (host == entry or host.endswith(f".{entry}")))
