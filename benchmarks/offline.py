"""What needs no tenant: start-up, validating many files, comparing many policies."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.measure import Row, python, side_by_side

TENANTS = 1_000
POLICIES = 10_000
MATCHED = 500
TENANT = """\
kind: tenant
name: tenant-{number:04}
tenant_id: 6f0c1d3e-0000-4000-8000-{number:012}
domain: tenant{number:04}.onmicrosoft.com
labels: {{ring: general, region: eu}}
extends: [restricted-senders, cisa-scuba]
audit_log:
  enabled: on
alert_policies:
  User restricted from sending email:
    enabled: on
    notifications: {{enabled: on, recipients: [secops@tenant{number:04}.example, TenantAdmins], daily_limit: 25}}
  Inbox rule forwards outside:
    definition: {{category: ThreatManagement, severity: high, threat_type: Activity,
                 operations: [New-InboxRule], aggregation: none}}
    notifications: {{enabled: on, recipients: [secops@tenant{number:04}.example], daily_limit: none}}
"""
BARE_PARSE = """
import pathlib, sys, yaml
for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.yaml")):
    yaml.load(path.read_bytes(), yaml.CSafeLoader)
"""


def start_up() -> list[Row]:
    """`reconciler --version` against the bare interpreter."""
    ours, bare = side_by_side(python("-m", "reconciler", "--version"), python("-c", "pass"), 21)
    against = f"`python -c pass`: {bare * 1_000:.1f} ms"
    return [Row("reconciler --version", ours / bare, "x", against, target=3)]


def telling() -> list[Row]:
    """The demo from its first line to its last, beside one start of a command that reads no tenant."""
    story, start = side_by_side(python("-m", "reconciler", "demo"), python("-m", "reconciler", "schema"), 1)
    against = f"one command that reads no tenant: {start:.2f} s"
    return [Row("the demo, once installed", story, "s", against, target=10)]


def validating() -> list[Row]:
    """`validate` of a thousand tenant files against libyaml reading the same files and checking nothing."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "policies" / "tenants"
        folder.mkdir(parents=True)
        for number in range(TENANTS):
            (folder / f"{number:04}.yaml").write_text(TENANT.format(number=number), "utf-8")
        validate = python("-m", "reconciler", "validate", "--policies", folder.parent, cwd=Path(name))
        ours, bare = side_by_side(validate, python("-c", BARE_PARSE, folder), 3)
    against = f"libyaml alone: {bare:.2f} s"
    return [
        Row(f"validate, {TENANTS:,} tenant files", ours / bare, "x", against),
        Row("  for one file", ours / TENANTS * 1_000, "ms"),
    ]


def comparing() -> list[Row]:
    """Comparing ten thousand unchanged policies, and as many of which one in a hundred has changed."""
    from reconciler.core.diff import diff
    from reconciler.core.resource import Pair
    from reconciler.core.values import Fields

    def body(number: int, daily_limit: int) -> Fields:
        recipients = [f"secops{number}@contoso.example", "TenantAdmins"]
        notifications: Fields = {"enabled": True, "recipients": [*recipients], "daily_limit": daily_limit}
        return {"name": f"Policy {number}", "enabled": True, "notifications": notifications, "definition": None}

    def pair(number: int, daily_limit: int) -> Pair:
        address = f"contoso/alert-policy/Policy {number}"
        before, after = body(number, 25), body(number, daily_limit)
        return Pair(address=address, kind="alert-policy", via="api", ref=None, before=before, after=after)

    same = [pair(number, 25) for number in range(POLICIES)]
    some = [pair(number, 5 if number % 100 == 0 else 25) for number in range(POLICIES)]
    plain = [(one.before, one.after) for one in same]
    ours, bare = side_by_side(lambda: diff(same), lambda: [one for one, other in plain if one != other], 11)
    changed, _ = side_by_side(lambda: diff(some), lambda: None, 3)
    return [
        Row(f"diff, {POLICIES:,} unchanged policies", ours * 1_000, "ms", target=100),
        Row("  against plain `==`", ours / bare, "x", f"`==` on the same values: {bare * 1_000:.1f} ms"),
        Row("  with 1 % changed", changed * 1_000, "ms"),
    ]


def matching() -> list[Row]:
    """Matching and comparing a tenant's custom policies: the time must grow with their number, not with its square."""
    from datetime import UTC, datetime

    from reconciler.core import request, resource, values
    from reconciler.core.change import Origin
    from reconciler.core.diff import diff
    from reconciler.core.kind import Moment
    from reconciler.kinds.alert_policy import KIND

    tenant = resource.Tenant(name="contoso", tenant_id="6f0c1d3e-0000-4000-8000-000000000001", domain="contoso.example")
    now = datetime.now(UTC)

    def row(number: int) -> values.Row:
        guid = f"00000000-0000-4000-8000-{number:012}"
        told: values.Row = {"NotificationEnabled": True, "NotifyUser": ["TenantAdmins"], "Severity": "High"}
        return {"Name": f"Policy {number}", "Guid": guid, "IsSystemRule": False, "Disabled": False, **told}

    def wanted(number: int) -> resource.Wanted:
        address, name, origin = f"contoso/alert-policy/Policy {number}", f"Policy {number}", Origin(file="a", line=1)
        return resource.Wanted(kind=KIND.name, address=address, name=name, body={"enabled": True}, origin=origin)

    def task(size: int) -> Callable[[], object]:
        answers = request.Answers({question.name: tuple(map(row, range(size))) for question in KIND.query()})
        named = tuple(map(wanted, range(size)))
        return lambda: diff(KIND.match(tenant, named, answers, Moment(now, now)).pairs)

    double, single = side_by_side(task(2 * MATCHED), task(MATCHED), 3)
    return [
        Row(f"match and diff, {MATCHED:,} custom policies", single * 1_000, "ms"),
        Row("  twice as many take", double / single, "x", "a search in a search would take 4", target=3.0),
    ]
