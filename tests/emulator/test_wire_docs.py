"""The user's page names everything that there is to set."""

from pathlib import Path

import pytest

from reconciler.emulator.fault_shape import ACTIONS
from reconciler.emulator.hand import VERBS
from reconciler.emulator.seed import TENANT_KEYS
from reconciler.emulator.switches import describe

PAGE = (Path(__file__).parents[2] / "docs" / "emulator.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("switch", describe(), ids=lambda one: str(one["name"]))
def test_each_switch_stands_in_the_table(switch: dict[str, object]):
    """Name, default and source of every switch are documented as the code has them."""
    default = str(switch["default"]).lower() if isinstance(switch["default"], bool) else switch["default"]
    row = next((line for line in PAGE.splitlines() if line.startswith(f"| `{switch['name']}` | `{default}` |")), "")

    assert row.endswith(f"| {switch['source']} |")


@pytest.mark.parametrize("action", ACTIONS)
def test_each_fault_stands_in_the_table(action: str):
    """Every accident and its options are documented."""
    row = next((line for line in PAGE.splitlines() if line.startswith(f"| `{action}` |")), "")

    assert all(f"`{option}`" in row for option in ACTIONS[action])
    assert row


@pytest.mark.parametrize("verb", VERBS)
def test_each_change_is_documented(verb: str):
    """Every verb of the outside hand is named."""
    assert f"`{verb}`" in PAGE


@pytest.mark.parametrize("key", sorted(TENANT_KEYS))
def test_each_key_of_the_seed_is_documented(key: str):
    """Every key of a tenant is named."""
    assert f"    {key}:" in PAGE or f"- {key}:" in PAGE or f"`{key}`" in PAGE
