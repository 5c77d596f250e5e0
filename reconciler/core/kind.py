"""What a sort of managed object has to say for itself: one record of pure functions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from pydantic import JsonValue

from reconciler.core.change import Change, Field, Manual, Origin, Severity, Via
from reconciler.core.history import History
from reconciler.core.request import Answers, Command, Question
from reconciler.core.resource import Cloud, Guardrails, Scoped, Tenant, Wanted
from reconciler.core.values import Fields

Path = tuple[str | int, ...]
Depth = Literal["lists", "needed", "everything"]
"""How much to ask after the lists: nothing that can be done without, what policies need, or all that can be shown."""


@dataclass(frozen=True, slots=True)
class Section:
    """A kind's part of one tenant's policies after all layers, canonical, with the line of each value."""

    tenant: Tenant
    value: Fields
    origins: Mapping[Path, Origin]
    names: Mapping[str, str] = field(default_factory=dict)
    """For a section keyed by names: the name as it was written, by its key."""

    def origin(self, *path: str | int) -> Origin:
        """The line that wrote the value at `path`, else the line of the nearest thing above it."""
        while path and path not in self.origins:
            path = path[:-1]
        return self.origins[path]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong, or odd, at a path of a section."""

    path: Path
    summary: str
    detail: str
    severity: Literal["error", "warning"] = "error"


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a section wants, and what is wrong with it."""

    wanted: tuple[Wanted, ...] = ()
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """Everything outside of policies and tenant that a judgement may rest on."""

    now: datetime
    """The time of the run, which `--now` may shift."""
    machine: datetime
    """The machine's time: approvals and budgets must hold at both."""
    guardrails: Guardrails = field(default_factory=Guardrails)
    history: History = field(default_factory=History)
    who: str = ""
    """Who runs it, for acknowledgements."""
    depth: Depth = "needed"

    @property
    def both(self) -> tuple[datetime, datetime]:
        """The two times at which an approval must hold."""
        return self.now, self.machine


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of managed object. Functions are pure; values go in, values come out."""

    name: str
    """The word in addresses, such as `alert-policy`."""
    section: str
    """The key in policy documents, such as `alert_policies`."""
    check: Callable[[JsonValue], Fields]
    """One document's section, canonical; raises pydantic's ValidationError with paths below the section."""
    schema: Callable[[], Fields]
    """The JSON Schema of the section."""
    parse: Callable[[Section, Moment], Parsed]
    """A tenant's merged section as wanted objects."""
    query: Callable[[], tuple[Question, ...]]
    """What to ask first: tenant-wide lists, side by side."""
    match: Callable[[Tenant, tuple[Wanted, ...], Answers, Moment], Scoped]
    """Wanted objects beside the tenant's rows: pairs to compare, findings, and a count of what is foreign."""
    encode: Callable[[Change, Answers], tuple[Command, ...]]
    """One change as its commands, in order; empty where only a person can do it."""
    clock: timedelta
    """How long a write may take to be visible."""
    effect: str
    """What takes longer than visibility, for people."""
    severity: Callable[[Change, Field], Severity]
    """How bad it is that a field differs."""
    manual: Callable[[Change, Cloud, Answers], Manual | None] = lambda _change, _cloud, _answers: None
    """The portal steps of a change that only a person can make."""
    follow_up: Callable[[tuple[Wanted, ...], Answers, Moment], tuple[Question, ...]] = lambda _wanted, _rows, _now: ()
    """What to ask after the answers so far, in rounds; what was asked before is not asked again."""
    trusts: Callable[[Change], bool] = lambda _change: True
    """Whether the service's yes to a change means anything before it is read back."""
    key: Callable[[str], str] | None = None
    """For a section keyed by names: the form in which two names are one."""
    locate: Callable[[Via, Fields], Fields] | None = None
    """What to write of a recorded object only to find it, as it is now; None: what is done to it can't be undone."""
    final: str = ""
    """Why it can't, for people."""
    whole: frozenset[str] = frozenset()
    """Fields that a later layer replaces whole even where both layers write a mapping."""
    in_baselines: bool = True
    once: bool = False
    """An action, not a state: never sent twice for one `before` inside its clock."""
    refusal: str = ""
    """What a refusal of such an action may mean, for people."""
    same: tuple[str, ...] = ()
    """The fields by which a `before` is known again; none: all of them."""
    always_read: bool = False
    """Read also where policies write nothing of this kind, because silence about it would be dangerous."""
    guarded: Callable[[Guardrails], bool] = lambda _guardrails: False
    """Whether guardrails protect objects of this kind, so that it must be read whatever policies write."""

    def is_same(self, one: Fields | None, other: Fields | None) -> bool:
        """Whether two readings show one and the same thing."""
        if one is None or other is None or not self.same:
            return one == other
        return all(one.get(name) == other.get(name) for name in self.same)
