"""What a tenant of a seed may hold: every key with the check of its value."""

import re
import uuid
from collections.abc import Iterator, Mapping

from .alert_record import USUAL, default_rows
from .binder import ADDRESS
from .hosts import CLOUDS
from .records import DATES
from .rows import clean
from .shape import (
    Check,
    Path,
    Problem,
    anything,
    choice,
    each,
    flag,
    hidden,
    is_date,
    many,
    mapping,
    one,
    text,
    whatever,
    whole,
)
from .switches import SwitchError, Switches

REQUIRED = ("name", "tenant_id", "domain")
RELATIVE = re.compile(r"([+-]\d+)([smhd])")
_SERVICES = ("exo", "compliance", "graph")

_date = one(
    lambda value: bool(RELATIVE.fullmatch(str(value))) or is_date(value),
    "a date such as 2026-11-23T12:00:00Z, or one such as -3d or +2h that counts from the start",
)
_moment = one(is_date, "a date such as 2026-11-23T12:00:00Z")
_guid = one(lambda value: bool(uuid.UUID(str(value))), "a GUID")
_domain = one(lambda value: bool(re.fullmatch(r"[\w-]+(\.[\w-]+)+", value)), "a domain such as contoso.onmicrosoft.com")
_region = one(lambda value: bool(re.fullmatch(r"[A-Za-z0-9-]+", value)), "a region such as eur02b")
_address = one(lambda value: bool(ADDRESS.fullmatch(value)), "an address such as alice@contoso.com")


def _is_certificate(value: str) -> bool:
    from cryptography import x509

    return bool(x509.load_pem_x509_certificate(value.encode()))


def _known_policy(value: object, at: Path) -> Iterator[Problem]:
    names = {name for row in default_rows().values() for name in (clean(str(row["Name"])), str(row["Guid"]))}
    if clean(str(value)) not in names:
        yield Problem(at, f"{value!r:.80} is no default policy. Policies of a tenant's own stand in custom_policies.")


def _switch(value: object, at: Path) -> Iterator[Problem]:
    if not isinstance(value, Mapping):
        yield Problem(at, f"{value!r:.80} is not a mapping.")
        return
    for name, setting in value.items():
        try:
            Switches().update({str(name): setting})
        except SwitchError as error:
            yield Problem((*at, str(name)), str(error))


_FIELDS: dict[str, Check] = {key: _date if key in DATES else whatever for key in USUAL}
_federated = mapping(
    {"issuer": text, "subject": text, "audience": text, "jwks": whatever, "public_key": text},
    ("issuer", "subject"),
)
_app = mapping(
    {
        "client_id": text,
        "secret": hidden,
        "certificates": many(one(_is_certificate, "the PEM text of a certificate", secret=True)),
        "federated": many(_federated),
        "app_roles": each(choice(*_SERVICES), many(text)),
        "directory_roles": many(text),
        "cmdlets": each(choice(*_SERVICES), many(text)),
    },
    ("client_id",),
)
_rule = mapping({"Name": text}, ("Name",), others=True)

TENANT: dict[str, Check] = {
    "name": text,
    "tenant_id": _guid,
    "domain": _domain,
    "domains": many(_domain),
    "federated_domains": many(_domain),
    "password_writeback": flag,
    "cloud": choice(*CLOUDS),
    "region": _region,
    "licence": choice("e5", "e3", "business"),
    "dehydrated": flag,
    "apps": many(_app),
    "audit": mapping({"enabled": flag, "first_opt_in": _date}),
    "policies": each(_known_policy, mapping(_FIELDS)),
    "absent_policies": many(_known_policy),
    "custom_policies": many(mapping(_FIELDS, ("Name",))),
    "dlp": many(text),
    "blocked": many(
        mapping(
            {"address": _address, "since": _date, "changed": _date, "temporary": flag, "reason": text}, ("address",)
        )
    ),
    "users": many(anything),
    "groups": many(anything),
    "mailboxes": many(
        mapping({"PrimarySmtpAddress": _address, "Rules": many(_rule)}, ("PrimarySmtpAddress",), others=True)
    ),
    "connectors": many(mapping({"ConnectorId": _guid}, ("ConnectorId",), others=True)),
    "role_assignments": many(mapping({}, ("Role", "RoleAssignee"), others=True)),
    "outbound_policy": anything,
    "switches": _switch,
}
_pattern = one(lambda value: bool(value.format(n=1, name="x", template="x")), "a text with {n}, {name} or {template}")
_generate = mapping(
    {"count": whole(1), "template": text, "name": _pattern, "tenant_id": _pattern, "domain": _pattern},
    ("count", "template"),
)
SEED = mapping(
    {"now": _moment, "tenants": many(mapping(TENANT, REQUIRED), least=1), "generate": _generate}, ("tenants",)
)
