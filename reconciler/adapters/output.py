"""Files that appear whole or not at all."""

import os
import secrets
from pathlib import Path
from typing import Final

from reconciler.core.errors import ReconcilerError

_EVERYBODY: Final = 0o666
"""What the umask leaves of this is the mode of a file that need not be private."""


def write_whole(path: Path, content: str | bytes, *, mode: int = _EVERYBODY) -> None:
    """Put `content` (text as UTF-8) at `path` in one step: others see the old file or the new one, never a part.

    It is on disk when this returns. A link stays a link; a pipe or a device is written straight to.
    Raises ReconcilerError, and then leaves no trace.
    """
    raw = content.encode() if isinstance(content, str) else content
    target = Path(os.path.realpath(path))
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(raw)  # replacing /dev/stdout by a file would be a surprise; a folder raises
        else:
            _replace(target, raw, mode)
    except OSError as error:
        raise ReconcilerError(
            f"{path} can't be written: {error.strerror or error}. Choose another place, or make room there."
        ) from error


def _replace(target: Path, raw: bytes, mode: int) -> None:
    beside = target.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """A rename is on disk once its folder is; Windows has no such call and no need of it."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
