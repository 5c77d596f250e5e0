"""The policy loader: whatever is done to a valid folder, it ends with desired states or with PolicyError."""

import json
import tempfile
from pathlib import Path

import yaml
from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.errors import Diagnostic, PolicyError
from tests.fuzz.mutate import fuzzed, mutated, spliced
from tests.load.given import load_folder, written

TENANT = """\
kind: tenant
name: contoso
tenant_id: 6f0c1d3e-0000-4000-8000-000000000001
domain: contoso.onmicrosoft.com
cloud: worldwide
labels: {ring: canary}
mode: apply
auth: {client_id: 5f1e0000-0000-4000-8000-00000000000a, method: federated, token_env: GITLAB_OIDC_TOKEN}
extends: [ours, cisa-scuba]
audit_log: {enabled: on}
alert_policies:
  User restricted from sending email:
    enabled: on
    notifications: {enabled: on, recipients: [secops@contoso.com, TenantAdmins], daily_limit: {threshold: 5, window: 60}}
    via: companion
  Inbox rule forwards outside:
    definition: {category: ThreatManagement, severity: high, threat_type: Activity, operations: [New-InboxRule], aggregation: none}
    notifications: {recipients: {at_least: [secops@contoso.com]}, daily_limit: none}
  Old custom policy: {present: false}
restricted_senders:
  unblock:
    - {address: alice@contoso.com, blocked_before: 2026-11-20T09:00:00Z, expires: 2026-11-27, ticket: INC-4711,
       approved_by: lead@contoso.com, reason: Password reset, waive: {mfa_registered: a shared mailbox}}
"""
BASELINE = "kind: baseline\nname: ours\nextends: [restricted-senders]\naudit_log: {enabled: on}\n"
GUARDRAILS = """\
kind: guardrails
max_changes: {count: 10, percent: 20}
max_tenants: {count: 3, percent: 30}
max_unblocks: {per_run: 2, per_sender_30d: 1}
protected: [User restricted from sending email]
recipients: {allowed_domains: [contoso.com], require_one_of: [secops@contoso.com]}
approvals: {max_age_days: 30}
evidence: {require: [mfa_registered], waivable: [mfa_registered]}
acceptances: {max_days: 60}
pauses: {max_days: 7}
credentials: [CONTOSO_SECRET]
"""
ACCEPTANCES = """\
kind: acceptances
acceptances:
  - {tenant: contoso, address: contoso/alert-policy/Inbox rule forwards outside, field: notifications.daily_limit, value: 25,
     owner: lead@contoso.com, reason: Agreed, until: 2026-12-20}
"""
FILES = {"contoso.yaml": TENANT, "ours.yaml": BASELINE, "guardrails.yaml": GUARDRAILS, "acceptances.yaml": ACCEPTANCES}
NAMES = st.sampled_from(sorted(FILES))
SIGNS = st.one_of(
    st.binary(max_size=6),
    st.sampled_from(
        [b"\n", b"\t", b": ", b"- ", b"{", b"}", b"[", b"]", b"&a ", b"*a", b"<<: ", b"!!python/object ", b"|\n"]
    ),
    st.sampled_from(
        [b"null", b"~", b"\xef\xbb\xbf", b"\xff", b"\x00", b"\xc2\x85", b"\xe2\x80\xa8", b"...", b"---\n", b"%YAML 9"]
    ),
)


def ends_well(files: dict[str, str | bytes]) -> None:
    """Load the folder; anything but PolicyError goes through, and that error says what is wrong."""
    faults: tuple[Diagnostic, ...] | None = None
    with tempfile.TemporaryDirectory() as folder:
        try:
            load_folder(written(Path(folder), files))
        except PolicyError as error:
            faults = error.diagnostics

    assert faults is None or "error" in {one.severity for one in faults if one.summary}


@fuzzed
@given(NAMES, st.data())
def test_any_bytes_anywhere(name, data):
    """Stretches of any file cut out, doubled, or replaced by YAML's own signs and by bytes that are no text."""
    ends_well({**FILES, name: data.draw(spliced(FILES[name].encode(), SIGNS))})


@fuzzed
@given(NAMES, st.data())
def test_any_value_anywhere(name, data):
    """Values of any type and size in any place of any document, keys renamed, parts missing."""
    document = data.draw(mutated(yaml.safe_load(FILES[name])))
    ends_well({**FILES, name: json.dumps(document, default=lambda one: one.isoformat())})  # JSON is YAML too
