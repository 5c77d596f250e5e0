"""Binding a request's parameters to a cmdlet's, as leniently and as oddly as the service does."""

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .answer import CmdletError
from .records import parse_date, wire_date

ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
TABLE = "#Exchange.GenericHashTable"
STRING_DELTA = "#Exchange.StringFieldDeltaUpdateData"
# Every cmdlet takes these; none changes what ours do, but see error_action_hides_blocks.
COMMON = {
    *("verbose", "debug", "erroraction", "warningaction", "informationaction", "progressaction", "errorvariable"),
    *("warningvariable", "informationvariable", "outvariable", "outbuffer", "pipelinevariable"),
}


class Rejected(ValueError):
    """A value that a parameter cannot take; the text is the service's reason."""


@dataclass(frozen=True)
class Delta:
    """Additions to and removals from a list, instead of the whole list."""

    add: tuple[str, ...]
    remove: tuple[str, ...]


@dataclass(frozen=True)
class Parameter:
    """One parameter: its name, how to read a value, whether it is needed, and whether null means something."""

    name: str
    read: Callable[[object], object]
    required: bool = False
    nullable: bool = False
    many: bool = False


def text(value: object) -> str:
    """A string; numbers and booleans are taken as PowerShell would print them."""
    if isinstance(value, dict | list):
        raise Rejected("Cannot convert a collection to type System.String.")
    return str(value)


def truth(value: object) -> bool:
    """A boolean or switch: JSON's own, or a word or number that PowerShell takes for one."""
    words = {"true": True, "$true": True, "1": True, "false": False, "$false": False, "0": False}
    if isinstance(value, bool):
        return value
    found = words.get(str(value).casefold()) if isinstance(value, str | int) else None
    if found is None:
        raise Rejected(f'Cannot convert value "{value}" to type System.Boolean.')
    return found


def number(value: object) -> int:
    """A whole number, also as text."""
    if isinstance(value, bool) or not re.fullmatch(r"-?\d+", str(value)):
        raise Rejected(f'Cannot convert value "{value}" to type System.Int32.')
    return int(str(value))


def moment(value: object) -> str:
    """A date, kept as the service spells it."""
    try:
        return wire_date(parse_date(value))
    except ValueError as error:
        raise Rejected(f'Cannot convert value "{value}" to type System.DateTime.') from error


def guid(value: object) -> str:
    """A GUID in any of its spellings."""
    try:
        return str(uuid.UUID(str(value)))
    except ValueError as error:
        raise Rejected(f'Cannot convert value "{value}" to type System.Guid.') from error


def address(value: object) -> str:
    """An SMTP address."""
    if not ADDRESS.fullmatch(str(value)):
        raise Rejected(f'"{value}" is not a valid SMTP address.')
    return str(value)


def recipient(value: object) -> str:
    """Somebody to notify: an address, or the token for all administrators."""
    return "TenantAdmins" if str(value).casefold() == "tenantadmins" else address(value)


def choice(*members: str) -> Callable[[object], str]:
    """An enumeration: a member's name in any case, or its number, also in a string (CIPP sends "1")."""

    def read(value: object) -> str:
        for at, member in enumerate(members):
            if not isinstance(value, bool) and str(value).casefold() in {member.casefold(), str(at)}:
                return member
        raise Rejected(
            f"Unable to match the identifier name {value} to a valid enumerator name. Specify one of the following "
            f"enumerator names and try again: {', '.join(members)}"
        )

    return read


def bind(
    cmdlet: str, parameters: tuple[Parameter, ...], given: Mapping[str, object], *, string_delta: bool
) -> dict[str, object]:
    """Read what was given into canonical names and values; raises CmdletError as the service's binder does.

    An empty list is dropped: it leaves a list as it was (go-exoscc). A list parameter's value is a tuple or a Delta.
    """
    known = {one.name.casefold(): one for one in parameters}
    bound: dict[str, object] = {}
    for name, value in given.items():
        # `<Parameter>@odata.type` only describes its neighbour (module port).
        if "@" in name or name.casefold() in COMMON:
            continue
        parameter = known.get(name.casefold())
        if parameter is None:
            raise _ambiguous(f"A parameter cannot be found that matches parameter name '{name}'.")
        if parameter.name in bound:
            raise _ambiguous(f"Cannot bind parameter because parameter '{name}' is specified more than once.")
        if value != []:
            bound[parameter.name] = _value(cmdlet, parameter, value, string_delta=string_delta)
    if missing := [one.name for one in parameters if one.required and bound.get(one.name) in (None, ())]:
        raise _ambiguous(
            f"Cannot process command because of one or more missing mandatory parameters: {' '.join(missing)}."
        )
    return bound


def _value(cmdlet: str, parameter: Parameter, value: object, *, string_delta: bool) -> object:
    try:
        return _read(parameter, value, string_delta=string_delta)
    except Rejected as error:
        raise CmdletError(
            400,
            "BadRequest",
            "System.Management.Automation.ParameterTransformationException",
            f"Cannot process argument transformation on parameter '{parameter.name}' of {cmdlet}. {error}",
            "pipe",
        ) from error


def _read(parameter: Parameter, value: object, *, string_delta: bool) -> object:
    if value is None:
        if parameter.nullable or parameter.many:
            return () if parameter.many else None
        raise Rejected("Cannot bind argument to the parameter because it is null.")
    if isinstance(value, dict):
        return _table(parameter, value, string_delta=string_delta)
    if not parameter.many:
        return parameter.read(value)
    return tuple(parameter.read(one) for one in (value if isinstance(value, list) else [value]))


def _table(parameter: Parameter, value: dict[str, object], *, string_delta: bool) -> object:
    kind = value.get("@odata.type")
    if kind is None:
        # CIPP tags every table for this reason.
        raise Rejected(
            'Cannot convert the value of type "Newtonsoft.Json.Linq.JObject" to type '
            '"Microsoft.Exchange.Management.PSDirectInvoke.PswsHashtable".'
        )
    if not parameter.many or kind not in ({TABLE, STRING_DELTA} if string_delta else {TABLE}):
        raise Rejected(f"The type {kind} is not known here.")
    parts = {key.casefold(): one for key, one in value.items() if "@" not in key}
    if not parts:
        # An empty table clears the list (CIPP).
        return ()
    if unknown := sorted(set(parts) - {"add", "remove"}):
        raise Rejected(f"A list has no operation {unknown[0]!r}; it has Add and Remove.")
    lists = {key: one if isinstance(one, list) else [one] for key, one in parts.items()}
    added, removed = (tuple(str(parameter.read(one)) for one in lists.get(key, [])) for key in ("add", "remove"))
    return Delta(added, removed)


def _ambiguous(message: str) -> CmdletError:
    name = "Microsoft.Exchange.Management.PSDirectInvoke.AmbiguousParameterSetException"
    return CmdletError(400, "BadRequest", name, message, "pipe")
