"""The policies of the demo: two tenants, a baseline and guardrails, with dates that count from now."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from string import Template
from typing import Final

_BASELINE: Final = """\
# What every tenant of ours gets.
kind: baseline
name: everywhere
audit_log:
  enabled: on
"""
_GUARDRAILS: Final = """\
# Rules that no tenant's own file can weaken.
kind: guardrails
protected: [User restricted from sending email]
max_unblocks: {per_run: 5}
approvals: {max_age_days: 14}
"""
_CONTOSO: Final = """\
kind: tenant
name: contoso
tenant_id: 6f0c1d3e-0000-4000-8000-000000000001
domain: contoso.onmicrosoft.com
extends: [everywhere]
alert_policies:
  # A default policy: its notifications live in a companion of ours, because the service lets nobody edit it.
  User restricted from sending email:
    enabled: on
    notifications: {enabled: on, recipients: [secops@contoso.com, TenantAdmins], daily_limit: none}
    via: companion
  # The same for one that a person shall edit in the portal.
  Email sending limit exceeded:
    notifications: {recipients: {at_least: [secops@contoso.com]}}
  # One of our own.
  Inbox rule forwards outside:
    enabled: on
    notifications: {enabled: on, recipients: [secops@contoso.com, helpdesk@contoso.com], daily_limit: 25}
restricted_senders:
  unblock:
    - address: alice@contoso.com
      blocked_before: $day_ago
      expires: $next_week
      approved_by: lead@contoso.com
      reason: Password reset, sessions revoked, forwarding rule removed
    # Approved for an older block. He was blocked again since, so this one is held.
    - address: bob@contoso.com
      blocked_before: $two_days_ago
      expires: $next_week
      approved_by: lead@contoso.com
      reason: Newsletter sent by mistake
"""
_FABRIKAM: Final = """\
kind: tenant
name: fabrikam
tenant_id: 6f0c1d3e-0000-4000-8000-000000000002
domain: fabrikam.onmicrosoft.com
extends: [everywhere]
"""
_FILES: Final[Mapping[str, str]] = {
    "baselines/everywhere.yaml": _BASELINE,
    "guardrails.yaml": _GUARDRAILS,
    "tenants/contoso.yaml": _CONTOSO,
    "tenants/fabrikam.yaml": _FABRIKAM,
}


def write_policies(folder: Path, now: datetime) -> None:
    """Write the demo's policies below `folder`."""
    dates = {
        "day_ago": _time(now - timedelta(days=1)),
        "two_days_ago": _time(now - timedelta(days=2)),
        "next_week": (now + timedelta(days=7)).date().isoformat(),
    }
    for name, text in _FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(Template(text).substitute(dates), encoding="utf-8")


def _time(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")
