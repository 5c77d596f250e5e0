"""Names that must be unique over the whole folder."""

from collections.abc import Iterable, Iterator

from reconciler.core.document import Document
from reconciler.core.errors import Diagnostic
from reconciler.core.shown import shown
from reconciler.flow.load_documents import STAND_INS, Checked
from reconciler.flow.load_faults import error
from reconciler.flow.load_models import BaselineFile, TenantFile


def repeated_names(checked: Iterable[Checked], shipped: Iterable[Checked]) -> Iterator[Diagnostic]:
    """An error for each tenant or baseline whose name, or tenant_id, another document has."""
    taken: dict[tuple[str, str], Document] = {}
    for one in shipped:
        if isinstance(one.frame, BaselineFile):
            taken["baseline name", one.frame.name] = one.document
    for one in checked:
        for what, key, value in _unique(one):
            if value == STAND_INS[key]:
                continue
            first = taken.setdefault((what, value), one.document)
            if first is not one.document:
                line = first.origin((key,)).line
                summary = f"The {what} `{shown(value)}` is taken by {first.file}, line {line}."
                yield error(one.document.range((key,)), summary, "Write another one.")


def _unique(one: Checked) -> Iterator[tuple[str, str, str]]:
    match one.frame:
        case TenantFile():
            yield "tenant name", "name", one.frame.name
            yield "tenant_id", "tenant_id", one.frame.tenant_id
        case BaselineFile():
            yield "baseline name", "name", one.frame.name
        case _:
            return
