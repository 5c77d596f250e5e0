"""What `init` writes for a new repository: what was asked, the release that wrote it, and what became of each file."""

from pathlib import Path
from typing import Literal, Protocol

from reconciler.core.values import Frozen


class Release(Frozen):
    """Where this reconciler was installed from, and the hash of that archive."""

    url: str
    sha256: str


class Shelf(Protocol):
    """Where the first files come from, and how they come into a folder."""

    def texts(self) -> dict[str, str]:
        """Every text that files are made from, by name."""
        ...

    def release(self) -> Release | None:
        """The archive that this reconciler was installed from; None for a checkout."""
        ...

    def holds_policies(self, folder: Path) -> bool:
        """Whether there is any policy file below a folder."""
        ...

    def write_new(self, path: Path, text: str) -> bool:
        """Write a file that appears whole; False, and nothing is touched, where there is one."""
        ...


class StarterFile(Frozen):
    """One file of the start; `kept` was there before and is as it was."""

    path: str
    state: Literal["written", "kept"]


class Starter(Frozen):
    """The result of `init`."""

    format: Literal[1] = 1
    folder: str
    files: tuple[StarterFile, ...]
    next: tuple[str, ...]
    """What a person does now, in order."""
