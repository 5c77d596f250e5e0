"""The default alert policies of the service: default_policies.csv beside this file, as records."""

import csv
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

_TABLE: Final = Path(__file__).with_name("default_policies.csv")


class DefaultPolicy(NamedTuple):
    """What is believed of one default policy; `companion` is the reason why it can have none, empty if it can."""

    guid: str
    name: str
    other_names: tuple[str, ...]
    operation: str | None
    category: str
    severity: str
    threat_type: str
    aggregation: str
    filter: str
    companion: str
    companion_proven: bool


@cache
def default_policies() -> tuple[DefaultPolicy, ...]:
    """Every default policy that is known, in the order of the table."""
    with _TABLE.open(encoding="utf-8", newline="") as table:
        rows = csv.DictReader(line for line in table if not line.startswith("#"))
        return tuple(map(_policy, rows))


def _policy(row: dict[str, str]) -> DefaultPolicy:
    return DefaultPolicy(
        guid=row["guid"],
        name=row["name"],
        other_names=tuple(name for name in row["other_names"].split("|") if name),
        operation=row["operation"] or None,
        category=row["category"],
        severity=row["severity"],
        threat_type=row["threat_type"],
        aggregation=row["aggregation"],
        filter=row["filter"],
        companion="" if row["companion"] == "yes" else row["companion"],
        companion_proven=row["proven"] == "yes",
    )
