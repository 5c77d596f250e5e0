"""What is believed of the service agrees with itself, with the emulator's own copy, and with recorded answers."""

from collections import Counter
from pathlib import Path

import yaml

import reconciler
from reconciler.core.values import clean_name
from reconciler.facts.default_policies import default_policies
from tests.kinds.given import USER, USER_GUID

EMULATED = Path(reconciler.__file__).parent / "emulator" / "data" / "default_policies.yaml"


def test_every_default_policy_is_there_once():
    """55 policies are known, each with its own GUID and names."""
    found = default_policies()
    names = Counter(
        name.casefold() for one in found for name in {one.name.casefold(), *map(str.casefold, one.other_names)}
    )

    assert (55, 55, {1}) == (len(found), len({one.guid for one in found}), set(names.values()))


def test_the_emulator_holds_the_same_policies():
    """Its copy is kept apart; GUID, name and operation agree."""
    emulated = yaml.safe_load(EMULATED.read_text(encoding="utf-8"))

    assert {(one.guid, one.name, one.operation) for one in default_policies()} == {
        (row["guid"], clean_name(row["name"]), row.get("operation")) for row in emulated
    }


def test_only_what_a_custom_policy_can_copy_has_a_companion():
    """One operation of its own, no aggregation, and no filter but the one that leaves out High Volume Email users."""
    count = Counter(one.operation for one in default_policies())

    assert [] == [
        one.name
        for one in default_policies()
        if (not one.companion)
        != (
            one.operation is not None
            and count[one.operation] == 1
            and one.aggregation == "None"
            and one.filter in {"none", "hve"}
        )
    ]


def test_who_was_shown_to_fire():
    """A copy is proven for two operations only, and never for one that can have none."""
    assert {"QuarantineRequestReleaseMessage", "CompromisedWarningAccount"} == {
        one.operation for one in default_policies() if one.companion_proven
    }


def test_the_policy_that_everything_is_about():
    """Its GUID, operation and severity are those of real tenants (DUMP22/23/26)."""
    (one,) = [one for one in default_policies() if one.name == USER]

    assert (USER_GUID, "CompromisedAccount", "High", "") == (one.guid, one.operation, one.severity, one.companion)
