"""The state behind the emulator: tenants made from a seed, one clock, counters, and changes from outside."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import RLock

from .answer import Caller, CmdletError, Result, Row, Service
from .counters import Counters
from .hand import ChangeError, change
from .seed import Seed, Spec, load_seed, resolve
from .shape import SeedError
from .switches import SwitchError, Switches
from .tenant import App, Tenant

__all__ = [
    "App",
    "Caller",
    "ChangeError",
    "CmdletError",
    "Counters",
    "Result",
    "Row",
    "SeedError",
    "Service",
    "SwitchError",
    "Switches",
    "Tenant",
    "World",
]

STATE_FORMAT = 1


class World:
    """All tenants of one emulator; each is made when it is first asked for, so thousands cost little.

    The clock is the machine's, or the seed's `now` (which then stands still), plus what `advance` has added.
    """

    def __init__(
        self,
        seed: Mapping[str, object] | str | Path | None = None,
        state: str | Path | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Load the seed (mapping, path, or the default one) and the state file if there is one; raises SeedError."""
        self._clock = clock
        self._source = seed
        self._state = Path(state) if state is not None else None
        self._lock = RLock()
        self.counters = Counters()
        self._start()
        try:
            self._restore()
            self._write()  # a folder that cannot be written shows now, not at the first change
        except OSError as error:
            text = (
                f"{state}: the state cannot be kept here: {error.strerror}. Name a file in a folder that is writable."
            )
            raise SeedError(text) from error

    def _start(self) -> None:
        self.seed: Seed = load_seed(self._source, self._clock())
        self._offset = timedelta()
        self._tenants: dict[str, Tenant] = {}
        self._saved: dict[str, str] = {}

    def now(self) -> datetime:
        """The time of the service, with its zone."""
        return (self.seed.now or self._clock()) + self._offset

    def advance(self, seconds: float) -> None:
        """Move the clock of the service forward."""
        self._offset += timedelta(seconds=seconds)

    def tenant(self, key: str) -> Tenant | None:
        """The tenant with this id, name, or initial or accepted domain, in any case; None when there is none."""
        spec = self.seed.find(key)
        if spec is None:
            return None
        with self._lock:
            found = self._tenants.get(spec.name)
            if found is None:
                found = self._tenants[spec.name] = self._make(spec)
            return found

    def directory(self, key: str) -> Tenant | None:
        """The tenant with this id or domain, as a client must name it; the seed's own names say nothing on the wire."""
        found = self.tenant(key)
        return found if found and key.casefold() in {found.id, *map(str.casefold, found.domains)} else None

    def _make(self, spec: Spec) -> Tenant:
        return Tenant(self.seed.raw(spec), now=self.now, counters=self.counters, saved=self.save)

    def names(self) -> tuple[str, ...]:
        """Names of all tenants, generated ones too, in the seed's order."""
        return self.seed.names()

    def reset(self) -> None:
        """Go back to the seed: every change, count and advance is forgotten."""
        with self._lock:
            self._start()
            self.counters.reset()
            self._write()

    def apply(self, wanted: Mapping[str, object]) -> None:
        """Change state from outside, as a person in the portal would; raises ChangeError for what it does not know.

        `reset` and `advance` (seconds) speak to the world, every other verb to `tenant` (hand.py).
        Dates may be relative to now, as in a seed.
        """
        verbs = dict(wanted)
        if verbs.pop("reset", False):
            self.reset()
        seconds = verbs.pop("advance", 0)
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            raise ChangeError(f"advance takes seconds, not {seconds!r}.")
        self.advance(seconds)
        name = verbs.pop("tenant", None)
        if name is None and not verbs:
            self._write()
            return
        tenant = self.tenant(str(name))
        if tenant is None:
            raise ChangeError(f"There is no tenant {name!r}. Known ones: {', '.join(self.names()[:20])}.")
        with tenant.lock:
            change(tenant, {verb: resolve(value, self.now()) for verb, value in verbs.items()})
            self.save(tenant)

    def save(self, tenant: Tenant) -> None:
        """Write the state file through, if there is one; called after every change of a tenant."""
        if self._state is not None:
            with self._lock:
                self._saved[tenant.name] = json.dumps(tenant.dump())
                self._write()

    def _write(self) -> None:
        if self._state is None:
            return
        tenants = ",".join(f"{json.dumps(name)}:{text}" for name, text in self._saved.items())
        text = f'{{"format":{STATE_FORMAT},"offset":{self._offset.total_seconds()},"tenants":{{{tenants}}}}}'
        self._state.parent.mkdir(parents=True, exist_ok=True)
        partial = self._state.with_name(self._state.name + ".partial")
        partial.write_text(text, encoding="utf-8")
        partial.replace(self._state)

    def _restore(self) -> None:
        if self._state is None or not self._state.exists():
            return
        try:
            document = json.loads(self._state.read_text(encoding="utf-8"))
        except ValueError:
            document = {}
        if not isinstance(document, dict) or document.get("format") != STATE_FORMAT:
            raise SeedError(f"{self._state}: this is no state file of this version. Delete it to start from the seed.")
        try:
            self._offset = timedelta(seconds=document["offset"])
            for name, state in document["tenants"].items():
                tenant = self.tenant(name)
                if tenant is not None:
                    tenant.restore(state)
                    self._saved[name] = json.dumps(state)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise SeedError(f"{self._state}: this state file is damaged. Delete it to start from the seed.") from error
