"""A folder that holds a site of ours beside other files; only what we wrote is ever replaced or removed."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from reconciler.adapters.output import write_whole
from reconciler.core.errors import ReconcilerError

MANIFEST: Final = ".reconciler-site.json"
"""The names of the files that we wrote: what is not in it is somebody else's."""
_OURS: Final = re.compile(r"(index|tenant[-_][a-z0-9-]{1,100})\.html")
"""What the manifest may speak of; an altered one must not make us touch anything else."""


def write_site(folder: Path, files: Mapping[str, str]) -> None:
    """Put the files of a site into a folder, each whole, the last one last, and remove pages that it no longer has.

    Raises ReconcilerError, before anything is written, where a file of somebody else has the name of one of ours.
    """
    ours = _written(folder)
    taken = sorted(name for name in files if name not in ours and (folder / name).exists())
    if taken:
        raise ReconcilerError(
            f"{folder / taken[0]} was not written by reconciler, so it is not replaced. "
            "Choose another folder for the site, or move that file away."
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReconcilerError(f"The folder {folder} can't be made: {error.strerror}. Choose another place.") from error
    # Told before it is done: whoever is stopped half-way still knows its own files the next time.
    _remember(folder, ours | files.keys())
    for name, text in files.items():
        write_whole(folder / name, text)
    for name in sorted(ours - files.keys()):
        _remove(folder / name)
    _remember(folder, set(files))


def _written(folder: Path) -> set[str]:
    """The names that the manifest has, as far as they can be ours."""
    try:
        names = json.loads((folder / MANIFEST).read_text("utf-8"))["files"]
        return {name for name in names if isinstance(name, str) and _OURS.fullmatch(name)}
    except FileNotFoundError:
        return set()
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
        raise ReconcilerError(
            f"{folder / MANIFEST} can't be read as the list of a site's files. "
            "Remove the old site's files together with it, or choose another folder."
        ) from error


def _remember(folder: Path, names: set[str]) -> None:
    write_whole(folder / MANIFEST, json.dumps({"format": 1, "files": sorted(names)}, indent=2) + "\n")


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise ReconcilerError(f"The old page {path} can't be removed: {error.strerror}. Remove it by hand.") from error
