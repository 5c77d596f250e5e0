"""What a person does next with a plan, said on stderr once it was shown."""

import shlex
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.cli.invocation import Invocation
    from reconciler.core.plan import Plan


def say_next(plan: "Plan", out: Path | None, call: "Invocation", acks: Iterable[str]) -> None:
    """Name the command that carries out a saved plan; on a terminal, say of another one that it is not kept.

    Nothing is said where apply would send nothing.
    """
    from reconciler.cli.logs import step

    if not any(one.commands for tenant in plan.tenants if tenant.exit.name != "refused" for one in tenant.changes):
        return
    if out:
        folder = ["--policies", str(call.options.policies)] if call.options.policies else []
        acknowledged = [word for rule in sorted(acks) for word in ("--ack", rule)]
        step(f"To carry out exactly this: {shlex.join(['reconciler', 'apply', str(out), *folder, *acknowledged])}")
    elif call.options.format == "text" and sys.stdout.isatty():
        step("This plan was not saved. To carry out exactly what you reviewed, plan with --out FILE, then apply FILE.")
