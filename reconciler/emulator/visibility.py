"""Rows whose writes are accepted at once but shown only after some seconds and some reads."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .answer import Row

Rows = tuple[Row, ...]
Edit = Callable[[Rows], Rows]


@dataclass
class Staged:
    """A write that is not shown yet: the rows after it, when it is due, and how many reads still miss it."""

    rows: Rows
    due: datetime
    reads: int


@dataclass
class Family:
    """One family of rows, as the service holds it and as it shows it.

    A write is not at once visible to another session (go-msadmin polls 10 times, 4 s apart; docs#7669 saw an old
    audit flag for almost two hours). Rows are never changed in place: an edit makes new rows.
    """

    shown: Rows
    staged: list[Staged] = field(default_factory=list)

    @property
    def actual(self) -> Rows:
        """The rows that writes are judged against."""
        return self.staged[-1].rows if self.staged else self.shown

    def read(self, now: datetime) -> Rows:
        """The rows that a reader sees now; counts as one read."""
        while self.staged and self.staged[0].due <= now and self.staged[0].reads <= 0:
            self.shown = self.staged.pop(0).rows
        for write in self.staged:
            write.reads -= 1
        return self.shown

    def write(self, rows: Rows, now: datetime, *, seconds: int, reads: int) -> None:
        """Accept `rows`, shown when `seconds` have passed and `reads` more reads have seen the old ones."""
        self.staged.append(Staged(rows, now + timedelta(seconds=seconds), reads))

    def change(self, edit: Edit) -> None:
        """Carry out an edit that everyone sees at once: a person's hand in the portal."""
        self.shown = edit(self.shown)
        for write in self.staged:
            write.rows = edit(write.rows)
