"""What a failing database means for the person who runs us, without a password in it."""

import sqlite3
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import exc

from reconciler.core.errors import LedgerError

_FORGET: Final = "or move it away: without a ledger reconciler is more careful, not less"
_TAKEN: Final = "is in use by another process. Run again when that has ended"
_SQLITE: Final = {
    "SQLITE_READONLY": "can't be written. Give this account the right to write the file and its folder",
    "SQLITE_CANTOPEN": "can't be opened. This account must be able to read and write the file and its folder",
    "SQLITE_PERM": "can't be opened. This account must be able to read and write the file and its folder",
    "SQLITE_CORRUPT": f"is damaged. Restore a copy, {_FORGET}",
    "SQLITE_NOTADB": f"is damaged, or no SQLite file at all. Restore a copy, {_FORGET}",
    "SQLITE_FULL": "can't be written: the disk is full. Make room and run again",
    "SQLITE_IOERR": "can't be read or written: the disk is full or failing. Make room, check the disk, and run again",
    "SQLITE_BUSY": _TAKEN,
    "SQLITE_LOCKED": _TAKEN,
}
_LOCK_NOT_AVAILABLE: Final = "55P03"
"""PostgreSQL's code for a lock that did not come in time."""
_LONGEST: Final = 300


@dataclass(frozen=True, slots=True)
class Faults:
    """The sentences for one ledger; `shown` is what it is called, `secrets` what no message may hold."""

    shown: str
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def explain(self, error: exc.SQLAlchemyError) -> LedgerError:
        """What is wrong, where, and what to do next."""
        cause = error.orig if isinstance(error, exc.DBAPIError) else None
        if isinstance(error, exc.IntegrityError):
            return LedgerError(f"{self.shown} was replaced or emptied while this run was working. Run again.")
        if isinstance(error, exc.TimeoutError):
            return LedgerError(f"{self.shown} is too busy. Run again with a lower --parallelism.")
        if isinstance(cause, sqlite3.Error):
            name = getattr(cause, "sqlite_errorname", "")
            for start, sentence in _SQLITE.items():
                if name.startswith(start):
                    return LedgerError(f"{self.shown} {sentence}.")
        if getattr(cause, "sqlstate", "") == _LOCK_NOT_AVAILABLE:
            return LedgerError(f"{self.shown} {_TAKEN}.")
        said = self._said(cause or error)
        return LedgerError(f"{self.shown} can't be used: {said}. Check RECONCILER_LEDGER and the database behind it.")

    def _said(self, error: BaseException) -> str:
        """The database's own words, one line of them."""
        text = " ".join(str(error).split())
        for secret in self.secrets:
            text = text.replace(secret, "[hidden]") if secret else text
        return text[:_LONGEST].rstrip(".") or type(error).__name__
