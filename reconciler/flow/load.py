"""Policy documents become the desired state of each tenant, or every fault in every file at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from pydantic import JsonValue

from reconciler.core.digest import digest
from reconciler.core.document import Document, Documents
from reconciler.core.errors import Diagnostic, PolicyError
from reconciler.core.kind import Kind, Moment
from reconciler.core.notice import Route
from reconciler.core.resource import Acceptance, Desired
from reconciler.flow.load_acceptances import accepted
from reconciler.flow.load_baselines import Baselines
from reconciler.flow.load_documents import Checked, Checker
from reconciler.flow.load_faults import error
from reconciler.flow.load_limits import limits, strangers
from reconciler.flow.load_names import repeated_names
from reconciler.flow.load_refusals import Refusal, refusals
from reconciler.flow.load_routes import routes
from reconciler.flow.load_tenants import Sought, tenants


@dataclass(frozen=True, slots=True)
class Loaded:
    """The desired state of every tenant, by name, and the warnings of the way to it."""

    desired: tuple[Desired, ...]
    diagnostics: tuple[Diagnostic, ...]
    refusals: tuple[Refusal, ...] = ()
    """Values that break a guardrail. A plan judges them again, beside what the tenant holds."""
    routes: Mapping[str, Route] = field(default_factory=dict)
    """What each channel wants to hear."""


def load(documents: Documents, kinds: tuple[Kind, ...], moment: Moment) -> Loaded:
    """The desired state of every tenant at a moment, of which only the two times count.

    Raises PolicyError with every fault in every file, and the warnings too, errors first.
    """
    checker = Checker(kinds)
    checked = _checked(checker, documents.documents)
    shipped = _checked(checker, documents.shipped)
    named = checker.check(documents.guardrails) if documents.guardrails else None
    rules, faults = limits(checked, named, kinds, moment)
    moment = replace(moment, guardrails=rules)
    baselines = Baselines((*shipped, *checked), kinds)
    faults += (*baselines.faults(), *repeated_names(checked, shipped))
    found = tenants(checked, baselines, kinds, moment)
    faults += found.faults
    bound, wrong = accepted(checked, {one.desired.tenant.name: one.desired for one in found.sought}, kinds, moment)
    faults += wrong
    guarding = [one for one in (named, *checked) if one is not None and one.kind == "guardrails"]
    faults += strangers(guarding, (item for one in found.sought for item in one.desired.wanted), kinds)
    told, odd = routes(checked, (one.desired.tenant for one in found.sought))
    faults += odd
    known = _ordered(documents.faults, (*checker.faults, *faults))
    if not any(one.severity == "error" for one in known) and not found.sought:
        known = (_no_tenant(documents), *known)
    if any(one.severity == "error" for one in known):
        raise PolicyError(known)
    shared = digest(rules.model_dump(mode="json", exclude={"written"}))
    desired = tuple(_finished(one, bound, shared) for one in found.sought)
    return Loaded(desired, known, refusals(found.sought, kinds, moment), told)


def _checked(checker: Checker, documents: Iterable[Document]) -> list[Checked]:
    return [one for document in documents if (one := checker.check(document)) is not None]


def _no_tenant(documents: Documents) -> Diagnostic:
    summary = f"The folder `{documents.folder}` holds no tenant."
    return error(None, summary, "Write one: kind: tenant, with its name, tenant_id and domain.")


def _ordered(read: tuple[Diagnostic, ...], found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Every diagnostic once, errors first, by file and place; what follows from a fault in the text is left out."""
    taken = {_place(one)[1:] for one in read if one.severity == "error" and one.range}
    kept = dict.fromkeys((*read, *(one for one in found if _place(one)[1:] not in taken)))
    return tuple(sorted(kept, key=_place))


def _place(one: Diagnostic) -> tuple[bool, str, int, int]:
    if one.range is None:
        return one.severity != "error", "", 0, 0
    return one.severity != "error", one.range.filename, one.range.start.line, one.range.start.column


def _finished(one: Sought, bound: dict[str, tuple[Acceptance, ...]], rules: str) -> Desired:
    """A tenant's desired state with its acceptances and its digest."""
    acceptances = bound.get(one.desired.tenant.name, ())
    document: dict[str, JsonValue] = {
        "tenant": one.desired.tenant.model_dump(mode="json", exclude={"labels", "auth", "origin"}),
        "sections": {section: layer.value for section, layer in one.layers.items()},
        "guardrails": rules,
        "acceptances": [entry.model_dump(mode="json", exclude={"origin"}) for entry in acceptances],
    }
    return one.desired.model_copy(update={"acceptances": acceptances, "digest": digest(document)})
