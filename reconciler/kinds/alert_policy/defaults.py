"""Finds default policies by any spelling of their names: their GUID is what identifies them."""

from functools import cache

from reconciler.core.values import fold_name
from reconciler.facts.default_policies import DefaultPolicy, default_policies


@cache
def _by_name() -> dict[str, DefaultPolicy]:
    return {fold_name(name): one for one in default_policies() for name in (one.name, *one.other_names)}


@cache
def _by_guid() -> dict[str, DefaultPolicy]:
    return {one.guid: one for one in default_policies()}


def named(name: str) -> DefaultPolicy | None:
    """The default policy that bears a name today, in any spelling, or bore it once."""
    return _by_name().get(fold_name(name))


def with_guid(guid: str) -> DefaultPolicy | None:
    """The default policy with a GUID, in any case."""
    return _by_guid().get(guid.casefold())


def key(name: str) -> str:
    """The form in which two names are one policy: the GUID of a default policy, else the folded name."""
    default = named(name)
    return default.guid if default else fold_name(name)
