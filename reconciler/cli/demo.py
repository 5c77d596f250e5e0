"""`demo`: a guided story with two emulated tenants; nothing of the user's is read or written."""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from reconciler.cli.emulator import needs_emulator

if TYPE_CHECKING:
    from reconciler.cli.invocation import Invocation
    from reconciler.core.outcome import Exit
    from reconciler.emulator import Emulator

_ALERT: Final = "Inbox rule forwards outside"
_LIMIT: Final = "Email sending limit exceeded"


@dataclass(frozen=True, slots=True)
class _Step:
    """One command of the story: why, the command, the exit code that it must end with, and what that shows."""

    title: str
    words: tuple[str, ...]
    code: int
    moral: str


_BEFORE: Final = (
    _Step(
        "Are the files right? Checked offline, every error at once.",
        ("validate",),
        0,
        "Two tenants, a baseline, guardrails, two approved unblocks.",
    ),
    _Step(
        "What would change? The tenants are read, nothing is written.",
        ("plan", "--out", "plan.json", "--detailed-exitcode"),
        2,
        "A colleague reviews plan.json. Bob stays blocked: he was blocked anew since his approval.",
    ),
    _Step(
        "Carry out that plan. Each object is read before the write, and after it.",
        ("apply", "plan.json", "--wait", "5s"),
        8,
        "8 means: done, but something waits; here a step that only a person can take.",
    ),
    _Step(
        "Plan again: nothing is left but what waits.",
        ("plan", "--detailed-exitcode"),
        2,
        "The portal step stays in every plan until a read shows that somebody took it.",
    ),
)
_AFTER: Final = (
    _Step(
        "What is different now, how bad is it, and which line wanted it otherwise?",
        ("drift",),
        2,
        "The portal step is gone, because a read shows it done. The alert that was switched off is found.",
    ),
    _Step(
        "Put it right. Without a saved plan apply plans and asks; this answers.",
        ("apply", "--auto-approve", "--wait", "5s"),
        0,
        "The tenants are as the policies want them.",
    ),
)
_NEXT: Final = """\
What to try next
  reconciler emulator exec -- bash      a shell whose Microsoft 365 is the emulator; then, in this checkout:
  reconciler plan                       the example in policies/ against it
  reconciler senders                    who is restricted, and why
  reconciler plan --format html --output plan.html
  reconciler COMMAND --help             everything a command can do
"""


def demo(call: "Invocation") -> "Exit":
    """Play a story with two emulated tenants.

    Validate, plan, apply, a hand in the portal, drift. It reads and writes nothing of yours.
    """
    needs_emulator()
    from reconciler.cli.demo_files import write_policies
    from reconciler.core.outcome import ended
    from reconciler.emulator import Emulator

    if call.options.format != "text" or call.output:
        from reconciler.core.errors import UsageError

        raise UsageError("demo tells its story as text on stdout; it takes no --format and no --output.")
    with TemporaryDirectory(prefix="reconciler-demo-") as name, Emulator() as emulator:
        folder = Path(name)
        write_policies(folder / "policies", datetime.now(UTC))
        environment = _environment(emulator)
        wrong = _play(_BEFORE, folder, environment, call)
        if not wrong:
            _in_the_portal(emulator, call)
            wrong = _play(_AFTER, folder, environment, call, first=len(_BEFORE) + 1)
    if wrong:
        return ended(1, wrong)
    call.put(f"\n{_NEXT}")
    return ended(0)


def _environment(emulator: "Emulator") -> dict[str, str]:
    """The emulator's environment for its clients, without the settings that belong to the user's own tenants."""
    own = {"RECONCILER_POLICIES", "RECONCILER_GUARDRAILS", "RECONCILER_PLAN_KEY"}
    return {name: text for name, text in emulator.environment().items() if name not in own}


def _play(
    steps: tuple[_Step, ...], folder: Path, environment: Mapping[str, str], call: "Invocation", *, first: int = 1
) -> str:
    """Run the steps until one ends otherwise than it must; says which, else nothing."""
    for number, step in enumerate(steps, start=first):
        command = f"reconciler {' '.join(step.words)}"
        call.put(f"\n== {number}. {step.title}\n\n$ {command}\n")
        ran = subprocess.run(
            [sys.executable, "-m", "reconciler", *step.words], cwd=folder, env=environment, check=False
        )
        if ran.returncode != step.code:
            return f"`{command}` ended with {ran.returncode}, and {step.code} was to be expected"
        call.put(f"\n-> {step.moral}\n")
    return ""


def _in_the_portal(emulator: "Emulator", call: "Invocation") -> None:
    """What a person does in the portal of contoso: takes the step that waits, and mutes an alert without a word."""
    call.put(
        f"\n== A hand in the portal\n\n   Somebody adds secops@contoso.com to {_LIMIT!r}, as the plan asked,"
        f"\n   and switches off {_ALERT!r}, as nobody asked.\n"
    )
    both = {"NotifyUser": ["TenantAdmins", "secops@contoso.com"]}
    emulator.change({"tenant": "contoso", "set_policy": {"name": _LIMIT, "fields": both}})
    emulator.change({"tenant": "contoso", "set_policy": {"name": _ALERT, "fields": {"Disabled": True}}})
