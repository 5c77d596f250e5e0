"""A plan or a drift result in the shape of `terraform show -json`, for policies and bots that were written for that.

What is ours stands under the one key `reconciler`; everything else is Terraform's. Nothing that we model is a secret.
"""

import re
from collections.abc import Iterable
from itertools import groupby
from typing import Final

from pydantic import JsonValue

from reconciler.core.change import Change
from reconciler.core.outcome import Drift, DriftEntry, TenantDrift
from reconciler.core.plan import Plan, TenantPlan
from reconciler.core.values import Fields, stamp
from reconciler.report.context import Context
from reconciler.report.escape import visible
from reconciler.report.json import dumps

FORMAT_VERSION: Final = "1.2"
PROVIDER: Final = "reconciler"
_DRIFTED: Final = frozenset({"open", "manual"})
_SPECIAL: Final = re.compile(r'["\\]|[$%](?=\{)')


def to_terraform_json(result: Plan | Drift, context: Context) -> str:
    """The document of a plan (`resource_changes`) or of a drift result (`resource_drift`)."""
    return dumps(_of_plan(result, context) if isinstance(result, Plan) else _of_drift(result, context))


def _of_plan(plan: Plan, context: Context) -> Fields:
    changes = [one for tenant in plan.tenants for one in tenant.changes]
    resources = [_resource(one.address, one.via, _moved(one.before, one.after, one.action)) for one in changes]
    ours: Fields = {
        "version": context.version,
        "command": context.command,
        "expires_at": plan.expires_at,
        "digest": plan.digest,
        "changes_digest": plan.changes_digest,
        "targets": [*plan.targets],
        "changes": {address: _extras(one) for (address, _), one in zip(resources, changes, strict=True)},
        "tenants": [one.model_dump(mode="json", exclude={"changes"}) for one in plan.tenants],
        "exit": plan.exit.model_dump(mode="json"),
    }
    return {
        "format_version": FORMAT_VERSION,
        "resource_changes": [one for _, one in resources],
        "timestamp": plan.made_at,
        "applyable": any(map(_is_applyable, plan.tenants)),
        "complete": plan.complete,
        "errored": plan.exit.code not in {0, 2},
        "reconciler": ours,
    }


def _is_applyable(tenant: TenantPlan) -> bool:
    """Whether apply would do anything in a tenant: portal steps are for people, and a refused tenant gets no write."""
    return tenant.exit.name != "refused" and any(one.via != "portal" for one in tenant.changes)


def _extras(change: Change) -> Fields:
    return change.model_dump(mode="json", include={"address", "via", "ref", "fields", "manual", "origin", "why"})


def _of_drift(drift: Drift, context: Context) -> Fields:
    ours: Fields = {
        "version": context.version,
        "command": context.command,
        "tenants": [one.model_dump(mode="json") for one in drift.tenants],
        "exit": drift.exit.model_dump(mode="json"),
    }
    return {
        "format_version": FORMAT_VERSION,
        "resource_drift": [one for tenant in drift.tenants for one in _drifted(tenant)],
        "resource_changes": [],
        **({} if context.stored else {"timestamp": stamp(context.at)}),
        "applyable": False,
        "complete": all(one.complete for one in drift.tenants),
        "errored": drift.exit.code not in {0, 2},
        "reconciler": ours,
    }


def _drifted(tenant: TenantDrift) -> Iterable[JsonValue]:
    """Each object once: what policies want of it is before, what the tenant shows is after."""
    known = sorted((one for one in tenant.drift if one.state in _DRIFTED), key=lambda one: (one.address, one.field))
    for address, entries in groupby(known, key=lambda one: one.address):
        yield _resource(address, "api", _of_entries(tuple(entries)))[1]


def _of_entries(entries: tuple[DriftEntry, ...]) -> Fields:
    whole = next((one for one in entries if one.field == "present"), None)
    if whole is not None:
        there: Fields = {"present": True}
        return _moved(there, None, "delete") if whole.desired is True else _moved(None, there, "create")
    before: Fields = {}
    after: Fields = {}
    for one in entries:
        _put(before, one.field.split("."), one.desired)
        _put(after, one.field.split("."), one.actual)
    return _moved(before, after, "update")


def _put(fields: Fields, path: list[str], value: JsonValue) -> None:
    head, *rest = path
    if not rest:
        fields[head] = value
        return
    below = fields.get(head)
    if not isinstance(below, dict):
        below = fields[head] = {}
    _put(below, rest, value)


def _moved(before: Fields | None, after: Fields | None, action: str) -> Fields:
    """Terraform's words for a change: all is known, nothing is sensitive, and where there is no object stands false."""
    return {
        "actions": [action],
        "before": before,
        "after": after,
        "after_unknown": {},
        "before_sensitive": False if before is None else {},
        "after_sensitive": False if after is None else {},
    }


def _resource(address: str, way: str, change: Fields) -> tuple[str, Fields]:
    """Terraform's address of one of our objects, and the entry that it has.

    What is made by a companion or by a person stands in a module of that name, so that an address names one change.
    """
    tenant, _, rest = address.partition("/")
    kind, is_named, name = rest.partition("/")
    resource: Fields = {"mode": "managed", "type": f"m365_{kind.replace('-', '_')}", "name": tenant}
    index = f'["{_escaped(name)}"]' if is_named else ""
    module = "" if way == "api" else f"module.{way}"
    spelled = ".".join(filter(None, (module, str(resource["type"]), tenant))) + index
    return spelled, {
        "address": spelled,
        **({"module_address": module} if module else {}),
        **resource,
        **({"index": name} if is_named else {}),
        "provider_name": PROVIDER,
        "change": change,
    }


def _escaped(text: str) -> str:
    """The inside of a string in Terraform's language."""
    return visible(_SPECIAL.sub(lambda match: match[0] * 2 if match[0] in "$%" else f"\\{match[0]}", text))
