"""A process that has imported the whole product, and makes a child of itself for each command line that it is given.

Each child is a process of its own that runs `reconciler.__main__.main`, as `python -m reconciler` does; what is saved is
the second that Python needs to import it all. One JSON object a line: `{arguments, folder, environment, end}` comes in,
`{status, steps}` goes out, with the child's streams in `stdout` and `stderr` of the folder. `end` names the step at which
the child kills itself (tests/killed/watch.py); null leaves it unwatched, and "" only names the steps.
"""

import gc
import importlib
import json
import os
import pkgutil
import sys
from collections.abc import Mapping
from typing import Any

import reconciler.adapters
from tests.killed.watch import Watch

_AHEAD = (
    *("reconciler.cli.app", "reconciler.flow.make_plan", "reconciler.flow.apply_plan", "reconciler.report.formats"),
    *("alembic.command", "psycopg", "sqlalchemy.dialects.postgresql.psycopg", "msal.application", "deepdiff"),
)


def main() -> None:
    """Import everything, then serve until stdin ends."""
    adapters = (one.name for one in pkgutil.walk_packages(reconciler.adapters.__path__, "reconciler.adapters."))
    for name in (*_AHEAD, *adapters):
        if not name.startswith("reconciler.adapters.ledger.migrations"):  # alembic runs these as files
            importlib.import_module(name)
    gc.freeze()  # or each child would copy every page at its first collection
    for line in sys.stdin:
        sys.stdout.write(f"{json.dumps(_run(json.loads(line)))}\n")
        sys.stdout.flush()


def _run(wanted: Mapping[str, Any]) -> dict[str, object]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _become(wanted, writing)
    os.close(writing)
    with os.fdopen(reading) as trail:
        steps = trail.read().splitlines()
    _, status = os.waitpid(child, 0)
    return {"status": os.waitstatus_to_exitcode(status), "steps": steps}


def _become(wanted: Mapping[str, Any], trail: int) -> None:
    """Turn this child into the command, as if it had been started with its words, folder and environment."""
    os.chdir(wanted["folder"])
    os.environ.clear()
    os.environ.update(wanted["environment"])
    for number, name in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(name, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.argv = ["reconciler", *wanted["arguments"]]
    if wanted["end"] is not None:
        Watch(wanted["end"], lambda name: os.write(trail, f"{name}\n".encode())).start()
    code: object = 70
    try:
        from reconciler.__main__ import main as command

        code = command()
    finally:
        sys.settrace(None)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 70)


if __name__ == "__main__":
    main()
