"""The environment that makes any client a client of the emulator, and nothing else."""

import os
from collections.abc import Mapping
from pathlib import Path

from .world import App

PROXY_NAMES = ("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy")
TRUST_NAMES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
REMOVED = frozenset({"NO_PROXY", "ALL_PROXY"})


def client_environment(
    base: Mapping[str, str] | None, proxy: str, ca_file: Path, app: App | None, state: Path | None
) -> dict[str, str]:
    """Lay the emulator's variables over `base` (default: this process's), without what would lead elsewhere."""
    found = {
        name: value for name, value in (os.environ if base is None else base).items() if not _leads_elsewhere(name)
    }
    found |= dict.fromkeys(PROXY_NAMES, proxy) | dict.fromkeys(TRUST_NAMES, str(ca_file))
    ledger = (state or ca_file).absolute().with_name("ledger.db")
    found["RECONCILER_LEDGER"] = f"sqlite:///{ledger}"
    if app is not None:
        found["AZURE_CLIENT_ID"] = app.client_id
        if app.secret:
            found["AZURE_CLIENT_SECRET"] = app.secret
    return found


def _leads_elsewhere(name: str) -> bool:
    upper = name.upper()
    return upper in REMOVED or upper.startswith("AZURE_") or upper in {"HTTPS_PROXY", "HTTP_PROXY"}
