"""What we have done before about a sender: an unblock still on its way, and earlier blocks that we lifted."""

from typing import Final

from reconciler.core.history import Write
from reconciler.core.kind import Moment
from reconciler.core.resource import Wanted
from reconciler.core.values import Fields, fold_name, stamp
from reconciler.facts.clocks import RESTRICTED_SENDER
from reconciler.kinds.restricted_sender.parse import KIND_NAME
from reconciler.kinds.restricted_sender.wire import Block

_SENT: Final = frozenset({"started", "answered", "unanswered", "applied"})
_DECIDED: Final = _SENT | {"refused"}


def in_flight(one: Wanted, block: Block, moment: Moment) -> bool:
    """Whether this very block is being lifted, or the service refused to lift it: no evidence would change anything."""
    write = moment.history.last(one.address, "api")
    if write is None or write.state not in _DECIDED or _start(write) != block.fields["blocked_since"]:
        return False
    return write.state == "refused" or moment.now - write.at < RESTRICTED_SENDER


def lifted(block: Block, moment: Moment) -> list[Write]:
    """Our unblocks of earlier blocks of the same sender, the oldest first, as far back as the ledger tells."""
    if block.since is None:
        return []
    return [
        write
        for write in reversed(moment.history.writes)
        if write.kind == KIND_NAME
        and write.state in _SENT
        and fold_name(write.address.split("/", 2)[-1]) == block.address
        and _start(write) not in (None, block.fields["blocked_since"])
    ]


def again(block: Block, moment: Moment) -> str:
    """The story of a sender who is blocked again after an unblock of ours; empty where there is none."""
    earlier = lifted(block, moment)
    if not earlier or block.since is None:
        return ""
    told = "; ".join(f"the block of {_start(write)} was lifted by us at {stamp(write.at)}" for write in earlier)
    return (
        f"blocked again since {stamp(block.since)}: {told}. Whatever caused it was not mended. Find it before the next "
        "unblock: the service limits how often an account can be unblocked."
    )


def told(block: Block, moment: Moment) -> list[Fields]:
    """The same for commands that list."""
    return [{"blocked_since": _start(write), "unblocked": stamp(write.at)} for write in lifted(block, moment)]


def _start(write: Write) -> str | None:
    since = write.before.get("blocked_since") if write.before else None
    return since if isinstance(since, str) else None
