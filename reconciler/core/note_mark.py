"""What a note carries unseen: whose it is, which pipeline wrote it, and what was planned, tenant by tenant.

It stands in comments of HTML that hold hexadecimal digits, Base64 and words of ours, so that no value can end one.
Whatever is read back is checked like the input of a stranger: a maintainer may edit any note.
"""

import base64
import re
import zlib
from typing import Annotated, Final

from pydantic import StringConstraints, ValidationError

from reconciler.core.plan import Plan, TenantPlan, changes_digest
from reconciler.core.values import Frozen, stamp, utc

SCOPE: Final = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
"""What a scope may be called: nothing that could end a comment."""
EARLIER: Final = 10
"""Plans before this one that a note tells of."""
AFTER: Final = ("<!-- reconciler:after -->", "<!-- reconciler:after:end -->")
"""Around the place for what is said once the merge request is merged."""

_FORMAT: Final = 1
_LINE: Final = re.compile(
    r"<!-- reconciler:note:(\d{1,4}) ([a-z0-9._-]{1,40}) (\d{1,18}) sha256:([0-9a-f]{64}) ([A-Za-z0-9+/=]*) -->\s*\Z"
)
_SLOT: Final = re.compile(f"({re.escape(AFTER[0])}).*?({re.escape(AFTER[1])})", re.DOTALL)
_ROOM: Final = 14_000
"""Bytes that the packed part may have; then single changes are left out, the largest tenants first."""
_LARGEST: Final = 4 * 1024 * 1024
_SHORT, _SHORTER = 16, 12

Hex = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{12,64}$")]
Time = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$")]


class Counts(Frozen):
    """How many changes of each sort a plan had."""

    create: int = 0
    update: int = 0
    delete: int = 0
    manual: int = 0
    held: int = 0


class Told(Frozen):
    """One plan as a line tells of it."""

    pipeline: int
    made_at: Time
    digest: Hex
    counts: Counts = Counts()


class TenantMark(Frozen):
    """What was planned in a tenant; `changes` is None where there were too many to be listed."""

    digest: Hex
    changes: dict[str, Hex] | None = None
    unproven: tuple[str, ...] = ()
    """Addresses of senders who were held because nobody had approved yet."""


class _Packed(Frozen):
    told: Told
    earlier: tuple[Told, ...] = ()
    tenants: dict[str, TenantMark] | None = None


class Mark(Frozen):
    """Everything that a note carries unseen; `told` and `tenants` are None where they can't be read."""

    scope: str
    pipeline: int
    digest: Hex
    told: Told | None = None
    earlier: tuple[Told, ...] = ()
    tenants: dict[str, TenantMark] | None = None

    def line(self) -> str:
        """The comment that carries it."""
        head = f"reconciler:note:{_FORMAT} {self.scope} {self.pipeline} sha256:{self.digest}"
        return f"<!-- {head} {_pack(self)} -->"

    def before(self, pipeline: int) -> tuple[Told, ...]:
        """The plans that a note of this pipeline tells of as earlier ones, the newest first."""
        if self.told is None or self.pipeline == pipeline:
            return self.earlier
        return (self.told, *self.earlier)[:EARLIER]


def mark_of(plan: Plan, scope: str, pipeline: int, earlier: tuple[Told, ...] = ()) -> Mark:
    """The mark of a plan that a pipeline made."""
    hexadecimal = plan.changes_digest.removeprefix("sha256:")
    told = Told(pipeline=pipeline, made_at=stamp(utc(plan.made_at)), digest=hexadecimal, counts=counts_of(plan.tenants))
    tenants = {one.name: _tenant(one) for one in plan.tenants}
    return Mark(scope=scope, pipeline=pipeline, digest=hexadecimal, told=told, earlier=earlier, tenants=tenants)


def counts_of(tenants: tuple[TenantPlan, ...]) -> Counts:
    """How many changes of each sort there are in some tenants."""
    by_us = [one.action for tenant in tenants for one in tenant.changes if one.via != "portal"]
    by_hand = sum(one.via == "portal" for tenant in tenants for one in tenant.changes)
    held = sum(one.severity == "held" for tenant in tenants for one in tenant.findings)
    number = {action: by_us.count(action) for action in ("create", "update", "delete")}
    return Counts(**number, manual=by_hand, held=held)


def mark_in(body: str) -> Mark | None:
    """The mark at the end of a note's body, as far as it can be read; None where there is none."""
    found = _LINE.search(body)
    if found is None:
        return None
    number, scope, pipeline, digest, packed = found.groups()
    known = _unpack(packed) if int(number) == _FORMAT else None
    if known is None:
        return Mark(scope=scope, pipeline=int(pipeline), digest=digest)
    return Mark(
        scope=scope,
        pipeline=int(pipeline),
        digest=digest,
        told=known.told,
        earlier=known.earlier[:EARLIER],
        tenants=known.tenants,
    )


def with_after(body: str, said: str) -> str:
    """The body with something said in the place for it; the same body where it has no such place."""
    return _SLOT.sub(lambda found: f"{found[1]}\n\n{said}\n\n{found[2]}", body, count=1)


def key_of(address: str, via: str) -> str:
    """A change's key inside of its tenant."""
    return f"{address.partition('/')[2]}|{via}"


def hash_of(tenant: TenantPlan) -> str:
    """A short digest of all that would be done in a tenant."""
    return changes_digest((tenant,)).removeprefix("sha256:")[:_SHORT]


def hashes_of(tenant: TenantPlan) -> dict[str, str]:
    """A short digest of each change of a tenant, by its key."""
    return {
        key_of(one.address, one.via): changes_digest((tenant.model_copy(update={"changes": (one,)}),))[7:][:_SHORTER]
        for one in tenant.changes
    }


def _tenant(tenant: TenantPlan) -> TenantMark:
    unproven = sorted({one.address for one in tenant.findings if one.rule == "approval-unproven"})
    return TenantMark(digest=hash_of(tenant), changes=hashes_of(tenant), unproven=tuple(unproven))


def _pack(mark: Mark) -> str:
    """All that fits: single changes of the largest tenants go first, then all tenants."""
    if mark.told is None:
        return ""
    tenants = mark.tenants or {}
    largest = sorted(tenants, key=lambda name: (-len(tenants[name].changes or {}), name))
    bare = {name: one.model_copy(update={"changes": None, "unproven": ()}) for name, one in tenants.items()}
    left_out = 0
    while left_out <= len(largest):
        kept = tenants | {name: bare[name] for name in largest[:left_out]}
        packed = _packed(_Packed(told=mark.told, earlier=mark.earlier, tenants=kept))
        if len(packed) <= _ROOM:
            return packed
        left_out = min(left_out * 2 or 1, len(largest)) if left_out < len(largest) else left_out + 1
    return _packed(_Packed(told=mark.told, earlier=mark.earlier))


def _packed(known: _Packed) -> str:
    text = known.model_dump_json(exclude_defaults=True)
    return base64.b64encode(zlib.compress(text.encode("utf-8", "surrogatepass"), 9)).decode()


def _unpack(packed: str) -> _Packed | None:
    try:
        unpacker = zlib.decompressobj()
        raw = unpacker.decompress(base64.b64decode(packed, validate=True), _LARGEST)
        return _Packed.model_validate_json(raw) if unpacker.eof else None
    except (ValueError, zlib.error, ValidationError):
        return None
