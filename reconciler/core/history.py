"""What the ledger remembers of a tenant, as far as plans and clocks need it."""

from datetime import datetime
from typing import Final, Literal

from pydantic import Field

from reconciler.core.change import Action, Via
from reconciler.core.values import Fields, Frozen

WriteState = Literal["started", "answered", "unanswered", "refused", "denied", "disbelieved", "applied"]
"""started: sent, and nothing more is known; answered: the service said yes; unanswered: no proof either way;
refused: the service said no; denied: it said no for a reason that passes, such as a missing right, so nothing ran;
disbelieved: it said yes where that proves nothing, and nothing changed; applied: read back."""


class Write(Frozen):
    """One change that was sent to a tenant, and how it ended as far as we know."""

    id: int
    address: str
    kind: str
    via: Via
    action: Action
    before: Fields | None
    after: Fields | None
    at: datetime
    state: WriteState
    message: str = ""
    settled: bool = False
    """True once a read after the write has shown anything else than `before`."""


class Caller(Frozen):
    """Who began a run, with which version of the tool, and the rules that were acknowledged for it."""

    who: str = ""
    tool: str = ""
    acks: tuple[str, ...] = ()


NOBODY: Final = Caller()
"""A caller of whom nothing is known."""


class Ending(Frozen):
    """How a write ended as far as we know; a later ending of the same write is the better known one."""

    write: int
    state: WriteState
    message: str = ""
    settled: bool = False
    answered: tuple[int, str] | None = None
    """Place and outcome of the command that was answered last, where that is not recorded yet."""


class Lease(Frozen):
    """A tenant that one run may write to and nobody else, until it lets go, dies, or stops renewing."""

    token: int
    """Rises with every lease of a ledger: a write under an older one than the tenant's newest is refused."""
    run: str
    tenant_id: str


class Holder(Frozen):
    """Who has a tenant now, for the message to who must wait."""

    run: str
    who: str
    host: str
    pid: int
    since: datetime


class Undone(Frozen):
    """The newest write of an object, where it undid what an earlier run had done."""

    run: str
    """The run that it undid."""
    address: str
    via: Via
    before: Fields | None
    after: Fields | None
    at: datetime


class History(Frozen):
    """The newest write of each object and way, and the count of unblocks that budgets need."""

    known: bool = False
    """Whether the ledger holds any run that applied to this tenant."""
    writes: tuple[Write, ...] = ()
    unblocks: dict[str, int] = Field(default_factory=dict)
    """Unblocks sent in the last thirty days, by folded sender address."""
    undone: tuple[Undone, ...] = ()
    """What was rolled back last, however long ago."""

    def last(self, address: str, via: Via) -> Write | None:
        """The newest write of an object by one way, if there is any."""
        return next(
            (write for write in self.writes if (write.address, write.via) == (address, via)),
            None,
        )
