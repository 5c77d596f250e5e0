"""Start-up stays quick: a command loads only the libraries that it uses."""

import re
import subprocess
import sys

import pytest

from tests.shape.repository import ROOT

HEAVY = {
    "alembic",
    "asyncio",
    "cryptography",
    "deepdiff",
    "httpx",
    "jinja2",
    "msal",
    "rich",
    "sqlalchemy",
    "starlette",
    "uvicorn",
}


def loaded(*arguments: str) -> set[str]:
    """The top-level packages that `reconciler` with these arguments has imported when it ends well."""
    command = [sys.executable, "-X", "importtime", "-m", "reconciler", *arguments]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert 0 == result.returncode, result.stdout + result.stderr[-2000:]
    return set(re.findall(r"^import time:.*\|\s+(\w+)", result.stderr, re.MULTILINE))


def test_version_loads_next_to_nothing():
    """`--version` answers before the command line, the value types or any client is loaded."""
    names = loaded("--version")

    assert set() == names & (HEAVY | {"typer", "pydantic", "yaml", "importlib.metadata"})


@pytest.mark.parametrize("command", [["validate"], ["schema"]])
def test_offline_commands_load_no_client(command):
    """What needs no tenant loads no HTTP client, no sign-in, no diff and no database."""
    names = loaded(*command)

    assert set() == names & {"alembic", "deepdiff", "httpx", "jinja2", "msal", "sqlalchemy", "starlette", "uvicorn"}


def test_help_loads_no_value_types():
    """`--help` needs the command line only."""
    names = loaded("--help")

    assert set() == names & (HEAVY - {"rich"} | {"yaml"})
