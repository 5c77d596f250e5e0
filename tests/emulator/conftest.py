"""Fixtures of the emulator's tests: one emulator with the default seed, and a client that is not ours."""

from collections.abc import Iterator

import pytest

from reconciler.emulator import Emulator
from tests.emulator.wire_client import Wire


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """An emulator of its own for each test, with the default seed."""
    with Emulator() as running:
        yield running


@pytest.fixture
def wire(emulator: Emulator) -> Iterator[Wire]:
    """A client of `emulator` for the tenant contoso."""
    client = Wire(emulator)
    yield client
    client.close()
