"""What the ledger tells people about past runs: who did what where, and how it ended."""

from datetime import datetime
from typing import Literal

from reconciler.core.change import Action, Evidence, Severity, Via
from reconciler.core.history import WriteState
from reconciler.core.outcome import Exit, Outcome
from reconciler.core.request import Command
from reconciler.core.values import Fields, Frozen


class CommandRecord(Frozen):
    """One command that was sent, or was about to be, and what came of it."""

    command: Command
    at: datetime
    outcome: str
    answered_at: datetime | None = None


class WriteRecord(Frozen):
    """One change that a run sent, with the whole object before and after."""

    address: str
    kind: str
    via: Via
    action: Action
    ref: str | None
    before: Fields | None
    after: Fields | None
    at: datetime
    state: WriteState
    message: str = ""
    finished_at: datetime | None = None
    settled_at: datetime | None = None
    commands: tuple[CommandRecord, ...] = ()


class TenantRecord(Frozen):
    """What a run did in one tenant; `exit_code` is None where it did not come to an end."""

    name: str
    tenant_id: str
    exit_code: int | None = None
    reasons: tuple[str, ...] = ()
    writes: tuple[WriteRecord, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    evidence: tuple[Evidence, ...] = ()


class Acknowledgement(Frozen):
    """A rule that somebody acknowledged for a run."""

    rule: str
    who: str


class RunRecord(Frozen):
    """One run; `at` is its own time, which `--now` may have shifted, `machine_at` the machine's."""

    run: str
    command: str
    at: datetime
    machine_at: datetime
    ended_at: datetime | None = None
    exit_code: int | None = None
    plan_digest: str | None = None
    who: str = ""
    tool: str = ""
    commit: str = ""
    """What the policies stood at, as far as that could be told."""
    acknowledgements: tuple[Acknowledgement, ...] = ()
    tenants: tuple[TenantRecord, ...] = ()


class Runs(Frozen):
    """Past runs, newest first."""

    format: Literal[1] = 1
    runs: tuple[RunRecord, ...] = ()
    exit: Exit


class Removal(Frozen):
    """What was taken out of the ledger on request."""

    format: Literal[1] = 1
    what: Literal["forgotten", "pruned"]
    count: int
    message: str
    exit: Exit


class DriftRecord(Frozen):
    """One field that was not as policies want it, from the first reading that showed it to the one that did no more."""

    address: str
    field: str
    first_seen: datetime
    last_seen: datetime
    closed_at: datetime | None = None
    severity: Severity | None = None
    """How grave it is today; None for what is over, of which the ledger keeps no severity."""


class Timeline(Frozen):
    """When which drift was there, as far as the ledger goes back."""

    since: datetime
    until: datetime
    records: tuple[DriftRecord, ...] = ()
    missing: str = ""
    """Why there is nothing to tell, in a sentence; empty where there is."""
