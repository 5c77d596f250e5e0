"""A folder of policy files as documents: which files count, how they are decoded, and what is wrong with them."""

import os
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

from reconciler.adapters.yaml_faults import Syntax
from reconciler.adapters.yaml_text import read_text
from reconciler.core.document import Document, Documents, Mark
from reconciler.core.errors import Diagnostic
from reconciler.core.shown import shown

LARGEST: Final = 1024 * 1024
"""Bytes; a thousand policies in one file need a quarter of it."""
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")
_TOP: Final = Mark(1, 1, 1, 1)

Read = tuple[Document | None, tuple[Diagnostic, ...]]


def read_folder(folder: Path, guardrails: Path | None = None) -> Documents:
    """Every document below `folder`, in the order of their paths, with the shipped baselines.

    `guardrails` names the guardrails file that holds, wherever it is. Never raises for what is wrong with a file or
    with the folder: that is in `faults`, so that all of it can be told at once.
    """
    paths, read = _files(folder)
    read += [_read(path, root=folder) for path in paths]
    shipped = _shipped()
    held, wrong = _read(guardrails, root=None) if guardrails else (None, ())
    return Documents(
        folder=_name(folder),
        documents=tuple(document for document, _ in read if document is not None),
        shipped=tuple(document for document, _ in shipped if document is not None),
        guardrails=held,
        faults=(*(fault for _, faults in (*read, *shipped) for fault in faults), *wrong),
    )


@cache
def _shipped() -> tuple[Read, ...]:
    """The baselines in the package, parsed once a process."""
    folder = resources.files("reconciler") / "baselines"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name)
    return tuple(read_text(f"reconciler/baselines/{file.name}", file.read_text(encoding="utf-8")) for file in files)


def _files(folder: Path) -> tuple[list[Path], list[Read]]:
    """Everything that looks like a policy file, and the folders that can't be listed.

    Names that begin with a dot are left out, so that `.git` and editors' own files need no care.
    """
    found: list[Path] = []
    errors: list[OSError] = []
    for here, folders, files in os.walk(folder, onerror=errors.append):
        links = [name for name in folders if (Path(here) / name).is_symlink()]
        folders[:] = [name for name in folders if not name.startswith(".") and name not in links]
        named = [name for name in files if name.lower().endswith((".yaml", ".yml"))]
        found += (Path(here) / name for name in (*links, *named) if not name.startswith("."))
    return sorted(found), [(None, (_unlisted(folder, error),)) for error in errors]


def _read(path: Path, root: Path | None) -> Read:
    """One file's document, or what is wrong with it; with a `root`, its name and its place are checked too."""
    try:
        if root is not None and (fault := _misplaced(path, root)):
            return None, (fault,)
        if not path.is_file():
            return None, (_fault(path, "This is no file that can be read.", "Remove it, or correct the path."),)
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except (OSError, RuntimeError) as error:  # RuntimeError: a link that leads to itself, before Python 3.13
        return None, (_unreadable(path, error),)
    if len(data) > LARGEST:
        summary = f"The file is larger than {LARGEST // 1024} KiB."
        return None, (_fault(path, summary, "No policy needs that: split it, or remove it from the folder."),)
    return _decode(_name(path), data)


def _misplaced(path: Path, root: Path) -> Diagnostic | None:
    """What is wrong with a file's name, or with where a link leads; None if nothing is."""
    if path.is_symlink():
        target = path.resolve()
        if not target.is_relative_to(root.resolve()):
            return _fault(
                path, "This link leaves the folder.", "Copy the file into the folder, so that it is reviewed."
            )
        if target.is_dir():
            return _fault(path, "This link leads to a folder.", "Links to folders are not followed: remove it.")
    if path.suffix != ".yaml":
        return _fault(path, f"Files ending in `{path.suffix}` are not read.", "Name it `.yaml`.")
    return None


def _decode(name: str, data: bytes) -> Read:
    """The document in a file's bytes: UTF-8, with or without a byte-order mark."""
    if data.startswith(_WIDE):
        return None, (Syntax(name, "").fault(_TOP, "The file is UTF-16 or UTF-32.", "Save it as UTF-8."),)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        good = Syntax(name, data[: error.start].decode("utf-8-sig", "replace"))
        summary = f"The byte 0x{data[error.start]:02X} is not UTF-8."
        return None, (good.fault(good.at(len(good.text)), summary, "Save the file as UTF-8."),)
    return read_text(name, text)


def _unlisted(folder: Path, error: OSError) -> Diagnostic:
    """Why a folder gives no list of files: the folder of policies itself, or one below it."""
    if Path(error.filename) != folder or not isinstance(error, FileNotFoundError | NotADirectoryError):
        return _unreadable(Path(error.filename), error)
    what = "is not a folder" if isinstance(error, NotADirectoryError) else "does not exist"
    summary = f"The folder of policies, `{_name(folder)}`, {what}."
    return Diagnostic(severity="error", summary=summary, detail="Name the right one with --policies.")


def _unreadable(path: Path, error: Exception) -> Diagnostic:
    why = (error.strerror if isinstance(error, OSError) else None) or "the link leads to itself"
    return _fault(path, f"This can't be read: {why}.", "Correct the path or its rights.")


def _fault(path: Path, summary: str, detail: str) -> Diagnostic:
    return Syntax(_name(path), "").fault(_TOP, summary, detail)


def _name(path: Path) -> str:
    """A path as messages show it, with forward slashes and nothing that a terminal would obey."""
    return shown(path.as_posix(), 4096)
