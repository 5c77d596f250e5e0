"""Fixtures that the tests of the whole product share."""

from collections.abc import Iterator

import pytest

from reconciler.emulator import Emulator


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """A running emulator with its built-in tenants; a stage on it starts anew."""
    with Emulator() as running:
        yield running
