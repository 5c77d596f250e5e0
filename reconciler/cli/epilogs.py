"""What stands below the options in each command's --help: examples to copy, and the exits of that command."""

from collections.abc import Mapping
from typing import Final

_NO_WRAP: Final = "\b\n"
"""Keeps the lines of a paragraph as they are."""

_READING: Final = "3 policies invalid, 6 incomplete, 9 sign-in or role missing, 1 any other error"

_EXAMPLES: Final[Mapping[str, tuple[str, ...]]] = {
    "init": (
        "reconciler init",
        "reconciler init m365 --name contoso --domain contoso.onmicrosoft.com --owners @contoso/security",
    ),
    "validate": (
        "reconciler validate",
        "reconciler validate --policies infra/m365 --format json --output validate.json",
    ),
    "plan": (
        "reconciler plan",
        "reconciler plan --tenant contoso --out plan.json --report markdown=plan.md",
        'reconciler plan --target "contoso/alert-policy/User restricted from sending email"',
    ),
    "show": ("reconciler show plan.json", "reconciler show plan.json --verbose"),
    "report": (
        "reconciler report plan.json --report csv=plan.csv --report powershell=plan.ps1",
        "reconciler report drift.json --format markdown",
        "reconciler report drift.json --site public",
    ),
    "note": (
        "reconciler note plan.json",
        "reconciler note plan.json --project group/policies --merge-request 12",
        "reconciler note drift.json --fail-on critical",
    ),
    "apply": (
        "reconciler plan --out plan.json && reconciler apply plan.json",
        "reconciler apply plan.json --digest sha256:038e47a9...",
        "reconciler apply --tenant contoso",
        "reconciler apply --resume 20261123T120000Z-1a2b3c4d",
    ),
    "drift": (
        "reconciler drift",
        "reconciler drift --fail-on critical --report html=drift.html",
        "reconciler drift --notify secops",
    ),
    "status": ("reconciler status", "reconciler status --wait --at-most 30m"),
    "senders": ("reconciler senders", "reconciler senders --tenant contoso --format json"),
    "history": (
        "reconciler history --tenant contoso --limit 5",
        "reconciler history --run 20261123T120000Z-1a2b3c4d --verbose",
        "reconciler history --prune --keep 400d",
        "reconciler history --forget alice@contoso.com",
    ),
    "rollback": ("reconciler rollback 20261123T120000Z-1a2b3c4d --out undo.json && reconciler apply undo.json",),
    "schema": ("reconciler schema --output policy.schema.json",),
    "demo": ("reconciler demo",),
    "serve": ("reconciler emulator serve --port 8080 --state state.json",),
    "exec": ("reconciler emulator exec -- reconciler plan", "reconciler emulator exec --seed seed.yaml -- bash"),
}
_EXITS: Final[Mapping[str, str]] = {
    "init": "0 done, with what was kept too; 1 a file can't be written",
    "validate": "0 valid, 3 policies invalid, 4 a value breaks a guardrail",
    "plan": f"0 done, with changes too; with --detailed-exitcode 2 changes; 4 refused by a guardrail, {_READING}",
    "show": "0 whole and unaltered, 5 altered or no plan of this format",
    "report": "0 printed, whatever the result says; 5 an altered plan, 1 no result that a command wrote",
    "note": "0 written, or said why nothing was; 5 a plan that was altered, 9 the token is refused, 1 any other error",
    "apply": "0 done, 8 something waits, 7 partly applied, 5 plan stale, altered or expired, 4 refused by a guardrail,"
    f" {_READING}",
    "drift": f"0 as policies want it, 2 something differs, 4 refused by a guardrail, {_READING}",
    "status": f"0 nothing waits, or only held senders; 8 a portal step or a write is waited for, {_READING}",
    "senders": f"0 listed, {_READING}",
    "history": "0 done, 1 the ledger can't be used",
    "rollback": f"0 done, with changes too; with --detailed-exitcode 2 changes; 4 refused by a guardrail, {_READING}",
    "schema": "0 done",
    "demo": "0 done, 1 a step ended otherwise than it must",
    "serve": "130 stopped by a signal, 1 can't start",
    "exec": "that of CMD; 127 CMD can't be found; 1 the emulator can't start",
}


def epilog(command: str) -> str:
    """Examples and exits of a command, ready for --help."""
    examples = "\n".join(("Examples:", *(f"  {one}" for one in _EXAMPLES[command])))
    return f"{_NO_WRAP}{examples}\n\nExit: {_EXITS[command]}; 64 wrong usage. All of them: docs/exit-codes.md."
