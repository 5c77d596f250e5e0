"""The emulator's alert policy rows beside those that a real tenant showed in 2026."""

import json
from pathlib import Path

import pytest

from reconciler.emulator.world import Row
from tests.emulator.service_calls import NEW, contoso, rows

RECORDED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "protection_alerts_2026.json"
# What depends on the tenant or on the day, not on the policy.
OWN = {"NotifyUser", "NotificationEnabled", "AlertOverrideChangedUtc", "Comment"}
DATES = {"WhenChanged", "WhenCreated", "WhenChangedUTC", "WhenCreatedUTC"}

needs_record = pytest.mark.skipif(
    not RECORDED.exists(), reason="the recorded rows of a real tenant are not shipped; they stand beside the checkout"
)


def recorded() -> list[Row]:
    """The 61 rows of a real tenant."""
    found: list[Row] = json.loads(RECORDED.read_text(encoding="utf-8"))["protection_alerts"]
    return found


def ours() -> tuple[Row, ...]:
    """All sorts of rows: default, custom from the seed, created, and of DLP rules."""
    tenant = contoso(dlp=["Baseline rule"])
    return (*rows(tenant, "New-ProtectionAlert", **NEW), *rows(tenant, "Get-ProtectionAlert"))


def table_keys(row: Row) -> list[str]:
    """The keys of what a DLP row says of its rule."""
    found = row["ExternalScenarioData"]
    return list(found) if isinstance(found, dict) else []


@needs_record
def test_every_row_has_exactly_the_recorded_properties():
    """Each of 61 recorded rows has the 68 properties that each of our rows has, in the same order."""
    real = recorded()

    assert (61, 68) == (len(real), len(real[0]))
    assert {tuple(row) for row in real} == {tuple(row) for row in ours()}


@needs_record
def test_default_policies_are_the_recorded_ones():
    """Each recorded system rule stands in ours with the same values, but for what a tenant or a day changes."""
    mine = {row["Guid"]: row for row in ours()}
    real = [row for row in recorded() if row["IsSystemRule"]]
    kept = real[0].keys() - OWN - DATES

    assert 50 == len(real)
    assert [{key: row[key] for key in kept} for row in real] == [
        {key: mine[row["Guid"]][key] for key in kept} for row in real
    ]


@needs_record
def test_dlp_rows_differ_from_recorded_ones_only_in_names_and_ids():
    """A pseudo-alert of a DLP rule has the recorded values in everything that is not its own."""
    own = {"Name", "Identity", "Id", "DistinguishedName", "Guid", "ImmutableId", "ExchangeObjectId", "Policy"}
    own |= {"ObjectVersion", "OrganizationalUnitRoot", "OrganizationId", "ExternalScenarioData"} | DATES
    real = next(row for row in recorded() if row["Name"] == "DLP-Baseline Rule")
    mine = next(row for row in ours() if row["Category"] == "DataLossPrevention")

    assert set() == {key for key in real if key not in own and real[key] != mine[key]}
    assert ["DlpRuleId", "DlpRuleMode"] == sorted(table_keys(real)) == sorted(table_keys(mine))


def test_three_ids_of_a_row_are_one():
    """Guid, ImmutableId and ExchangeObjectId are equal on every row (DUMP22/23/26)."""
    assert {1} == {len({row["Guid"], row["ImmutableId"], row["ExchangeObjectId"]}) for row in ours()}
