"""What the ledger remembers of a tenant, as far as plans and clocks need it."""

from datetime import datetime
from typing import Literal

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


class History(Frozen):
    """The newest write of each object and way, and the count of unblocks that budgets need."""

    known: bool = False
    """Whether the ledger holds any run that applied to this tenant."""
    writes: tuple[Write, ...] = ()
    unblocks: dict[str, int] = Field(default_factory=dict)
    """Unblocks sent in the last thirty days, by folded sender address."""

    def last(self, address: str, via: Via) -> Write | None:
        """The newest write of an object by one way, if there is any."""
        return next(
            (write for write in self.writes if (write.address, write.via) == (address, via)),
            None,
        )
