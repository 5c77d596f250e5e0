"""`emulator serve` and `emulator exec`: a Microsoft 365 tenant on this machine."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from reconciler.cli.invocation import Invocation
    from reconciler.core.outcome import Exit

_Seed = Annotated[
    Path | None, typer.Option(metavar="FILE", help="The tenants to begin with; built-in ones if left out.")
]
_Faults = Annotated[Path | None, typer.Option(metavar="FILE", help="What goes wrong, and when.")]
_State = Annotated[Path | None, typer.Option(metavar="FILE", help="Keep the tenants' state here between starts.")]


def serve(
    call: "Invocation",
    port: Annotated[
        int, typer.Option(metavar="N", min=0, max=65535, help="Port of the proxy; 0 takes a free one.")
    ] = 0,
    seed: _Seed = None,
    faults: _Faults = None,
    state: _State = None,
) -> None:
    """Run the emulator until it is stopped.

    Says first how a shell becomes its client.
    """
    needs_emulator()
    from reconciler.core.errors import ReconcilerError
    from reconciler.emulator.serve import serve as run

    try:
        run(port=port, seed=seed, faults=faults, state=state, say=lambda line: call.put(f"{line}\n"))
    except (ValueError, OSError) as error:
        raise ReconcilerError(f"The emulator can't start: {error}") from error


def execute(
    _call: "Invocation",
    words: Annotated[
        list[str], typer.Argument(metavar="CMD", help="The command and its arguments; write `--` in front.")
    ],
    seed: _Seed = None,
    faults: _Faults = None,
    state: _State = None,
) -> "Exit":
    """Run CMD as a client of a fresh emulator. The exit status is that of CMD."""
    needs_emulator()
    from reconciler.core.errors import ReconcilerError
    from reconciler.core.outcome import Exit
    from reconciler.emulator.execute import run_command

    try:
        status = run_command(words, seed=seed, faults=faults, state=state)
    except (ValueError, OSError) as error:
        raise ReconcilerError(f"The emulator can't start: {error}") from error
    return Exit(code=status, name="of the command")


def needs_emulator() -> None:
    """Raise a sentence where the emulator's own libraries are not installed."""
    from importlib.util import find_spec

    from reconciler.core.errors import ReconcilerError

    if missing := [name for name in ("starlette", "uvicorn", "trustme") if find_spec(name) is None]:
        raise ReconcilerError(
            f"The emulator needs {', '.join(missing)}. Install them with `pip install 'reconciler[emulator]'`."
        )
