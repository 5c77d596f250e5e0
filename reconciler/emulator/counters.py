"""How many requests of each kind a tenant has had."""

from collections import Counter
from threading import Lock

Key = tuple[str, str, str]


class Counters:
    """Counts by tenant, kind and name; safe to use from several threads.

    Kinds are `read` and `write` (the name is the cmdlet), and `sign-in`, `graph`, `discovery`, `batch`, `fault`.
    """

    def __init__(self) -> None:
        """Start at nothing."""
        self._counts: Counter[Key] = Counter()
        self._lock = Lock()

    def add(self, tenant: str, kind: str, name: str) -> int:
        """Count one request and return how many of its sort there were so far."""
        with self._lock:
            self._counts[tenant, kind, name] += 1
            return self._counts[tenant, kind, name]

    def total(self, *, tenant: str | None = None, kind: str | None = None, name: str | None = None) -> int:
        """Sum of the counts that fit; None fits all."""
        wanted = (tenant, kind, name)
        with self._lock:
            return sum(
                count
                for key, count in self._counts.items()
                if all(want is None or want == have for want, have in zip(wanted, key, strict=True))
            )

    def rows(self) -> list[dict[str, str | int]]:
        """Every count as a row of tenant, kind, name and count, sorted."""
        with self._lock:
            return [{"tenant": t, "kind": k, "name": n, "count": c} for (t, k, n), c in sorted(self._counts.items())]

    def reset(self) -> None:
        """Forget every count."""
        with self._lock:
            self._counts.clear()
