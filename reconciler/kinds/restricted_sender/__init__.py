"""Restricted senders: accounts that the service stopped from sending, and approvals to lift reviewed blocks."""

from typing import Final

from reconciler.core.change import Change, Field, Severity
from reconciler.core.kind import Kind
from reconciler.facts import clocks
from reconciler.kinds.restricted_sender.evidence_ask import follow_up
from reconciler.kinds.restricted_sender.match import match
from reconciler.kinds.restricted_sender.parse import KIND_NAME, parse
from reconciler.kinds.restricted_sender.spec import check, schema
from reconciler.kinds.restricted_sender.wire import encode, query

# The number of unblocks of an account is limited, and neither number nor error text is published (EXO-DOC).
_LIMIT: Final = (
    "The limit of unblocks for this account may be reached; then only Microsoft's support can lift the block."
)
_FINAL: Final = "an unblock can't be undone: only the service restricts a sender. Block its sign-in instead."


def severity(_change: Change, _field: Field) -> Severity:
    """A covered block that is still there is a warning: nobody is at risk, somebody can't work."""
    return "warning"


KIND: Final = Kind(
    name=KIND_NAME,
    section="restricted_senders",
    check=check,
    schema=schema,
    parse=parse,
    query=query,
    match=match,
    encode=encode,
    clock=clocks.RESTRICTED_SENDER,
    effect=clocks.RESTRICTED_SENDER_EFFECT,
    severity=severity,
    follow_up=follow_up,
    in_baselines=False,
    once=True,
    refusal=_LIMIT,
    final=_FINAL,
    same=("address", "blocked_since"),
    always_read=True,
)
