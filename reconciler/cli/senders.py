"""`senders`: list the restricted senders of every tenant."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.cli.invocation import Invocation
    from reconciler.core.outcome import Exit


def senders(call: "Invocation") -> "Exit":
    """List who may not send mail now.

    Says since when and why, and what the policies say of it.
    """
    from reconciler.flow.senders import senders as list_senders

    desired = call.policies()
    with call.ports() as ports:
        listed = list_senders(desired, ports)
    call.emit(listed)
    return listed.exit
