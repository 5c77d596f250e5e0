"""Everything that a run gets from outside, handed to the stages in one piece."""

from dataclasses import dataclass

from reconciler.core.kind import Depth, Kind
from reconciler.core.plan import Tool
from reconciler.core.ports import Clock, Ledger, Progress, Reviews, Tenants
from reconciler.flow.reviews import NOBODY


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports and kinds of one run; `parallelism` tenants are worked on side by side."""

    tenants: Tenants
    ledger: Ledger
    clock: Clock
    progress: Progress
    kinds: tuple[Kind, ...]
    tool: Tool
    parallelism: int = 8
    who: str = ""
    """Who runs it, as the environment says: a name for the record, not a proof."""
    commit: str = ""
    """What the policies stand at in Git, as far as that can be told."""
    depth: Depth = "needed"
    """How much a look asks after the lists."""
    reviews: Reviews = NOBODY
    """Where it can be asked who approved what policies say."""
