"""Where a tenant's requests are served: found by a redirect, pinned, and dropped when it goes stale."""

from contextlib import AbstractContextManager, nullcontext
from threading import Lock
from urllib.parse import urlsplit

from reconciler.adapters.clouds import Hosts, label_of
from reconciler.core.request import Service

MOVES = frozenset({301, 302, 303, 307, 308})


class Regions:
    """The pinned hosts of one tenant; threads may share it."""

    def __init__(self, hosts: Hosts) -> None:
        """Every service starts at its front door."""
        self._hosts = hosts
        self._pins: dict[Service, str] = {}
        self._lock = Lock()

    def host(self, service: Service) -> str:
        """Where to send a request now."""
        return self._pins.get(service) or self._hosts.front(service)

    def pinned(self, service: Service) -> bool:
        """Whether a redirect has told where the tenant lives."""
        return service in self._pins

    def first(self, service: Service) -> AbstractContextManager[object]:
        """Held while a tenant's region is unknown, so that several questions at once find it with one redirect.

        Exchange Online mostly serves at its front door, where nobody needs to wait for anybody.
        """
        return self._lock if service == "compliance" and not self.pinned(service) else nullcontext()

    def move(self, service: Service, location: str | None, asked: str) -> bool:
        """Pin what a redirect of the host `asked` says; false where that is no other host, or nothing sane.

        Only the first label of `Location` counts: the host it names listens on a port that nobody can reach, and the
        token must go to no host but one of ours (wire.md 1.3).
        """
        try:
            label = label_of(urlsplit(location or "").hostname)
        except ValueError:
            label = None
        if label is None or label == label_of(self._hosts.front(service)):
            return False
        host = self._hosts.regional(service, label)
        self._pins[service] = host
        return host != asked

    def drop(self, service: Service, host: str) -> None:
        """Forget a pin that turned out stale, unless another thread has found a better one."""
        if self._pins.get(service) == host:
            self._pins.pop(service, None)
