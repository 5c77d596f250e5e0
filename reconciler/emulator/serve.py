"""`emulator serve`: an emulator that runs until it is told to stop."""

import signal
import threading
from collections.abc import Callable
from pathlib import Path

from .environment import PROXY_NAMES, TRUST_NAMES
from .server import Emulator


def serve(
    port: int = 0,
    seed: str | Path | None = None,
    faults: str | Path | None = None,
    state: str | Path | None = None,
    say: Callable[[str], None] = print,
) -> int:
    """Listen until SIGINT or SIGTERM, and first say how a client gets here; returns 0.

    Raises SeedError, FaultError, and OSError for a port that is taken. Runs in the main thread only.
    """
    ended = threading.Event()
    before = {one: signal.signal(one, lambda *_: ended.set()) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        with Emulator(seed, faults, state, port) as emulator:
            for line in greeting(emulator):
                say(line)
            while not ended.wait(3_600):
                pass
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
    return 0


def greeting(emulator: Emulator) -> list[str]:
    """Give the lines that a shell can read to become a client, and where the outside hand is."""
    wanted = (*PROXY_NAMES, *TRUST_NAMES, "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "RECONCILER_LEDGER")
    found = emulator.environment({})
    return [
        f"# The emulator listens on {emulator.proxy_url}; control is at {emulator.proxy_url}/_emulator/health.",
        "# To use it from a shell, take over these lines:",
        "unset NO_PROXY no_proxy ALL_PROXY all_proxy",
        *(f"export {name}='{found[name]}'" for name in wanted if name in found),
    ]
