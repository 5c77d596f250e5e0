"""One tenant: its fixed identity, its apps and people, and the families of rows that cmdlets read and write."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import cached_property
from threading import RLock

from .alert_record import alert_row, default_rows, dlp_row, properties
from .answer import Row
from .counters import Counters
from .people import outbound_policy_row
from .records import NAMESPACE, blocked_row, parse_date
from .rows import audit_row, clean, same_policy, zoneless
from .seed import Raw
from .shape import SeedError
from .switches import Switches
from .visibility import Family, Rows, Staged

USUAL_REASON = "OutboundSpamLast24Hours=412;OutboundMailLast24Hours=460;OutboundSpamPercent=89;"
KEPT = ("region", "licence", "dehydrated", "users", "groups", "mailboxes", "connectors", "role_assignments")


@dataclass(frozen=True)
class App:
    """An app registration with its credentials; the secret never shows in a repr."""

    client_id: str
    secret: str | None = field(default=None, repr=False)
    certificates: tuple[str, ...] = field(default=(), repr=False)
    federated: tuple[dict[str, object], ...] = ()
    app_roles: Mapping[str, frozenset[str]] = field(default_factory=dict)
    directory_roles: frozenset[str] = frozenset()
    cmdlets: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, raw: Mapping[str, object]) -> "App":
        """Read an app of the seed; raises SeedError for unknown keys."""
        known = {one.name for one in fields(cls)}
        if unknown := sorted(set(raw) - known):
            raise SeedError(f"An app of the seed has the unknown key {unknown[0]!r}. Known: {sorted(known)}.")
        return cls(
            client_id=str(raw["client_id"]),
            secret=str(raw["secret"]) if raw.get("secret") else None,
            certificates=tuple(map(str, _list(raw, "certificates"))),
            federated=tuple(_rows(raw, "federated")),
            app_roles=_sets(_mapping(raw, "app_roles")),
            directory_roles=frozenset(map(str, _list(raw, "directory_roles"))),
            cmdlets=_sets(_mapping(raw, "cmdlets")),
        )


class Tenant:
    """The whole state of one tenant. Take `lock` around anything that reads and then writes."""

    def __init__(
        self, raw: Raw, *, now: Callable[[], datetime], counters: Counters, saved: Callable[["Tenant"], None]
    ) -> None:
        """Make a tenant from its resolved part of the seed; `saved` is called after each change."""
        self.raw = raw
        self.now = now
        self.counters = counters
        self._saved = saved
        self.lock = RLock()
        self.id = str(raw["tenant_id"]).lower()
        self.name = str(raw["name"])
        self.domain = str(raw["domain"])
        self.domains: tuple[str, ...] = (self.domain, *map(str, _list(raw, "domains")))
        self.cloud = str(raw.get("cloud") or "worldwide")
        self.region = str(raw.get("region") or "eur02b")
        self.licence = str(raw.get("licence") or "e5")
        self.dehydrated = bool(raw.get("dehydrated", False))
        self.switches = Switches.of(_mapping(raw, "switches"))
        self.apps = [App.of(one) for one in _rows(raw, "apps")]
        self.users = _rows(raw, "users")
        self.groups = _rows(raw, "groups")
        self.mailboxes = _rows(raw, "mailboxes")
        self.connectors = _rows(raw, "connectors")
        self.role_assignments = _rows(raw, "role_assignments")
        self.outbound_policy = outbound_policy_row(_mapping(raw, "outbound_policy"))
        self.unblocks: dict[str, int] = {}
        self.refusals_left = 0

    def saved(self) -> None:
        """Say that state has changed, so that it reaches the state file."""
        self._saved(self)

    @cached_property
    def policies(self) -> Family:
        """Alert policies, the system's first; made when they are first read."""
        return Family((*self._system_rows(), *self._own_rows()))

    def _system_rows(self) -> list[Row]:
        absent = {clean(str(name)) for name in _list(self.raw, "absent_policies")}
        offered = [row for row in default_rows().values() if not {clean(str(row["Name"])), row["Guid"]} & absent]
        edits = _mapping(self.raw, "policies")
        return [self._edited(row, edits) for row in offered] if edits else offered

    def _edited(self, row: Row, edits: dict[str, object]) -> Row:
        for name in edits:
            if same_policy(row, name):
                # Any edit of a default policy leaves its time behind (DUMP26).
                return {**row, "AlertOverrideChangedUtc": zoneless(self.now()), **properties(_mapping(edits, name))}
        return row

    def _own_rows(self) -> list[Row]:
        made = [self.custom_row(fields) for fields in _rows(self.raw, "custom_policies")]
        return made + [dlp_row(str(rule), self.domain, self.now()) for rule in _list(self.raw, "dlp")]

    def custom_row(self, fields: Mapping[str, object], unique: str = "seed") -> Row:
        """A policy of the tenant's own; its GUID follows from tenant, name and `unique`."""
        now, name = self.now(), str(fields["Name"])
        guid = str(fields.get("Guid") or uuid.uuid5(NAMESPACE, f"{self.id}/{name}/{unique}"))
        return alert_row(name, guid, self.domain, now, {key: one for key, one in fields.items() if key != "Guid"})

    @cached_property
    def blocked(self) -> Family:
        """Restricted senders."""
        return Family(tuple(self.block_row(one) for one in _rows(self.raw, "blocked")))

    def block_row(self, raw: Mapping[str, object]) -> Row:
        """Read `address`, `reason`, `since`, `changed` and `temporary` into a row; the block begins now if not said."""
        since = parse_date(raw.get("since") or self.now().isoformat())
        changed = parse_date(raw.get("changed") or since.isoformat())
        reason = str(raw.get("reason") or USUAL_REASON)
        return blocked_row(str(raw["address"]), reason, since, changed, temporary=bool(raw.get("temporary", False)))

    @cached_property
    def audit(self) -> Family:
        """The audit object, one row."""
        return Family((audit_row(_mapping(self.raw, "audit"), self),))

    def families(self) -> dict[str, Family]:
        """The families whose writes may show late, by name."""
        return {"policies": self.policies, "blocked": self.blocked, "audit": self.audit}

    def dump(self) -> dict[str, object]:
        """Everything that may have changed, as JSON values."""
        families = {
            name: {
                "shown": _pack(one.shown),
                "staged": [{"rows": _pack(w.rows), "due": w.due.isoformat(), "reads": w.reads} for w in one.staged],
            }
            for name, one in self.families().items()
        }
        kept = {key: getattr(self, key) for key in KEPT}
        counts = {"unblocks": self.unblocks, "refusals_left": self.refusals_left}
        return {"families": families, "switches": self.switches.as_dict(), **kept, **counts}

    def restore(self, state: Mapping[str, object]) -> None:
        """Take over what `dump` gave."""
        for key in (*KEPT, "unblocks", "refusals_left"):
            setattr(self, key, state[key])
        self.switches.update(_mapping(state, "switches"))
        families = _mapping(state, "families")
        for name in families:
            one = _mapping(families, name)
            staged = [
                Staged(_unpack(_list(w, "rows")), datetime.fromisoformat(str(w["due"])), int(str(w["reads"])))
                for w in _rows(one, "staged")
            ]
            setattr(self, name, Family(_unpack(_list(one, "shown")), staged))


def _sets(raw: Mapping[str, object]) -> dict[str, frozenset[str]]:
    return {service: frozenset(map(str, _list(raw, service))) for service in raw}


def _pack(rows: Rows) -> list[object]:
    """Untouched system rows as their GUID: a state file of two tenants stays small."""
    return [row["Guid"] if row is default_rows().get(str(row.get("Guid"))) else row for row in rows]


def _unpack(rows: list[object]) -> Rows:
    return tuple(row if isinstance(row, dict) else default_rows()[str(row)] for row in rows)


def _list(raw: Mapping[str, object], key: str) -> list[object]:
    value = raw.get(key) or []
    if not isinstance(value, list):
        raise SeedError(f"{key} must be a list, not {value!r}.")
    return value


def _rows(raw: Mapping[str, object], key: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for one in _list(raw, key):
        if not isinstance(one, dict):
            raise SeedError(f"{key} must be a list of mappings, not of {one!r}.")
        rows.append(one)
    return rows


def _mapping(raw: Mapping[str, object], key: str) -> dict[str, object]:
    value = raw.get(key) or {}
    if not isinstance(value, dict):
        raise SeedError(f"{key} must be a mapping, not {value!r}.")
    return value
