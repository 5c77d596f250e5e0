"""What a report needs to know beside the result: when and where it is made, and what the ledger remembers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePath
from typing import Final

from reconciler.core.records import Timeline

_NOT_THEIRS: Final = ("ledger:", "reconciler/baselines/")
"""How origins begin that are no file of the reader's: runs of the ledger, and baselines that come with the package."""


@dataclass(frozen=True, slots=True)
class Context:
    """The surroundings of a result. Equal results in equal contexts give equal bytes."""

    command: str
    """The command that made the result: `plan`, `apply`, `drift`, `validate`, `status`."""
    at: datetime
    """The time of the run, UTC; `--now` fixes it."""
    version: str
    """The version of reconciler."""
    stored: bool = False
    """Whether the result comes from a file: then neither its time nor its length nor its throttling is known here."""
    folder: PurePath = field(default_factory=PurePath)
    """The current folder, absolute: paths of policy files are told relative to it."""
    seconds: float | None = None
    """How long the run took; None where its time is fixed, so that equal input gives equal bytes."""
    throttled: int = 0
    """How often the service asked this run to wait."""
    budgets: Mapping[str, int] = field(default_factory=dict)
    """By tenant: unblocks that guardrails still allow in a run, after those that this result holds."""
    files: Mapping[str, str] = field(default_factory=dict)
    """By tenant: the file of its document, for what no line of a policy asked for."""
    policies: str = "policies"
    """The folder of policies, for what no file is wrong of."""
    timeline: Timeline | None = None
    """When which drift was there; None for results of which the ledger has nothing to tell."""

    def place(self, file: str) -> str | None:
        """A policy file relative to the current folder, with forward slashes; None for what is no file below it."""
        if file.startswith(_NOT_THEIRS):
            return None
        path = PurePath(file)
        try:
            found = path.relative_to(self.folder) if path.is_absolute() else path
        except ValueError:
            return None
        return None if ".." in found.parts else found.as_posix()
