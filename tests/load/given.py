"""Folders of policy files to load, and what loading says of them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from reconciler.adapters.yaml_files import read_folder
from reconciler.core.errors import PolicyError
from reconciler.core.kind import Moment
from reconciler.core.resource import Desired
from reconciler.flow.load import Loaded, load
from reconciler.kinds import KINDS

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TENANT = """kind: tenant
name: contoso
tenant_id: 6f0c1d3e-0000-4000-8000-000000000001
domain: contoso.onmicrosoft.com
"""
USER = "User restricted from sending email"

Files = Mapping[str, str | bytes]


def written(folder: Path, files: Files) -> Path:
    """A folder `policies` with these files."""
    root = folder / "policies"
    root.mkdir(exist_ok=True)
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def load_folder(root: Path, guardrails: Path | None = None, now: datetime = NOW, machine: datetime = NOW) -> Loaded:
    """What the folder says at a time; the machine's time is the same as a rule."""
    return load(read_folder(root, guardrails), KINDS, Moment(now, machine))


def loaded(folder: Path, files: Files) -> dict[str, Desired]:
    """The desired state of each tenant of these files."""
    return {one.tenant.name: one for one in load_folder(written(folder, files)).desired}


def said(root: Path, guardrails: Path | None = None, now: datetime = NOW, machine: datetime = NOW) -> list[str]:
    """Every diagnostic of a folder, as people read it, with paths from the folder on."""
    try:
        found = load_folder(root, guardrails, now, machine).diagnostics
    except PolicyError as error:
        found = error.diagnostics
    return [str(one).replace(f"{root.as_posix()}/", "").replace(root.as_posix(), "policies") for one in found]


def says(folder: Path, files: Files) -> list[str]:
    """Every diagnostic of these files."""
    return said(written(folder, files))


def document(text: str) -> dict[str, str]:
    """One valid tenant, and more lines in its file: they begin in line 5."""
    return {"a.yaml": TENANT + text}
