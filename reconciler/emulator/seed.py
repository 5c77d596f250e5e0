"""Reading a seed: the YAML (or mapping) that says which tenants there are when the emulator starts."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from pathlib import Path

from .seed_shape import RELATIVE, REQUIRED, SEED, TENANT
from .shape import Problem, SeedError

Raw = dict[str, object]

TENANT_KEYS = frozenset(TENANT)
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class Faulty(SeedError):
    """A seed with one fault or more, whose lines are not known yet."""

    def __init__(self, *problems: Problem) -> None:
        """Keep the faults beside their text."""
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True)
class Spec:
    """Where a tenant comes from: its place in the seed, and its number when it was generated (else 0)."""

    name: str
    index: int
    number: int = 0


@dataclass(frozen=True)
class Generate:
    """How to make many tenants of one: the patterns may hold `{n}`, `{name}` and `{template}`."""

    count: int
    template: str
    name: str = "{template}-{n:04d}"
    tenant_id: str = "00000000-0000-4000-8000-{n:012d}"
    domain: str = "{name}.onmicrosoft.com"

    def names(self, number: int) -> dict[str, str]:
        """Name, id and domain of tenant `number`, which counts from 1."""
        name = self.name.format(n=number, template=self.template)
        made = {
            key: pattern.format(n=number, name=name, template=self.template)
            for key, pattern in (("tenant_id", self.tenant_id), ("domain", self.domain))
        }
        return {"name": name, **made}


class Seed:
    """A checked seed: finds tenants by id, name and domain, and hands out their raw mappings."""

    def __init__(self, document: Mapping[str, object], now: datetime) -> None:
        """Check `document`; relative dates such as `-2d` count from its `now`, else from `now`."""
        if problems := tuple(SEED(document, ())):
            raise Faulty(*problems)
        self.now = _fixed(document.get("now"))
        self._since = self.now or now
        self._tenants = [one for one in _list(document, "tenants") if isinstance(one, dict)]
        self._generate = _generate(document)
        self._index: dict[str, Spec] = {}
        self._names: list[str] = []
        for at, raw in enumerate(self._tenants):
            self._add(Spec(str(raw["name"]), at), raw)
        self._add_generated()

    def _add(self, spec: Spec, raw: Raw) -> None:
        keys = {str(raw[key]).casefold() for key in REQUIRED}
        keys |= {str(domain).casefold() for domain in _list(raw, "domains")}
        for key in keys:
            if key in self._index:
                text = f"Two tenants of the seed share {key!r}. Names, ids and domains must be unique."
                raise Faulty(Problem(("tenants", spec.index), text))
            self._index[key] = spec
        self._names.append(spec.name)

    def _add_generated(self) -> None:
        if self._generate is None:
            return
        wanted = self._generate.template
        at = next((at for at, one in enumerate(self._tenants) if one["name"] == wanted), None)
        if at is None:
            raise Faulty(Problem(("generate", "template"), f"{wanted!r} is no tenant of the seed."))
        for number in range(1, self._generate.count + 1):
            names = self._generate.names(number)
            self._add(Spec(names["name"], at, number), dict(names))

    def find(self, key: str) -> Spec | None:
        """The tenant with this id, name or domain, in any case."""
        return self._index.get(key.casefold())

    def names(self) -> tuple[str, ...]:
        """Names of all tenants in order."""
        return tuple(self._names)

    def raw(self, spec: Spec) -> Raw:
        """A deep copy of a tenant's mapping, generated names filled in and relative dates resolved."""
        raw = copy.deepcopy(self._tenants[spec.index])
        if spec.number and self._generate is not None:
            raw = {**raw, "domains": [], **self._generate.names(spec.number)}
        return {key: resolve(one, self._since) for key, one in raw.items()}


def _generate(document: Mapping[str, object]) -> Generate | None:
    raw = document.get("generate")
    if not isinstance(raw, Mapping):
        return None
    return Generate(int(raw["count"]), **{key: str(value) for key, value in raw.items() if key != "count"})


def load_seed(source: Mapping[str, object] | str | Path | None, now: datetime) -> Seed:
    """Read a seed from a mapping, a file, or the package's own default; raises SeedError."""
    if isinstance(source, Mapping):
        return Seed(source, now)
    from . import marked

    path = resources.files(__package__) / "data" / "default_seed.yaml" if source is None else Path(source)
    found = marked.read(Path(str(path)), SeedError, "seed")
    if not isinstance(found.document, dict):
        raise SeedError(f"{source}: a seed is a mapping with the key tenants.")
    try:
        return Seed(found.document, now)
    except Faulty as error:
        raise SeedError(found.located(error.problems)) from error


def _list(raw: Mapping[str, object], key: str) -> list[object]:
    value = raw.get(key) or []
    if not isinstance(value, list):
        raise SeedError(f"{key} must be a list.")
    return value


def _fixed(value: object) -> datetime | None:
    if value is None:
        return None
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def resolve(value: object, since: datetime) -> object:
    """Turn YAML's dates, and texts such as -2d, +30m or -90s, into ISO texts in UTC."""
    if isinstance(value, dict):
        return {key: resolve(one, since) for key, one in value.items()}
    if isinstance(value, list):
        return [resolve(one, since) for one in value]
    if isinstance(value, str) and (found := RELATIVE.fullmatch(value)):
        value = since + timedelta(**{UNITS[found[2]]: int(found[1])})
    if isinstance(value, datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=UTC)
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat() if isinstance(value, date) else value
