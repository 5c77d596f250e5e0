"""Everything that a run gets from outside, handed to the stages in one piece."""

from dataclasses import dataclass

from reconciler.core.kind import Kind
from reconciler.core.plan import Tool
from reconciler.core.ports import Clock, Ledger, Progress, Tenants


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
