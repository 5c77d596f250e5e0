"""What the tests of the wire share: an emulator, a clock that need not wait, and the two tenants of the default seed."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from reconciler.adapters.http_tenant import HttpTenants, HttpWriter
from reconciler.adapters.retry import Patience
from reconciler.emulator import Emulator
from tests.wire.stage import QuickClock, contoso


@pytest.fixture
def clock() -> QuickClock:
    """A clock whose waits are over at once."""
    return QuickClock()


@pytest.fixture
def start() -> Iterator[Callable[..., Emulator]]:
    """Start an emulator; it stops with the test."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(Emulator(**options))


@pytest.fixture
def emulator(start: Callable[..., Emulator]) -> Emulator:
    """An emulator with its default seed."""
    return start()


@pytest.fixture
def connect(clock: QuickClock) -> Iterator[Callable[..., HttpWriter]]:
    """Open a connection to a tenant of an emulator; it closes with the test."""
    with ExitStack() as stack:

        def opened(emulator: Emulator, tenant: Any = None, patience: Patience | None = None, **environment: str) -> Any:
            tenants = HttpTenants(emulator.environment() | environment, clock, patience=patience)
            return stack.enter_context(tenants.writer(tenant or contoso()))

        yield opened
