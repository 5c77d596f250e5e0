"""What one run works with: the environment and the options of the command line as one frozen value.

The environment is read here and nowhere else; adapters get what they need of it handed over.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final

from pydantic import SecretBytes, SecretStr

LEDGER: Final = "sqlite:///.reconciler/ledger.db"
POLICIES: Final = "policies"

_SECRET_NAMES: Final = re.compile(
    r"(?i)secret|password|passwd|_token$|_key$|^reconciler_(cred|notify)_|^authorization$|credential"
)
_SECRET_SHAPES: Final = re.compile(
    r"eyJ[\w-]{8,}\.[\w-]+\.[\w-]*|(?i:\b(bearer|basic)\s+[\w.~+/=-]{8,})|(?<=://)[^\s/@:]*:[^\s/@]+(?=@)"
)
"""Signed tokens, authorization headers, and the user part of a URL."""
_SHORTEST_SECRET: Final = 6
_HIDDEN: Final = "[hidden]"
_COMMITS: Final = ("CI_COMMIT_SHA", "GITHUB_SHA", "BUILD_SOURCEVERSION")
_PERSONS: Final = ("GITLAB_USER_LOGIN", "USER", "LOGNAME", "USERNAME")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that a run gets from outside; secrets never show in its repr."""

    policies: Path
    environment: Mapping[str, str] = field(repr=False)
    ledger: SecretStr
    guardrails: Path | None = None
    plan_key: SecretBytes | None = None
    now: datetime | None = None
    parallelism: int = 8
    in_ci: bool = False
    no_color: bool = False

    @property
    def who(self) -> str:
        """Who runs this, for acknowledgements: the pipeline's user, else the machine's; what the environment claims."""
        names = (self.environment.get(name) for name in _PERSONS)
        return next((name for name in names if name), "an unnamed user")

    @property
    def commit(self) -> str:
        """The commit that a pipeline says it runs for; empty anywhere else."""
        return next((found for name in _COMMITS if (found := self.environment.get(name))), "")

    @property
    def ledger_is_local(self) -> bool:
        """Whether the ledger is a file, which keeps only the runs of one machine apart (CONTRACT 5)."""
        return self.ledger.get_secret_value().startswith("sqlite:")


def settings_from(
    environment: Mapping[str, str] | None = None,
    *,
    policies: Path | None = None,
    now: datetime | None = None,
    parallelism: int = 8,
    no_color: bool = False,
) -> Settings:
    """The settings of a run: options win over the environment, which wins over the built-in values.

    Without `environment` it is that of this process. An empty variable counts as one that is not set.
    """
    found = {name: text for name, text in (os.environ if environment is None else environment).items() if text}
    guardrails, key = found.get("RECONCILER_GUARDRAILS"), found.get("RECONCILER_PLAN_KEY")
    return Settings(
        policies=policies or Path(found.get("RECONCILER_POLICIES", POLICIES)),
        environment=MappingProxyType(found),
        ledger=SecretStr(found.get("RECONCILER_LEDGER", LEDGER)),
        guardrails=Path(guardrails) if guardrails else None,
        plan_key=SecretBytes(key.encode("utf-8", "surrogateescape")) if key else None,
        now=now,
        parallelism=parallelism,
        in_ci="CI" in found,
        no_color=no_color or "NO_COLOR" in found,
    )


def scrubbed(text: str, environment: Mapping[str, str]) -> str:
    """The text without the values of the environment's secrets, tokens, and passwords in URLs."""
    secrets = (value for name, value in environment.items() if _SECRET_NAMES.search(name))
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, _HIDDEN)
    return _SECRET_SHAPES.sub(_HIDDEN, text)
