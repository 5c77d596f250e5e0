"""Where a command writes: files, checked before it does any work, and streams that nobody reads any more."""

import os
from pathlib import Path
from typing import TextIO

from reconciler.core.errors import UsageError


def ready(option: str, path: Path) -> Path:
    """The path, once its folder exists or was made, and it can be written. Raises UsageError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{option}: the folder of {str(path)!r} can't be made: {error.strerror}.") from error
    if path.is_dir():
        raise UsageError(f"{option}: {str(path)!r} is a folder. Name a file.")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise UsageError(f"{option}: {str(path)!r} can't be written. Choose another place.")
    return path


def silence(stream: TextIO) -> None:
    """Let nothing more be written to a stream that nobody reads, not even by the interpreter's own end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
