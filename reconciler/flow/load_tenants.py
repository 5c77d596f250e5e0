"""Tenants with all their layers: the merged sections become wanted objects."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Final

from reconciler.core.document import Document
from reconciler.core.errors import Diagnostic
from reconciler.core.kind import Fault, Kind, Moment, Section
from reconciler.core.resource import Desired, Guardrails, Tenant, Wanted
from reconciler.flow.load_baselines import Baselines
from reconciler.flow.load_documents import Checked
from reconciler.flow.load_faults import error, warning
from reconciler.flow.load_layers import Layer
from reconciler.flow.load_models import AuthFile, TenantFile

_CREDENTIALS: Final = ("AZURE_*", "*_OIDC_TOKEN", "RECONCILER_CRED_*")
"""The variables that a policy may name without guardrails: a line of YAML must not name any secret (CONTRACT 1)."""
_INITIAL: Final = (".onmicrosoft.com", ".onmicrosoft.us", ".onmschina.cn")


@dataclass(frozen=True, slots=True)
class Sought:
    """A tenant's desired state without its acceptances, and the layers that it came from."""

    desired: Desired
    layers: Mapping[str, Layer]


@dataclass(slots=True)
class Found:
    """Every tenant, and what is wrong with them."""

    sought: list[Sought] = field(default_factory=list)
    faults: list[Diagnostic] = field(default_factory=list)


def tenants(checked: Iterable[Checked], baselines: Baselines, kinds: tuple[Kind, ...], moment: Moment) -> Found:
    """Every tenant whose frame is right, sorted by name."""
    found = Found()
    for one in checked:
        if isinstance(one.frame, TenantFile):
            found.faults += baselines.unknown(one.document, one.frame.extends)
            found.faults += _frame_faults(one.document, one.frame, moment.guardrails)
            layers, broken = baselines.for_tenant(one, one.frame)
            tenant = _tenant(one.document, one.frame)
            whole = [(kind, layers[kind.section]) for kind in kinds if kind.section in layers.keys() - broken]
            wanted = [item for kind, layer in whole for item in _wanted(kind, layer, tenant, moment, found.faults)]
            desired = Desired(
                tenant=tenant,
                wanted=tuple(sorted(wanted, key=lambda item: item.address)),
                sections=tuple(layers),
                guardrails=moment.guardrails,
            )
            found.sought.append(Sought(desired, layers))
    found.sought.sort(key=lambda sought: sought.desired.tenant.name)
    return found


def _tenant(document: Document, frame: TenantFile) -> Tenant:
    return Tenant(
        name=frame.name,
        tenant_id=frame.tenant_id,
        domain=frame.domain,
        cloud=frame.cloud,
        labels=frame.labels,
        mode=frame.mode,
        auth=frame.auth.auth() if frame.auth else None,
        origin=document.origin(("name",)),
    )


def _wanted(kind: Kind, layer: Layer, tenant: Tenant, moment: Moment, faults: list[Diagnostic]) -> tuple[Wanted, ...]:
    parsed = kind.parse(Section(tenant, layer.value, layer.origins(), layer.names), moment)
    faults += (_diagnostic(layer, fault) for fault in parsed.faults)
    return parsed.wanted


def _diagnostic(layer: Layer, fault: Fault) -> Diagnostic:
    said = error if fault.severity == "error" else warning
    return said(layer.range(fault.path), fault.summary, fault.detail)


def _frame_faults(document: Document, frame: TenantFile, guardrails: Guardrails) -> Iterator[Diagnostic]:
    if not frame.domain.endswith(_INITIAL):
        detail = "Requests are routed by the initial domain, such as contoso.onmicrosoft.com; with another, pages fail."
        yield warning(document.range(("domain",)), "This does not look like the tenant's initial domain.", detail)
    yield from _credential_faults(document, frame.auth, (*_CREDENTIALS, *guardrails.credentials))


def _credential_faults(document: Document, auth: AuthFile | None, allowed: tuple[str, ...]) -> Iterator[Diagnostic]:
    for key, name in auth.variables().items() if auth else ():
        if not any(fnmatchcase(name, pattern) for pattern in allowed):
            summary = "A policy may not name this environment variable."
            detail = f"Name one that fits {', '.join(allowed)}, or allow it with `credentials` in the guardrails."
            yield error(document.range(("auth", key)), summary, detail)
