"""A private authority that lives as long as the emulator, with one certificate a host, made when first asked for."""

import ssl
from pathlib import Path

import trustme


class Authority:
    """Signs for whatever host it is asked; who may be asked for is the proxy's business."""

    def __init__(self) -> None:
        """Make a new key and root certificate; nothing is shared between two runs."""
        self._root = trustme.CA(organization_name="reconciler emulator")
        self._contexts: dict[str, ssl.SSLContext] = {}

    def write(self, path: Path) -> None:
        """Write the root certificate as PEM, the file that SSL_CERT_FILE shall name."""
        self._root.cert_pem.write_to_path(str(path))

    def context(self, host: str) -> ssl.SSLContext:
        """Give the server side of TLS for `host`, HTTP/1.1 only, as the real hosts' clients use it."""
        if host not in self._contexts:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            context.set_alpn_protocols(["http/1.1"])
            self._root.issue_cert(host).configure_cert(context)
            self._contexts[host] = context
        return self._contexts[host]
