"""Wanted objects and the tenants that they are wanted in."""

import fnmatch
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal

from pydantic import Field, JsonValue

from reconciler.core.change import Evidence, Finding, Origin, Via
from reconciler.core.protect import Watched
from reconciler.core.values import Fields, Frozen

Cloud = Literal["worldwide", "gcc", "gcc-high", "dod", "china"]
_SMALL: Final = 10
Method = Literal["secret", "certificate", "federated", "managed-identity", "device-code"]


class Auth(Frozen):
    """Where to find a credential; never the credential itself."""

    client_id: str | None = None
    method: Method
    secret_env: str | None = None
    certificate_path_env: str | None = None
    certificate_password_env: str | None = None
    token_env: str | None = None


class Tenant(Frozen):
    """One Microsoft 365 tenant as its document describes it."""

    name: str
    tenant_id: str
    domain: str
    cloud: Cloud = "worldwide"
    labels: dict[str, str] = Field(default_factory=dict)
    mode: Literal["apply", "plan-only"] = "apply"
    auth: Auth | None = None
    origin: Origin | None = None


class Count(Frozen):
    """A ceiling as a number, as a share in per cent, or as both."""

    count: int | None = None
    percent: int | None = None

    def exceeded(self, number: int, total: int) -> bool:
        """Whether `number` of `total` is too many; a share says nothing below ten and is ignored there."""
        above = self.count is not None and number > self.count
        return above or (self.percent is not None and total >= _SMALL and number * 100 > self.percent * total)

    def __str__(self) -> str:
        """`100`, `25 %`, or `100 and 25 %`."""
        parts = [str(self.count)] if self.count is not None else []
        return " and ".join(parts + ([f"{self.percent} %"] if self.percent is not None else []))


class Unblocks(Frozen):
    """Ceilings of unblocks: in one run of a tenant, and for one sender in thirty days."""

    per_run: int = 10
    per_sender_30d: int = 2


class RecipientRules(Frozen):
    """Who may be told: domains that are allowed, and members of which one must stay."""

    allowed_domains: tuple[str, ...] | None = None
    require_one_of: tuple[str, ...] | None = None


class ApprovalRules(Frozen):
    """How old an approval may be, and how it is proven."""

    max_age_days: int | None = None
    verify: Literal["gitlab"] | None = None
    min: int = 1


class EvidenceRules(Frozen):
    """Checks that an unblock needs, and those among them that an entry may waive."""

    require: tuple[str, ...] = ()
    waivable: tuple[str, ...] = ()


class Days(Frozen):
    """A longest time, in days."""

    max_days: int | None = None


class Guardrails(Frozen):
    """The rules that no tenant document can weaken, with the values that hold when none is written (CONTRACT 1.5)."""

    max_changes: Count = Count(count=100)
    max_tenants: Count = Count(percent=25)
    max_unblocks: Unblocks = Unblocks()
    protected: tuple[str, ...] = ()
    recipients: RecipientRules = RecipientRules()
    approvals: ApprovalRules = ApprovalRules()
    evidence: EvidenceRules = EvidenceRules()
    acceptances: Days = Days(max_days=90)
    pauses: Days = Days()
    credentials: tuple[str, ...] = ()
    written: bool = False


class Acceptance(Frozen):
    """A difference that is left alone for a while, pinned to one value."""

    tenant: str
    address: str
    field: str
    value: JsonValue
    owner: str
    reason: str
    until: date
    origin: Origin | None = None


class Wanted(Frozen):
    """What policies write of one object: only the written fields, canonical, with the line of each."""

    kind: str
    address: str
    name: str
    body: Fields
    origin: Origin
    origins: dict[str, Origin] = Field(default_factory=dict)

    def origin_of(self, path: str) -> Origin:
        """The line that wrote a dotted path, else the line of the nearest thing above it."""
        while path and path not in self.origins:
            path = path.rpartition(".")[0]
        return self.origins.get(path, self.origin)


class Desired(Frozen):
    """Everything that policies want of one tenant, after all layers."""

    tenant: Tenant
    wanted: tuple[Wanted, ...] = ()
    sections: tuple[str, ...] = ()
    guardrails: Guardrails = Guardrails()
    acceptances: tuple[Acceptance, ...] = ()
    digest: str = ""


class Pair(Frozen):
    """One object as it is and as it should be: None where it is, or should be, absent.

    `after` already holds the fields that nobody manages, as they are, so that `==` decides.
    """

    address: str
    kind: str
    via: Via
    ref: str | None
    before: Fields | None
    after: Fields | None
    origin: Origin | None = None
    why: str = ""


class Scoped(Frozen):
    """What one kind found: the pairs that policies name, what is to be said of them, and how many are foreign."""

    pairs: tuple[Pair, ...] = ()
    findings: tuple[Finding, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    foreign: int = 0
    listed: tuple[Fields, ...] = ()
    """Every object that the tenant holds, for commands that list rather than compare."""
    watched: tuple[Watched, ...] = ()
    """Every object that guardrails protect, whether policies name it or not."""


def address_of(tenant: str, kind: str, name: str | None = None) -> str:
    """The address of an object: `tenant/kind/name`, or `tenant/kind` where a tenant has only one."""
    return f"{tenant}/{kind}" if name is None else f"{tenant}/{kind}/{name}"


def selects(tenant: Tenant, globs: tuple[str, ...], labels: dict[str, str]) -> bool:
    """Whether a tenant is one that the command line asks for: any of the globs and all of the labels."""
    named = not globs or any(fnmatch.fnmatchcase(tenant.name, glob) for glob in globs)
    return named and all(tenant.labels.get(key) == value for key, value in labels.items())


def ends(day: date) -> datetime:
    """The instant at which a day is over, UTC: a date in a policy ends with that day (CONTRACT 1)."""
    return datetime.combine(day, time(), UTC) + timedelta(days=1)
