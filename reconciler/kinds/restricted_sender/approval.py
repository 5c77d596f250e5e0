"""One approval: which block it covers, until when, and what it lacks."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from reconciler.core.change import Origin
from reconciler.core.kind import Moment
from reconciler.core.resource import Wanted, ends
from reconciler.core.values import Fields, utc
from reconciler.kinds.restricted_sender.wire import Block


@dataclass(frozen=True, slots=True)
class Approval:
    """An entry for a sender, as its words mean it."""

    blocked_before: datetime
    expires: date
    approved_by: str
    waived: frozenset[str]
    origin: Origin

    def holds(self, moment: Moment) -> bool:
        """Whether it has neither expired nor grown too old, at the run's time and at the machine's."""
        return all(time < ends(self.expires) and not self._too_old(time, moment) for time in moment.both)

    def covers(self, since: datetime) -> bool:
        """Whether the block that began then is the one that was reviewed."""
        return since <= self.blocked_before

    def lacking(self, moment: Moment) -> list[str]:
        """The required checks that it does not waive, or may not."""
        rules = moment.guardrails.evidence
        return [name for name in rules.require if name not in self.waived & {*rules.waivable}]

    def _too_old(self, time: datetime, moment: Moment) -> bool:
        most = moment.guardrails.approvals.max_age_days
        return most is not None and time - self.blocked_before > timedelta(days=most)


def approvals(one: Wanted) -> tuple[Approval, ...]:
    """All approvals of a wanted sender, in the order in which they are written."""
    entries = one.body["entries"]
    return tuple(
        _approval(entry, one.origin_of(f"entries.{number}"))
        for number, entry in enumerate(entries if isinstance(entries, list) else ())
        if isinstance(entry, dict)
    )


def standing(
    since: datetime | None, entries: tuple[Approval, ...], moment: Moment
) -> tuple[Literal["newer-block", "expired", "valid"], Approval]:
    """What a sender's entries are worth for a block that began then, and the entry that decides it.

    No entry covers a block whose start is unknown. One that covers and holds is enough.
    """
    covering = [entry for entry in entries if since is not None and entry.covers(since)]
    if not covering:
        return "newer-block", entries[-1]
    holding = valid(since, entries, moment)
    return ("valid", holding[0]) if holding else ("expired", covering[-1])


def valid(since: datetime | None, entries: tuple[Approval, ...], moment: Moment) -> list[Approval]:
    """The entries that cover a block that began then and that hold."""
    return [entry for entry in entries if since is not None and entry.covers(since) and entry.holds(moment)]


def latest(one: Wanted, block: Block, moment: Moment) -> list[Approval]:
    """The valid entries for a block, that of the latest review first."""
    return sorted(valid(block.since, approvals(one), moment), key=lambda entry: entry.blocked_before, reverse=True)


def _approval(entry: Fields, origin: Origin) -> Approval:
    waive = entry.get("waive")
    return Approval(
        blocked_before=utc(str(entry["blocked_before"])),
        expires=date.fromisoformat(str(entry["expires"])),
        approved_by=str(entry["approved_by"]),
        waived=frozenset(waive if isinstance(waive, dict) else ()),
        origin=origin,
    )
