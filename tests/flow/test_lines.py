"""Every change, and every entry of drift, bears the line of the field that it is about."""

from datetime import date
from pathlib import Path

from reconciler.core.resource import Acceptance
from reconciler.flow.drift import drift
from reconciler.flow.make_plan import make_plan
from tests.flow.fakes import Service, default, ports, row
from tests.load.given import TENANT, loaded

BASELINE = """kind: baseline
name: ours
alert_policies:
  Old: {present: false}
  User restricted from sending email:
    enabled: on
    notifications:
      daily_limit: 5
"""
CONTOSO = (
    TENANT
    + """extends: [ours]
alert_policies:
  Old: {}
  User restricted from sending email:
    notifications:
      recipients: [secops@contoso.com]
  Alarm:
    definition:
      aggregation: none
"""
)


def service():
    """A tenant in which everything differs."""
    simple = {"AggregationType": "SimpleAggregation", "Threshold": 5, "TimeWindow": 60}
    old = row("Old", "00000000-0000-4000-8000-000000000002")
    return Service(alerts=[default(Disabled=True), row(**simple), old])


def line(origin):
    """The name of the file and the line of an origin."""
    return Path(origin.file).name, origin.line


def desired(folder: Path):
    """Two layers, each of which writes a part of one policy."""
    return loaded(folder, {"a.yaml": CONTOSO, "b.yaml": BASELINE})["contoso"]


def test_a_change_bears_the_line_of_its_first_field(tmp_path):
    """Whichever layer wrote it; a removal bears the line that asks for it."""
    tenant = make_plan((desired(tmp_path),), ports(contoso=service())).tenants[0]
    lines = {one.address.split("/")[-1]: line(one.origin) for one in tenant.changes}

    assert lines == {
        "Alarm": ("a.yaml", 13),
        "Old": ("b.yaml", 4),
        "User restricted from sending email": ("b.yaml", 6),
    }


def test_an_entry_of_drift_bears_the_line_of_its_own_field(tmp_path):
    """A field that no line writes bears the nearest line above it."""
    found = drift((desired(tmp_path),), ports(contoso=service())).tenants[0].drift

    assert [(one.field, *line(one.origin)) for one in found] == [
        ("definition.aggregation", "a.yaml", 13),
        ("definition.threshold", "a.yaml", 12),
        ("definition.window", "a.yaml", 12),
        ("present", "b.yaml", 4),
        ("enabled", "b.yaml", 6),
        ("notifications.daily_limit", "b.yaml", 8),
        ("notifications.recipients", "a.yaml", 10),
    ]


def test_a_change_without_its_accepted_field_bears_the_line_of_the_next(tmp_path):
    """What is accepted is no longer what the change is about."""
    one = desired(tmp_path)
    address = "contoso/alert-policy/User restricted from sending email"
    pinned = Acceptance(
        tenant="contoso", address=address, field="enabled", value="off", owner="secops", reason="moving",
        until=date(2026, 12, 1),
    )  # fmt: skip
    tenant = make_plan((one.model_copy(update={"acceptances": (pinned,)}),), ports(contoso=service())).tenants[0]

    assert [line(change.origin) for change in tenant.changes if change.address == address] == [("b.yaml", 8)]
