"""Where a ledger is: the two sorts of address that we know, without loading what opens them."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from reconciler.core.errors import LedgerError

_SQLITE: Final = "sqlite:///"
_POSTGRES: Final = "postgresql+psycopg://"
_FORMS: Final = (
    "RECONCILER_LEDGER is `sqlite:///FILE` (a fourth slash starts an absolute path) or "
    "`postgresql+psycopg://USER:PASSWORD@HOST:PORT/DATABASE`"
)


@dataclass(frozen=True, slots=True)
class Place:
    """A SQLite file, or else a database by its URL; the URL may hold a password and is never shown."""

    url: str = field(repr=False)
    file: Path | None = None

    def exists(self) -> bool:
        """Whether there may be something to read; a server is asked later."""
        if self.file is None:
            return True
        try:
            return self.file.stat().st_size > 0
        except FileNotFoundError:
            return False
        except OSError:
            return True  # opening it gives the error with its reason


def place_of(url: str) -> Place:
    """The place that a URL names; a relative file is under the current folder. Raises LedgerError, without the URL."""
    if url.startswith(_POSTGRES):
        return Place(url)
    if not url.startswith(_SQLITE):
        raise LedgerError(f"{_unknown(url)} {_FORMS}.")
    name = url.removeprefix(_SQLITE)
    if not name or name == ":memory:" or "?" in name or "\0" in name:
        raise LedgerError(f"A SQLite ledger needs the path of a file, without options. {_FORMS}.")
    if name.endswith("/"):
        raise LedgerError(f"The ledger {name} is a folder. Name a file in it.")
    return Place(url, Path(name).absolute())


def _unknown(url: str) -> str:
    scheme = re.match(r"([a-z][a-z0-9+]{0,40}):", url)
    if scheme is None:
        return "The address of the ledger is not a URL."
    if scheme[1].startswith("postgres"):
        return f"The ledger's URL starts with {scheme[1]}://, and a PostgreSQL ledger with {_POSTGRES}."
    return f"There is no ledger for a URL that starts with {scheme[1]}:."


def make_file(file: Path) -> None:
    """Make a SQLite file and its folder, for this account only; what exists keeps its mode.

    Only the last folder is made: a mistyped path must not grow a tree. Raises LedgerError.
    """
    try:
        file.parent.mkdir(mode=0o700, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        if file.parent.is_dir():
            return
        raise LedgerError(f"{file.parent} is a file, so the ledger {file} can't be made in it.") from None
    except FileNotFoundError as error:
        raise LedgerError(
            f"The ledger {file} can't be made: the folder {file.parent.parent} does not exist. "
            "Make it, or correct RECONCILER_LEDGER."
        ) from error
    except OSError as error:
        raise LedgerError(
            f"The ledger {file} can't be made: {error.strerror}. "
            "Give this account a folder that it may write to, or set RECONCILER_LEDGER to another place."
        ) from error
