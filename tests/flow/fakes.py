"""A tenant, a ledger and a clock in memory, behind the same ports as the real ones."""

import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from reconciler.core.errors import CommandRefused, CommandUnanswered, Interrupted, ReadError
from reconciler.core.history import NOBODY, History, Holder, Lease, Write
from reconciler.core.plan import Tool
from reconciler.core.values import stamp
from reconciler.flow.ports import Ports
from reconciler.kinds import KINDS

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
RESTRICTED = "7a4e7306-bbcb-401f-b112-8ca5f798a230"
"""The GUID of "User restricted from sending email", which is the same in every tenant."""


def row(name="Alarm", guid="00000000-0000-4000-8000-000000000001", **fields):
    """A custom alert policy as the service lists it, or a default one when `IsSystemRule` says so."""
    return {
        "Name": name, "Guid": guid, "ImmutableId": guid, "IsSystemRule": False, "Disabled": False,
        "NotificationEnabled": True, "NotifyUser": ["TenantAdmins"], "NotifyUserThrottleThreshold": None,
        "NotifyUserThrottleWindow": None, "NotifyUserSuppressionExpiryDate": None, "AlertOverrideChangedUtc": None,
        "Severity": "Low", "Category": "ThreatManagement", "ThreatType": "Activity", "AggregationType": "None",
        "Operation": ["New-InboxRule"], "Filter": None, "Threshold": None, "TimeWindow": None, "Comment": "",
    } | fields  # fmt: skip


def default(**fields):
    """The default policy for restricted users, as an untouched tenant has it."""
    of = {"IsSystemRule": True, "Operation": ["CompromisedAccount"], "Severity": "High"}
    return row("User restricted from sending email", RESTRICTED, **(of | fields))


def block(address="alice@contoso.com", since="2026-11-20T07:12:00Z", **fields):
    """An entry of the list of restricted senders."""
    return {
        "SenderAddress": address,
        "CreatedDatetime": since,
        "ChangedDatetime": since,
        "Reason": "EmailSendingLimitExceeded",
        "TemporaryBlock": False,
    } | fields


class Clock:
    """A clock that moves only when somebody waits."""

    def __init__(self, now=NOW):
        self.time, self.waited, self.stopped = now, 0.0, False

    def now(self):
        return self.time

    machine = now

    def wait(self, seconds):
        if self.stopped:
            raise Interrupted("Stopped.")
        self.time += timedelta(seconds=seconds)
        self.waited += seconds

    def stopping(self):
        return self.stopped


class Service:
    """One tenant: rows, and the few cmdlets that change them. Readings may lag, answers may be lost, a yes may be empty."""

    def __init__(self, *, alerts=(), blocked=(), audit=True, dehydrated=False):
        self.rows = {"alerts": [dict(one) for one in alerts], "blocked": [dict(one) for one in blocked], "audit": audit}
        self.dehydrated = dehydrated
        self.told, self.asked = [], []
        self.unreadable, self.lag, self.silent = set(), 0, False
        self.lost = set()
        self.refused = {}
        self._seen, self._lock = [], threading.Lock()

    def ask(self, question):
        with self._lock:
            self.asked.append(question.cmdlet)
            if question.cmdlet in self.unreadable:
                raise ReadError(f"{question.cmdlet} was not answered.")
            if self._seen and self.lag:
                self.lag -= 1
                source = self._seen[0]
            else:
                source, self._seen = self.rows, []
            match question.cmdlet:
                case "Get-ProtectionAlert":
                    return tuple(dict(one) for one in source["alerts"])
                case "Get-BlockedSenderAddress":
                    return tuple(dict(one) for one in source["blocked"])
                case "Get-AdminAuditLogConfig":
                    return ({"UnifiedAuditLogIngestionEnabled": source["audit"], "OrganizationalUnitRoot": "contoso"},)
                case "Get-OrganizationConfig":
                    return ({"IsDehydrated": self.dehydrated},)
        raise ReadError(f"{question.cmdlet} is not offered.")

    def tell(self, command):
        with self._lock:
            self.told.append(command)
            if command.cmdlet in self.refused:
                raise CommandRefused(*self.refused[command.cmdlet])
            self._seen = self._seen or [
                {key: list(value) if isinstance(value, list) else value for key, value in self.rows.items()}
            ]
            if not self.silent:
                self._do(command.cmdlet, dict(command.parameters))
            if command.cmdlet in self.lost:
                raise CommandUnanswered("The connection broke.")
            return ()

    def _do(self, cmdlet, parameters):
        parameters.pop("Confirm", None)
        parameters.pop("ForceDeletion", None)
        identity = parameters.pop("Identity", None)
        alerts = self.rows["alerts"]
        match cmdlet:
            case "New-ProtectionAlert":
                if any(one["Name"] == parameters["Name"] for one in alerts):
                    raise CommandRefused("It exists already.", "exists")
                self.rows["alerts"] = [
                    *alerts,
                    row(parameters.pop("Name"), f"10000000-0000-4000-8000-{len(alerts):012}", **parameters),
                ]
            case "Set-ProtectionAlert":
                self.rows["alerts"] = [one | parameters if one["Guid"] == identity else one for one in alerts]
            case "Remove-ProtectionAlert":
                self.rows["alerts"] = [one for one in alerts if one["Guid"] != identity]
            case "Remove-BlockedSenderAddress":
                address = parameters["SenderAddress"]
                self.rows["blocked"] = [one for one in self.rows["blocked"] if one["SenderAddress"] != address]
            case "Set-AdminAuditLogConfig":
                if self.dehydrated:
                    raise CommandRefused("Run Enable-OrganizationCustomization.", "dehydrated")
                self.rows["audit"] = parameters["UnifiedAuditLogIngestionEnabled"]
            case "Enable-OrganizationCustomization":
                self.dehydrated = False
            case _:
                raise CommandRefused(f"{cmdlet} is not offered.", "permission")


class Tenants:
    """The door to services by tenant name."""

    def __init__(self, **services):
        self.services = services

    @contextmanager
    def reader(self, tenant):
        yield self.services[tenant.name]

    writer = reader


class Ledger:
    """A ledger that forgets nothing while the test runs."""

    def __init__(self, *, known=True):
        self.known, self.writes, self.commands, self.seen, self.runs = known, [], [], {}, []
        self.held, self.acks, self.evidence, self.results, self.kept = {}, [], [], [], {}
        self._lock = threading.Lock()

    def history(self, _tenant_id, _at, _names=()):
        counts: dict[str, int] = {}
        for one in self.writes:
            if one.kind == "restricted-sender" and one.state != "denied":
                name = one.address.split("/", 2)[2].casefold()
                counts[name] = counts.get(name, 0) + 1
        return History(known=self.known, writes=tuple(reversed(self.writes)), unblocks=counts)

    def open_run(self, command, _at, _machine, _digest, caller=NOBODY):
        self.acks += [(command, caller.who, rule) for rule in caller.acks]
        self.runs.append(command)
        return str(len(self.runs))

    def keep(self, run, commit, plan, _machine):
        self.kept[run] = commit, plan

    def close_run(self, _run, exit_code, _machine):
        self.runs.append(exit_code)

    def start(self, _run, _tenant_id, change, at, ended=()):
        Ledger.finish(self, ended, at)
        with self._lock:
            number = len(self.writes)
            self.writes.append(
                Write(id=number, address=change.address, kind=change.kind, via=change.via, action=change.action,
                      before=change.before, after=change.after, at=at, state="started")
            )  # fmt: skip
            self.commands += [(number, 0, one.cmdlet, "started") for one in change.commands[:1]]
            return number

    def sent(self, write, position, command, outcome, _at):
        self.commands.append((write, position, command.cmdlet, outcome))

    def finish(self, endings, _at):
        for one in endings:
            update = {"state": one.state, "message": one.message, "settled": one.settled}
            self.writes[one.write] = self.writes[one.write].model_copy(update=update)

    def lock(self, run, tenant_id):
        with self._lock:
            owner = self.held.setdefault(tenant_id, run)
        if owner != run:
            return Holder(run=owner, who="somebody", host="elsewhere", pid=1, since=NOW)
        return Lease(token=1, run=run, tenant_id=tenant_id)

    def unlock(self, lease):
        del self.held[lease.tenant_id]

    def judged(self, _run, _tenant_id, evidence):
        self.evidence += evidence

    def concluded(self, run, _tenant_id, result, _at):
        self.results.append((run, result))

    def settle(self, writes, _at):
        for number in writes:
            self.writes[number] = self.writes[number].model_copy(update={"settled": True})

    def drifted(self, _tenant_id, seen, at):
        self.seen = {key: self.seen.get(key, stamp(at)) for key in seen}
        return dict(self.seen)


class Quiet:
    """Progress that nobody looks at."""

    def say(self, tenant, step):
        """Nothing."""


def ports(*, clock=None, ledger=None, parallelism=4, **services):
    """The ports of one run against services by tenant name."""
    return Ports(
        Tenants(**services),
        ledger or Ledger(),
        clock or Clock(),
        Quiet(),
        KINDS,
        Tool(name="reconciler", version="0"),
        parallelism,
    )
