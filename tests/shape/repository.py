"""The repository as its shape tests see it: where it is, which files it holds, what pyproject.toml says."""

import shutil
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
NEVER_TRACKED = {".git", ".venv", ".reconciler", "__pycache__", "dist"}


@cache
def files() -> tuple[str, ...]:
    """Every file that is, or would be, in the repository, as sorted paths with slashes; works without git too."""
    if shutil.which("git") and (ROOT / ".git").exists():
        command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
        listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        return tuple(sorted(name for name in set(listing.splitlines()) if (ROOT / name).is_file()))
    found = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
    return tuple(
        sorted(
            path.as_posix()
            for path in found
            if not any(part in NEVER_TRACKED or part.endswith("_cache") for part in path.parts)
        )
    )


@cache
def project() -> dict[str, Any]:
    """What pyproject.toml says."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def text(name: str) -> str:
    """The text of a file of the repository; what is no UTF-8 reads as replacement characters."""
    return (ROOT / name).read_text("utf-8", errors="replace")
