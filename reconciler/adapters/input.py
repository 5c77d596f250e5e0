"""Files that people hand us: regular ones of a bearable size, read whole or refused with a sentence."""

import os
import stat
from pathlib import Path
from typing import Final

from reconciler.core.errors import ReconcilerError

_LARGEST: Final = 64 * 1024 * 1024


def read_bounded(path: Path, what: str, again: str) -> bytes:
    """The bytes of a file that should hold `what`; `again` says how to come by another one. Raises ReconcilerError."""
    try:
        # Opening a pipe would wait for its other end for ever.
        with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise ReconcilerError(f"{path} is not a file. {again}")
            raw = file.read(_LARGEST + 1)
    except FileNotFoundError as error:
        raise ReconcilerError(f"There is no {what} {path}. {again}") from error
    except (OSError, ValueError) as error:
        if path.is_dir():
            raise ReconcilerError(f"{path} is a folder. Name the {what}'s file in it.") from error
        why = getattr(error, "strerror", None) or error
        raise ReconcilerError(f"The {what} {path} can't be read: {why}.") from error
    if len(raw) > _LARGEST:
        raise ReconcilerError(f"{path} is larger than 64 MiB, so it is no {what}. {again}")
    return raw
