"""Each accident of the emulator at each request of plan and apply; how it ended stands in docs/reliability.md.

`pytest tests/faults --snapshot-update` writes the tables anew; read what that changes.
"""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from reconciler.emulator import Emulator
from tests.faults.matrix import ACCIDENTS, LOST, READ_BACKS, Matrix
from tests.whole.accidents import COMMANDS, READS

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def matrix(tmp_path_factory):
    """What gives the cells."""
    with Emulator() as emulator:
        yield Matrix(emulator, tmp_path_factory.mktemp("matrix"))


def table(rows: Iterable[str], columns: Iterable[str], cell: Callable[[str, str], str], corner: str) -> str:
    """A table in Markdown."""
    names = list(columns)
    lines = [[corner, *names], ["---"] * (len(names) + 1)]
    lines += [[f"`{row}`", *(cell(row, column) for column in names)] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def stands(name: str, found: str, request: pytest.FixtureRequest) -> None:
    """Hold that the page has this table between its marks, or write it there."""
    sys.stdout.write(f"{name}\n{found}\n")
    begin, end = f"<!-- {name}: begin -->\n", f"\n<!-- {name}: end -->"
    before, _, rest = PAGE.read_text("utf-8").partition(begin)
    written, mark, after = rest.partition(end)
    assert mark, f"{PAGE.name} has no place for the table {name}."
    if request.config.getoption("update_snapshots"):
        PAGE.write_text(f"{before}{begin}{found}{end}{after}", "utf-8")
        return

    assert written == found


def test_while_planning(matrix, request):
    """What can't be read is said to be unread and gives no change; what can be read is planned as ever."""
    stands("planning", table(ACCIDENTS, READS, matrix.planning, "accident"), request)


def test_before_the_first_write(matrix, request):
    """Apply writes everything or nothing, and the same plan can be applied afterwards."""
    stands("looking", table(ACCIDENTS, READS, matrix.looking, "accident"), request)


def test_instead_of_a_command(matrix, request):
    """A command that did not run is never said to be applied, and each change is carried out once in the end."""
    stands("commands", table(ACCIDENTS, COMMANDS, matrix.telling, "instead of the answer"), request)


def test_after_a_command(matrix, request):
    """Work whose answer was lost is found by reading back, and never done again."""

    def cell(accident: str, cmdlet: str) -> str:
        return str(matrix.telling(accident, cmdlet, after=True))

    stands("lost", table(LOST, COMMANDS, cell, "after the work"), request)


def test_while_reading_back(matrix, request):
    """A write that can't be read back is converging, and no command is sent again."""
    stands("reading back", table(ACCIDENTS, READ_BACKS, matrix.reading_back, "accident"), request)
