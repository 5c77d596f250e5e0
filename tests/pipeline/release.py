"""A release of this checkout: its wheel and all that the lock in it names, in a folder that stands for the index."""

import hashlib
import os
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.shape.repository import ROOT


@dataclass(frozen=True)
class Release:
    """A wheel, its hash, and where pip finds what it needs."""

    wheel: Path
    index: Path

    @property
    def sha256(self) -> str:
        """The hash that pins it."""
        return hashlib.sha256(self.wheel.read_bytes()).hexdigest()

    def pip(self) -> dict[str, str]:
        """The settings of pip in jobs: nothing is fetched, and byte-code is made when it is needed."""
        return {
            "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.index), "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_COMPILE": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        }  # fmt: skip


def _must(command: Sequence[object], folder: Path) -> None:
    done = subprocess.run([str(one) for one in command], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


def build(folder: Path) -> Release:
    """Build the wheel, and fetch what the lock in it names."""
    dist, index = folder / "dist", folder / "index"
    _must([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", dist, ROOT], folder)
    wheel = next(dist.glob("*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extract("reconciler/requirements.txt", folder)
    lock = folder / "reconciler" / "requirements.txt"
    _must(
        [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--require-hashes",
            "-r",
            lock,
            "--dest",
            index,
        ],
        folder,
    )
    return Release(wheel, index)


def install(release: Release, folder: Path) -> Path:
    """An environment in which the wheel was installed from its file, as a person would; returns `reconciler` in it."""
    _must([sys.executable, "-m", "venv", "--without-pip", folder], folder.parent)
    python = folder / "bin" / "python"
    lock = release.wheel.parents[1] / "reconciler" / "requirements.txt"
    options = ("install", "--quiet", "--no-deps", "--no-index", "--find-links", release.index, "--no-compile")
    _must([sys.executable, "-m", "pip", "--python", python, *options, "-r", lock], folder.parent)
    _must([sys.executable, "-m", "pip", "--python", python, *options, release.wheel], folder.parent)
    return folder / "bin" / "reconciler"
