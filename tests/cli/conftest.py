"""Fixtures of the command line's tests: the demo's policies in a folder, and an emulator to use them on."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reconciler.cli.demo_files import write_policies
from reconciler.emulator import Emulator
from tests.cli.line import bare


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A working folder with `policies/` in it."""
    write_policies(tmp_path / "policies", datetime.now(UTC))
    return tmp_path


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """An emulator with its built-in tenants."""
    with Emulator() as running:
        yield running


@pytest.fixture
def environment(emulator: Emulator) -> dict[str, str]:
    """The environment of a client of the emulator."""
    return emulator.environment(bare())
