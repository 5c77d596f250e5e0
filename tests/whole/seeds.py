"""The emulator's built-in tenants with something else in them."""

from copy import deepcopy
from functools import cache
from importlib import resources
from typing import Any

import yaml

Seed = dict[str, Any]


@cache
def _default() -> Seed:
    text = (resources.files("reconciler.emulator") / "data" / "default_seed.yaml").read_text(encoding="utf-8")
    found: Seed = yaml.safe_load(text)
    return found


def seed(*, tenant: str = "contoso", app: Seed | None = None, **more: Any) -> Seed:
    """The default seed, with `more` in one tenant and `app` in that tenant's application."""
    whole = deepcopy(_default())
    chosen = next(one for one in whole["tenants"] if one["name"] == tenant)
    chosen |= more
    chosen["apps"][0] |= app or {}
    return whole


def many(count: int) -> Seed:
    """Tenants contoso-0001 and so on, each like contoso."""
    return deepcopy(_default()) | {"generate": {"count": count, "template": "contoso"}}
