"""A hand from outside: what a person does in the portal, or a test to the state, while the emulator runs."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from .alert_record import properties
from .answer import Row
from .rows import customize, same_policy, zoneless
from .shape import SeedError
from .visibility import Rows

if TYPE_CHECKING:
    from .tenant import Tenant

Verb = Callable[["Tenant", object], None]


class ChangeError(ValueError):
    """A change from outside that cannot be made; the text says why and what there is instead."""


def change(tenant: "Tenant", verbs: Mapping[str, object]) -> None:
    """Carry out each verb in order, seen by everyone at once; raises ChangeError for an unknown verb or object."""
    for name, value in verbs.items():
        if name not in VERBS:
            raise ChangeError(f"There is no change {name!r}. Known ones: {', '.join(VERBS)}.")
        try:
            VERBS[name](tenant, value)
        except (SeedError, KeyError) as error:
            raise ChangeError(f"{name}: {error}") from error


def _fields(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise ChangeError(f"A change needs a mapping here, not {value!r}.")
    return value


def _set_policy(tenant: "Tenant", value: object) -> None:
    """`{name, fields}`: wire fields laid over a policy; an edit of a default policy leaves its time (DUMP26)."""
    wanted = _fields(value)
    name, fields = str(wanted["name"]), properties(_fields(wanted["fields"]))
    if not any(same_policy(row, name) for row in tenant.policies.actual):
        raise ChangeError(f"The tenant {tenant.name} has no alert policy {name!r}.")

    def edited(row: Row) -> Row:
        if not same_policy(row, name):
            return row
        mark = {"AlertOverrideChangedUtc": zoneless(tenant.now())} if row["IsSystemRule"] else {}
        return {**row, **mark, **fields}

    tenant.policies.change(lambda rows: tuple(edited(row) for row in rows))


def _add_policy(tenant: "Tenant", value: object) -> None:
    row = tenant.custom_row(_fields(value), tenant.now().isoformat())
    tenant.policies.change(lambda rows: (*rows, row))


def _remove_policy(tenant: "Tenant", value: object) -> None:
    tenant.policies.change(lambda rows: tuple(row for row in rows if not same_policy(row, str(value))))


def _block(tenant: "Tenant", value: object) -> None:
    """`{address, reason, since, changed, temporary}`, or an address; the service blocks a sender (again)."""
    row = tenant.block_row(value if isinstance(value, dict) else {"address": value})
    tenant.blocked.change(lambda rows: (*_without(rows, row["SenderAddress"]), row))


def _unblock(tenant: "Tenant", value: object) -> None:
    tenant.blocked.change(lambda rows: _without(rows, value))


def _without(rows: Rows, address: object) -> Rows:
    return tuple(row for row in rows if str(row["SenderAddress"]).casefold() != str(address).casefold())


def _audit(tenant: "Tenant", value: object) -> None:
    tenant.audit.change(lambda rows: tuple({**row, "UnifiedAuditLogIngestionEnabled": bool(value)} for row in rows))


def _switch(tenant: "Tenant", value: object) -> None:
    tenant.switches.update(_fields(value))


def _attribute(name: str, kind: type) -> Verb:
    return lambda tenant, value: setattr(tenant, name, kind(value))


def _person(collection: str, *keys: str) -> Verb:
    """`{id or address, fields}`: lay fields over the user or mailbox that any of `keys` names."""

    def verb(tenant: "Tenant", value: object) -> None:
        wanted = _fields(value)
        who = str(wanted["id"]).casefold()
        for one in getattr(tenant, collection):
            if who in {str(one.get(key)).casefold() for key in keys}:
                one.update(_fields(wanted["fields"]))
                return
        raise ChangeError(f"The tenant {tenant.name} has nobody called {wanted['id']!r} among its {collection}.")

    return verb


VERBS: dict[str, Verb] = {
    "set_policy": _set_policy,
    "add_policy": _add_policy,
    "remove_policy": _remove_policy,
    "block": _block,
    "unblock": _unblock,
    "audit": _audit,
    "switch": _switch,
    "region": _attribute("region", str),
    "licence": _attribute("licence", str),
    "dehydrated": lambda tenant, value: customize(tenant, dehydrated=bool(value)),
    "user": _person("users", "id", "userPrincipalName", "mail"),
    "mailbox": _person("mailboxes", "PrimarySmtpAddress", "UserPrincipalName", "ExternalDirectoryObjectId"),
}
