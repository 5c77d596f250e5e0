"""What a cmdlet is to the emulator: its parameters and a function; and the call that the function gets."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from reconciler.emulator.answer import Caller, CmdletError, Result, Row, Service
from reconciler.emulator.binder import Delta, Parameter, truth

if TYPE_CHECKING:
    from reconciler.emulator.tenant import Tenant
    from reconciler.emulator.visibility import Rows

CONFIRM = Parameter("Confirm", truth)
WHAT_IF = Parameter("WhatIf", truth)
NOTHING_CHANGED = "The command completed successfully but no settings of '{}' have been modified."


@dataclass
class Call:
    """One running cmdlet: who, where, with what. A write goes through `write` or `do`, so that a question stays one."""

    tenant: "Tenant"
    service: Service
    caller: Caller
    arguments: dict[str, object]
    pretend: bool = False
    given: frozenset[str] = field(default_factory=frozenset)

    @property
    def now(self) -> datetime:
        """The time of the service."""
        return self.tenant.now()

    def word(self, name: str) -> str | None:
        """A text argument, or None when it is absent or null."""
        value = self.arguments.get(name)
        return None if value is None else str(value)

    def flag(self, name: str) -> bool:
        """A boolean argument; absent is False."""
        return self.arguments.get(name) is True

    def write(self, family: str, rows: "Rows") -> None:
        """Accept new rows of `alerts`, `senders` or `audit`, shown as late as the tenant's switches say."""
        if self.pretend:
            return
        switches = self.tenant.switches
        holder = {"alerts": self.tenant.policies, "senders": self.tenant.blocked, "audit": self.tenant.audit}[family]
        seconds, reads = getattr(switches, f"{family}_after_seconds"), getattr(switches, f"{family}_after_reads")
        holder.write(rows, self.now, seconds=seconds, reads=reads)

    def do(self, act: Callable[[], object]) -> None:
        """Carry out any other change, unless the call only asks."""
        if not self.pretend:
            act()


@dataclass(frozen=True)
class Cmdlet:
    """A cmdlet: its name, its function and its parameters."""

    name: str
    run: Callable[[Call], Result]
    parameters: tuple[Parameter, ...] = ()


def unchanged(name: object) -> Result:
    """A Set that changed nothing: null and one warning (CIPP)."""
    return Result(None, (NOTHING_CHANGED.format(name),))


def merged(old: object, new: object) -> object:
    """The value of a property after an argument: a list replaced or amended, an empty list null, else the argument."""
    if isinstance(new, Delta):
        gone = {one.casefold() for one in new.remove}
        kept = [str(one) for one in (old if isinstance(old, list) else []) if str(one).casefold() not in gone]
        have = {one.casefold() for one in kept}
        return [*kept, *(one for one in new.add if one.casefold() not in have)] or None
    if isinstance(new, tuple):
        return list(dict.fromkeys(new)) or None
    return new


def missing(what: str) -> CmdletError:
    """404 for an object that is not there (module port, go-exoscc)."""
    return CmdletError(
        404,
        "NotFound",
        "Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException",
        f"The operation couldn't be performed because object '{what}' couldn't be found on 'DC01.PROD.OUTLOOK.COM'.",
    )


def broken_rule(message: str, exception: str = "System.ArgumentException") -> CmdletError:
    """400 for a rule of the cmdlet's own, its text a JSON string (go-exoscc)."""
    return CmdletError(400, "BadRequest", exception, message, "json")


def matching(rows: "Rows", key: str, value: str) -> list[Row]:
    """Rows whose property equals a value in any case."""
    return [row for row in rows if str(row[key]).casefold() == value.casefold()]
