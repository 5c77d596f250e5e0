"""The whole product against an emulated tenant: real files, real sign-in, real wire, and a clock that need not wait."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from reconciler.adapters.http_tenant import HttpTenants
from reconciler.adapters.ledger import open_ledger
from reconciler.adapters.yaml_files import read_folder
from reconciler.core.errors import Interrupted
from reconciler.core.kind import Moment
from reconciler.core.outcome import Applied, Drift
from reconciler.core.plan import Plan, Tool
from reconciler.core.resource import Desired
from reconciler.emulator import Emulator
from reconciler.flow.apply_plan import apply_plan
from reconciler.flow.drift import drift
from reconciler.flow.load import load
from reconciler.flow.make_plan import make_plan
from reconciler.flow.ports import Ports
from reconciler.kinds import KINDS
from reconciler.settings import settings_from

RESTRICTED = "User restricted from sending email"
CONTOSO = """
kind: tenant
name: contoso
tenant_id: 6f0c1d3e-0000-4000-8000-000000000001
domain: contoso.onmicrosoft.com
audit_log: {enabled: on}
alert_policies:
  User restricted from sending email:
    enabled: on
    notifications: {recipients: [secops@contoso.com, TenantAdmins], daily_limit: 25}
    via: companion
  Inbox rule forwards outside:
    definition: {category: ThreatManagement, severity: high, threat_type: Activity, operations: [New-InboxRule], aggregation: none}
    notifications: {enabled: on, recipients: [secops@contoso.com], daily_limit: none}
restricted_senders:
  unblock:
    - {address: alice@contoso.com, blocked_before: BEFORE, expires: EXPIRES, approved_by: lead@contoso.com, reason: Password reset}
"""
FABRIKAM = """
kind: tenant
name: fabrikam
tenant_id: 6f0c1d3e-0000-4000-8000-000000000002
domain: fabrikam.onmicrosoft.com
audit_log: {enabled: on}
alert_policies:
  User restricted from sending email:
    notifications: {recipients: {at_least: [secops@fabrikam.com]}}
    via: companion
"""


class Clock:
    """The machine's clock, and the emulator's, moved forward by every wait instead of waiting."""

    def __init__(self, emulator: Emulator) -> None:
        self.ahead, self.stop, self._emulator = timedelta(), threading.Event(), emulator

    def now(self) -> datetime:
        """The machine's time and everything that was waited for."""
        return datetime.now(UTC) + self.ahead

    machine = now

    def wait(self, seconds: float) -> None:
        """Let the time pass at once."""
        if self.stop.is_set():
            raise Interrupted("Stopped.")
        self.ahead += timedelta(seconds=seconds)
        self._emulator.world.advance(seconds)

    def stopping(self) -> bool:
        """Whether the test asked to stop."""
        return self.stop.is_set()


@dataclass
class Said:
    """Progress, kept for tests that look at it."""

    lines: list[str]

    def say(self, tenant: str, step: str) -> None:
        """Keep a line."""
        self.lines.append(f"{tenant}: {step}")


@dataclass
class Stage:
    """One emulator, one folder of policies, one ledger."""

    emulator: Emulator
    folder: Path
    ports: Ports
    clock: Clock
    said: Said
    environment: Mapping[str, str]

    def desired(self) -> tuple[Desired, ...]:
        """The policies as they are in the folder now."""
        now = datetime.now(UTC)
        return load(read_folder(self.folder / "policies", None), KINDS, Moment(now=now, machine=now)).desired

    def write(self, name: str, text: str) -> None:
        """Put a policy file into the folder; BEFORE and EXPIRES become dates that hold today."""
        path = self.folder / "policies" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dated(text))

    def plan(self) -> Plan:
        """A plan of all tenants."""
        return make_plan(self.desired(), self.ports)

    def apply(self, plan: Plan, wait: float = 30) -> Applied:
        """Carry out a plan."""
        return apply_plan(plan, self.desired(), self.ports, wait=timedelta(seconds=wait))

    def drift(self) -> Drift:
        """What differs now."""
        return drift(self.desired(), self.ports)

    def hand(self, **change: object) -> None:
        """A person's hand in contoso's portal."""
        self.emulator.change({"tenant": "contoso", **change})

    def fault(self, do: str, **options: object) -> None:
        """Order an accident (docs/emulator.md, Faults)."""
        self.emulator.faults.add({"do": do, **options})

    def another_run(self) -> "Stage":
        """The same tenants, folder, ledger and time, with nothing signed in: what the next run of the tool finds."""
        tenants = HttpTenants(self.environment, self.clock, say=self.said.lines.append)
        return replace(self, ports=replace(self.ports, tenants=tenants))

    def writes(self, cmdlet: str | None = None) -> int:
        """How many requests to change something contoso has had."""
        return self.emulator.counts(tenant="contoso", kind="write", name=cmdlet)


def dated(text: str) -> str:
    """A policy file in which BEFORE is a minute ago and EXPIRES is in three days."""
    now = datetime.now(UTC)
    before = (now - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return text.replace("BEFORE", before).replace("EXPIRES", (now + timedelta(days=3)).date().isoformat())


@contextmanager
def stage(
    folder: Path,
    *,
    seed: Mapping[str, object] | None = None,
    policies: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
    emulator: Emulator | None = None,
) -> Iterator[Stage]:
    """A stage with contoso's policies, or others, on a fresh emulator, or on a running one that starts anew."""
    with nullcontext(emulator) if emulator else Emulator(seed=seed) as running:
        running.change({"reset": True})
        running.faults.clear()
        settings = settings_from(running.environment({}) | dict(environment or {}))
        clock, said = Clock(running), Said([])
        ledger = open_ledger(f"sqlite:///{folder / 'ledger.db'}")
        tenants = HttpTenants(settings.environment, clock, say=said.lines.append)
        ports = Ports(tenants, ledger, clock, said, KINDS, Tool(name="reconciler", version="0"))
        made = Stage(running, folder, ports, clock, said, settings.environment)
        for name, text in (policies or {"contoso.yaml": CONTOSO}).items():
            made.write(name, text)
        try:
            yield made
        finally:
            ledger.close()
