"""A run of the ledger as wanted objects: in each tenant what undoes its writes, and what is to be said of the rest."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from reconciler.core.change import Finding
from reconciler.core.digest import digest
from reconciler.core.kind import Kind
from reconciler.core.outcome import Outcome
from reconciler.core.records import RunRecord, TenantRecord, WriteRecord
from reconciler.core.resource import Desired, Wanted
from reconciler.core.undo import body, is_forgotten, may_stand, origin
from reconciler.core.undoing import Deeds
from reconciler.core.values import stamp

_AUDIT_OFF: Final = "audit-log-off"


@dataclass(frozen=True, slots=True)
class Part:
    """What is to be undone in one tenant; `desired` is None where the policies no longer have it."""

    record: TenantRecord
    desired: Desired | None
    deeds: Deeds = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def parts_of(
    record: RunRecord, desired: Iterable[Desired], kinds: Iterable[Kind], acks: frozenset[str] | None
) -> list[Part]:
    """A part for each tenant in which the run did something.

    Without `acks` as if everything were acknowledged: apply holds a plan against it, and guard refuses what is not.
    """
    by_id = {one.tenant.tenant_id: one for one in desired}
    by_name = {kind.name: kind for kind in kinds}
    done = [one for one in record.tenants if any(map(may_stand, one.writes)) or any(map(_is_manual, one.outcomes))]
    return [
        _part(record, one, by_id[one.tenant_id], by_name, acks) if one.tenant_id in by_id else Part(one, None)
        for one in done
    ]


def _part(
    record: RunRecord, one: TenantRecord, desired: Desired, kinds: dict[str, Kind], acks: frozenset[str] | None
) -> Part:
    name = desired.tenant.name
    stood = {line: write for line, write in enumerate(one.writes, start=1) if may_stand(write)}
    final = {line: text for line, write in stood.items() if (text := _final(write, kinds.get(write.kind), acks))}
    left = {line: write for line, write in stood.items() if line not in final}
    then: dict[str, object] = {
        "wanted": tuple(_wanted(record.run, name, line, write) for line, write in left.items()),
        "sections": tuple(dict.fromkeys(kinds[write.kind].section for write in left.values())),
        "acceptances": (),
        "digest": digest({"policies": desired.digest, "undoes": record.run}),
    }
    said = (
        _revert(record, name),
        *(_said(record.run, line, _address(name, stood[line].address), text) for line, text in final.items()),
        *(_by_hand(record.run, name, item) for item in one.outcomes if _is_manual(item)),
    )
    return Part(one, desired.model_copy(update=then), {(name, line): write for line, write in left.items()}, said)


def _wanted(run: str, tenant: str, line: int, write: WriteRecord) -> Wanted:
    address = _address(tenant, write.address)
    name = address.split("/", 2)[-1]
    return Wanted(kind=write.kind, address=address, name=name, body=body(write), origin=origin(run, line))


def _address(tenant: str, recorded: str) -> str:
    """The address under the name that the tenant has now."""
    return f"{tenant}/{recorded.partition('/')[2]}"


def _final(write: WriteRecord, kind: Kind | None, acks: frozenset[str] | None) -> str:
    """Why a write can't be undone; empty where it can."""
    if kind is None:
        return f"this version knows no {write.kind}."
    if kind.locate is None:
        return kind.final
    if is_forgotten(write):
        return "a person was taken out of the ledger, so it no longer knows what to write."
    if acks is not None and _AUDIT_OFF not in acks and body(write).get("enabled") is False and kind.name == "audit-log":
        return f"this would switch auditing off, and without it no alert policy works; --ack {_AUDIT_OFF} includes it."
    return ""


def _is_manual(one: Outcome) -> bool:
    return one.state == "manual"


def _by_hand(run: str, tenant: str, one: Outcome) -> Finding:
    text = f"a step in the portal; whoever took it takes it back there. It was: {one.message}"
    return _said(run, 1, _address(tenant, one.address), text)


def _revert(record: RunRecord, tenant: str) -> Finding:
    """What this plan is, and what has to happen in Git, because the policies go on asking for what it undoes."""
    at = stamp(record.machine_at.replace(microsecond=0))
    which = (
        f"Revert commit {record.commit} in Git"
        if record.commit
        else f"Revert in Git what was merged last before {at} (the ledger does not know the commit)"
    )
    text = f"undoes run {record.run} of {at}. {which}, or the next apply of the policies makes it again."
    return Finding(rule="undoes", severity="info", address=tenant, message=text, origin=origin(record.run, 1))


def _said(run: str, line: int, address: str, text: str) -> Finding:
    return Finding(rule="not-undone", severity="info", address=address, message=text, origin=origin(run, line))
