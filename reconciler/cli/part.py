"""The part of a stored result that `--tenant` asks for."""

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from reconciler.cli.invocation import Invocation
    from reconciler.core.values import Frozen

Stored = TypeVar("Stored", bound="Frozen")


def part(result: Stored, call: "Invocation", noun: str) -> Stored:
    """The result with only the tenants that `--tenant` names. Raises UsageError where one names none."""
    from fnmatch import fnmatchcase

    from reconciler.core.errors import UsageError

    globs = call.options.tenant
    if call.labels:
        raise UsageError(f"--selector: a {noun} holds no labels. Choose its tenants with --tenant.")
    if not globs:
        return result
    tenants = getattr(result, "tenants", ())
    for glob in globs:
        if not any(fnmatchcase(one.name, glob) for one in tenants):
            known = ", ".join(one.name for one in tenants) or "none"
            raise UsageError(f"--tenant: the {noun} has no tenant {glob!r}. It has {known}.")
    kept = tuple(one for one in tenants if any(fnmatchcase(one.name, glob) for glob in globs))
    return result.model_copy(update={"tenants": kept})
