"""What can be managed: one folder a kind, listed by hand."""

from typing import Final

from reconciler.core.kind import Kind
from reconciler.kinds import alert_policy, audit_log, restricted_sender

KINDS: Final[tuple[Kind, ...]] = (audit_log.KIND, alert_policy.KIND, restricted_sender.KIND)
"""Every kind, in the order in which changes are made: an alert works only while auditing is on."""
