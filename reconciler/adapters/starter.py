"""The start of a repository: the texts that come with the package, where it came from, and files that nobody loses."""

import json
import os
import re
import secrets
from contextlib import suppress
from importlib import metadata, resources
from pathlib import Path
from typing import Final

from reconciler.core.errors import ReconcilerError
from reconciler.core.starter import Release

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class PackageShelf:
    """The texts of this package, and files that come whole onto the disk."""

    def texts(self) -> dict[str, str]:
        """Every file of `reconciler/starter`, by name."""
        folder = resources.files("reconciler") / "starter"
        return {one.name: one.read_text(encoding="utf-8") for one in folder.iterdir() if one.is_file()}

    def release(self) -> Release | None:
        """The archive that this reconciler was installed from, as the installer recorded it; None for a checkout."""
        with suppress(metadata.PackageNotFoundError):
            if recorded := metadata.distribution("reconciler").read_text("direct_url.json"):
                return release_in(recorded)
        return None

    def holds_policies(self, folder: Path) -> bool:
        """Whether there is any policy file below a folder."""
        return any(folder.rglob("*.y*ml"))

    def write_new(self, path: Path, text: str) -> bool:
        """Write a file that appears whole; False, and all is as it was, where there is one. Raises ReconcilerError."""
        beside = path.with_name(f".{secrets.token_hex(8)}.tmp")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            beside.write_text(text, encoding="utf-8", newline="\n")
            try:
                os.link(beside, path)  # unlike a rename it never takes the place of another file
            except FileExistsError:
                return False
            finally:
                beside.unlink()
        except OSError as error:
            what = f"{path} can't be written: {error.strerror or error}."
            raise ReconcilerError(f"{what} Choose another folder.") from error
        return True


def release_in(recorded: str) -> Release | None:
    """What a `direct_url.json` says of an archive; None where it tells no URL or no hash."""
    try:
        found = json.loads(recorded)
        archive = found.get("archive_info", {})
        digest = archive.get("hashes", {}).get("sha256") or str(archive.get("hash", "")).removeprefix("sha256=")
        return Release(url=found["url"], sha256=digest) if _DIGEST.fullmatch(digest) else None
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
