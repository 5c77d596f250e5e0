"""What a plan says: changes with their commands or manual steps, and findings."""

from typing import Literal

from pydantic import JsonValue

from reconciler.core.request import Command
from reconciler.core.values import Fields, Frozen

Action = Literal["create", "update", "delete"]
Via = Literal["api", "companion", "portal"]
Level = Literal["info", "warning", "refusal", "held", "converging", "accepted", "overdue"]
Severity = Literal["critical", "warning", "info"]


class Origin(Frozen):
    """The line of a policy file that asked for something."""

    file: str
    line: int


class Field(Frozen):
    """One leaf that an update changes, as a dotted path; a set is one leaf."""

    path: str
    before: JsonValue
    after: JsonValue


class Manual(Frozen):
    """What a person must do in the portal, step by step."""

    steps: tuple[str, ...]
    url: str | None


class Change(Frozen):
    """One wanted change of one object, with everything that is needed to review it and to carry it out."""

    address: str
    kind: str
    action: Action
    via: Via
    ref: str | None
    before: Fields | None
    after: Fields | None
    fields: tuple[Field, ...] = ()
    commands: tuple[Command, ...] = ()
    manual: Manual | None = None
    origin: Origin | None = None
    why: str = ""


class Finding(Frozen):
    """Something to know about an object; `rule` is the word by which users filter and acknowledge."""

    rule: str
    severity: Level
    address: str
    message: str
    origin: Origin | None = None


class Evidence(Frozen):
    """The verdict of one check of one sender, never the value that it rests on."""

    address: str
    check: str
    verdict: Literal["pass", "fail", "unknown", "waived"]
    at: str
