"""What waits in a tenant, for a person, for a step in the portal, or for the service to show a write."""

from typing import Literal

from reconciler.core.change import Action, Origin, Via
from reconciler.core.outcome import Exit, Unreadable
from reconciler.core.values import Frozen

Wait = Literal["held", "manual", "converging", "overdue"]


class Waiting(Frozen):
    """One object that waits, and for what."""

    address: str
    via: Via | None = None
    action: Action | None = None
    state: Wait
    rule: str = ""
    """The word of the finding that holds a sender."""
    since: str | None = None
    """When it was written; None where nothing was."""
    until: str | None = None
    """When it must be visible."""
    message: str = ""
    steps: tuple[str, ...] = ()
    url: str | None = None
    origin: Origin | None = None


class TenantStatus(Frozen):
    """Everything that waits in one tenant."""

    name: str
    complete: bool
    unreadable: tuple[Unreadable, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    exit: Exit


class Status(Frozen):
    """The result of a status run."""

    format: Literal[1] = 1
    tenants: tuple[TenantStatus, ...] = ()
    exit: Exit
