"""Prints how quick the tool is, as ratios measured in one run on one machine; ends with 1 when a target is missed."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import ledger
from benchmarks.measure import Row
from benchmarks.offline import comparing, matching, start_up, telling, validating
from benchmarks.online import planning

PARTS: dict[str, Callable[[], list[Row]]] = {
    "start": start_up,
    "demo": telling,
    "validate": validating,
    "diff": comparing,
    "match": matching,
    "plan": planning,
    "ledger": ledger.planning,
    "write": ledger.writing,
}


def shown(row: Row) -> str:
    """A row as a line of the table."""
    value = f"{row.value:.0f}" if not row.unit else f"{row.value:.2f} {row.unit}"
    target = "" if row.target is None else f"<= {row.target:g} {row.unit}".rstrip()
    verdict = "" if row.target is None else "missed" if row.missed else "ok"
    return f"{row.name:44}{value:>10}  {target:>9}  {verdict:6}  {row.against}".rstrip()


def main(*names: str) -> int:
    """Run the named parts, or all, and print each row as soon as it is known."""
    if unknown := set(names) - PARTS.keys():
        print(
            f"bench: there is no part {', '.join(sorted(unknown))}. The parts are {', '.join(PARTS)}.", file=sys.stderr
        )
        return 64
    start, missed = time.monotonic(), 0
    print(f"{'':44}{'measured':>10}  {'target':>9}")
    for name in names or PARTS:
        for row in PARTS[name]():
            print(shown(row), flush=True)
            missed += row.missed
    print(f"{missed} of the targets missed, in {time.monotonic() - start:.0f} s")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
