"""Programs that judge our work and that we did not write: from the npm registry by their lock, and a real browser."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / ".cache" / "judges"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or ""

_WHERE = "`.ci/tools` installs it on Debian"
ON_NODE = pytest.mark.skipif(not shutil.which("npm"), reason=f"no npm here; {_WHERE}")
ON_JAVA = pytest.mark.skipif(
    not (shutil.which("npm") and shutil.which("java")), reason=f"no npm and Java here; {_WHERE}"
)
ON_CHROMIUM = pytest.mark.skipif(not CHROMIUM, reason=f"no Chromium here; {_WHERE}")


@cache
def modules() -> Path:
    """The folder `node_modules` of the locked judges, installed when it is first wanted and kept in `.cache`."""
    inputs = [HERE / name for name in ("package.json", "package-lock.json", ".npmrc")]
    digest = hashlib.sha256(b"".join(one.read_bytes() for one in inputs)).hexdigest()[:16]
    folder = CACHE / digest
    if not (folder / "done").exists():
        shutil.rmtree(CACHE, ignore_errors=True)
        folder.mkdir(parents=True)
        for one in inputs:
            shutil.copy(one, folder)
        command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=600)
        assert done.returncode == 0, done.stderr
        (folder / "done").touch()
    return folder / "node_modules"


def program(name: str) -> str:
    """A program that one of the locked packages brings."""
    return str(modules() / ".bin" / name)


@contextmanager
def browser() -> Iterator["Browser"]:
    """A headless Chromium that reaches no network but this machine's own."""
    from playwright.sync_api import sync_playwright

    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic"]
    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as driver:
        running = driver.chromium.launch(
            executable_path=CHROMIUM, args=["--no-first-run", "--disable-gpu", *quiet, *root]
        )
        try:
            yield running
        finally:
            running.close()
