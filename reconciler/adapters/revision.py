"""Which commit a folder stands at, read from Git's own files: no program is run, and no ownership is asked about."""

import re
from pathlib import Path
from typing import Final

_COMMIT: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


def commit_of(folder: Path) -> str:
    """The commit that is checked out where a folder is; empty where there is none, or it can't be told."""
    try:
        root = checkout_of(folder)
        return "" if root is None else _head(root / ".git")
    except OSError:
        return ""


def checkout_of(folder: Path) -> Path | None:
    """The top of the checkout that a folder is in. Raises OSError."""
    at = folder.resolve()
    return next((one for one in (at, *at.parents) if (one / ".git").exists()), None)


def _head(git: Path) -> str:
    if git.is_file():  # a worktree or a submodule says where its files are
        git = (git.parent / _text(git).removeprefix("gitdir:").strip()).resolve()
    common = (git / _text(git / "commondir")).resolve() if (git / "commondir").is_file() else git
    head = _text(git / "HEAD")
    name = head.removeprefix("ref:").strip()
    if name != head:
        loose = [place / name for place in (git, common) if (place / name).is_file()]
        head = _text(loose[0]) if loose else _packed(common / "packed-refs", name)
    return head if _COMMIT.fullmatch(head) else ""


def _packed(file: Path, name: str) -> str:
    lines = _text(file).splitlines() if file.is_file() else ()
    return next((line.partition(" ")[0] for line in lines if line.endswith(f" {name}")), "")


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace").strip()
