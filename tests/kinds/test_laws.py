"""Laws of every kind: what is written reads back the same, and recorded answers of a real tenant can be read."""

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.change import Action, Change
from reconciler.core.request import Answers
from reconciler.core.values import Row
from reconciler.facts import limits
from reconciler.kinds import alert_policy, audit_log
from reconciler.kinds.alert_policy.target import laid
from reconciler.kinds.alert_policy.wire import decode, identify
from reconciler.kinds.audit_log.wire import decode as decode_audit
from tests.kinds.given import alert, moment, user

RECORDED = Path(__file__).resolve().parents[3] / "shared" / "data" / "protection_alerts_2026.json"
GUID = "00000000-0000-4000-8000-0000000000a1"

mailboxes = st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.example", fullmatch=True)
recipients = st.lists(mailboxes | st.just("TenantAdmins"), min_size=1, unique=True).map(sorted)
numbers = st.integers(1, 10_000)
pairs = st.fixed_dictionaries({"threshold": numbers, "window": numbers.filter(lambda window: window != 1440)})
words = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)
definitions = st.fixed_dictionaries(
    {
        "category": st.sampled_from(limits.CATEGORIES),
        "severity": st.sampled_from([*limits.SEVERITIES]),
        "threat_type": st.sampled_from(limits.THREAT_TYPES),
        "operations": st.lists(words, unique=True).map(sorted),
        "aggregation": st.sampled_from([*limits.AGGREGATIONS]),
        "threshold": st.none() | st.integers(3, 99),
        "window": st.none() | st.integers(60, 9_999),
        "filter": st.none() | words,
        "comment": words | st.just(""),
    }
)
notifications = st.fixed_dictionaries(
    {"enabled": st.booleans(), "recipients": recipients, "daily_limit": numbers | st.just("none") | pairs}
)
objects = st.fixed_dictionaries(
    {"name": words, "enabled": st.booleans(), "notifications": notifications, "definition": definitions}
)


def change(before, after, ref=None):
    """A change of a custom policy."""
    action: Action = "create" if before is None else "update"
    return Change(address="a", kind="alert-policy", action=action, via="api", ref=ref, before=before, after=after)


def row(parameters: Row) -> Row:
    """The row that a tenant holds after these parameters were sent."""
    return {"Guid": GUID, "IsSystemRule": False, **parameters}


@given(objects)
def test_a_created_policy_reads_back_as_it_was_meant(spec):
    """decode(encode(spec)) == spec for a new policy."""
    (command,) = alert_policy.KIND.encode(change(None, spec), Answers())

    assert spec == decode(row(command.parameters), moment())


@given(objects, objects)
def test_a_changed_policy_reads_back_as_it_was_meant(before, after):
    """Whatever differed, what is sent makes the one into the other."""
    after = {**after, "name": before["name"]}
    first = alert_policy.KIND.encode(change(None, before), Answers())[0].parameters
    second = alert_policy.KIND.encode(change(before, after, GUID), Answers())[0].parameters

    assert after == decode(row({**first, **second}), moment())


@given(objects, notifications)
def test_what_is_written_is_what_becomes_of_it(before, written):
    """Laid over anything, written fields win, nothing else changes, and laying them again changes nothing."""
    after = laid({"notifications": written}, before)

    assert {**before, "notifications": written} == after
    assert after == laid({"notifications": written}, after)


@given(st.booleans())
def test_a_switched_audit_log_reads_back_as_it_was_meant(enabled):
    """decode(encode(spec)) == spec for the audit log."""
    spec = {"enabled": enabled}
    one = change({"enabled": not enabled}, spec)

    assert spec == decode_audit(audit_log.KIND.encode(one, Answers())[-1].parameters)


def recorded() -> tuple[list[Row], list[Row]]:
    """The recorded rows of a real tenant where they are at hand, after some of our own."""
    own: list[Row] = [user(), alert("Mine", GUID)]
    audits: list[Row] = [{"UnifiedAuditLogIngestionEnabled": True}]
    if not RECORDED.exists():
        return own, audits
    found = json.loads(RECORDED.read_text(encoding="utf-8"))
    return own + found["protection_alerts"], audits + found["admin_audit_log_config"]


def test_every_recorded_row_can_be_read():
    """No row that a tenant ever answered is refused; system rows have no definition, all others have one."""
    alerts, audits = recorded()

    assert [identify(one).system for one in alerts] == [decode(one, moment())["definition"] is None for one in alerts]
    assert [True] * len(audits) == [decode_audit(one)["enabled"] for one in audits]


def test_recorded_rows_of_dlp_rules_are_known_as_such():
    """They are exactly the rows that are neither default policies nor of our own making."""
    alerts, _ = recorded()
    found = [identify(one) for one in alerts]

    assert {(True, False), (False, True)} >= {(one.system, one.dlp) for one in found if one.name != "Mine"}
