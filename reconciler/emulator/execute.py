"""`emulator exec`: an emulator for as long as one command runs, and that command's exit status."""

import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from .server import Emulator

NOT_FOUND, NOT_EXECUTABLE = 127, 126


def run_command(
    command: Sequence[str],
    seed: str | Path | None = None,
    faults: str | Path | None = None,
    state: str | Path | None = None,
) -> int:
    """Run `command` as a client of a fresh emulator and return its exit status; 128 + N after signal N, as in a shell.

    Ctrl-C reaches the command, which shares the terminal; this process waits for it. Raises SeedError and FaultError.
    """
    with Emulator(seed, faults, state) as emulator:
        try:
            # The words are the caller's own command line, run without a shell.
            process = subprocess.Popen(list(command), env=emulator.environment())
        except OSError as error:
            sys.stderr.write(f"{command[0]}: this command cannot be started: {error.strerror}.\n")
            return NOT_FOUND if isinstance(error, FileNotFoundError) else NOT_EXECUTABLE
        status = _awaited(process)
    return 128 - status if status < 0 else status


def _awaited(process: subprocess.Popen[bytes]) -> int:
    """Wait through interrupts: the command decides what Ctrl-C means, and a SIGTERM to us is passed on."""
    before = signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    try:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue
    finally:
        signal.signal(signal.SIGTERM, before)
