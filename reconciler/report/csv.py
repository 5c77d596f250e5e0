"""A result as a table for spreadsheets, a row for each thing to do or to know; no cell can become a formula.

The file begins with a byte-order mark: without it Excel reads it in an old encoding and spoils every name that is not
English. Lines end as RFC 4180 wants it, and every cell stands in quotes.
"""

import csv
import unicodedata
from collections.abc import Iterator
from io import StringIO
from typing import Final

from reconciler.core.change import Change, Origin
from reconciler.core.errors import Diagnostic
from reconciler.core.outcome import Applied, Drift, DriftEntry, TenantDrift, TenantOutcomes
from reconciler.core.plan import Plan, TenantPlan
from reconciler.report.context import Context
from reconciler.report.drift import apart
from reconciler.report.escape import visible
from reconciler.report.page import Fact
from reconciler.report.validation import Validation
from reconciler.report.words import change_of, exit_line, facts

COLUMNS: Final = (
    "tenant", "address", "what", "state", "severity", "action", "via", "rule", "changes", "steps", "link", "why",
    "place", "first seen",
)  # fmt: skip
_MARK: Final = "\ufeff"
_FORMULA: Final = frozenset("=+-@\u2212")
"""How a formula begins, once compatible forms such as full-width signs are taken for what they look like."""

Row = dict[str, str]


def to_csv(result: Plan | Applied | Drift | Validation, context: Context) -> str:
    """The table of a result, in the order of the result."""
    told = StringIO()
    rows = csv.DictWriter(told, COLUMNS, restval="", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    rows.writeheader()
    rows.writerows({name: cell(text) for name, text in row.items()} for row in _rows(result, context))
    return _MARK + told.getvalue()


def cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula, on one line, with hidden characters shown as escapes."""
    shown = visible(text)
    first = unicodedata.normalize("NFKC", shown).lstrip()[:1]
    return f"'{shown}" if first in _FORMULA and first else shown


def _rows(result: Plan | Applied | Drift | Validation, context: Context) -> Iterator[Row]:
    match result:
        case Plan():
            for plan in result.tenants:
                yield from (_change(plan.name, one, context) for one in plan.changes)
                yield from _around(plan, context)
        case Drift():
            for found in result.tenants:
                yield from (_difference(found.name, one, context) for one in found.drift)
                yield from _around(found, context)
        case Applied():
            for ended in result.tenants:
                yield from _ended(ended)
        case Validation():
            yield from (_diagnostic(one, context) for one in result.diagnostics)


def _change(tenant: str, one: Change, context: Context) -> Row:
    leaves = map(change_of, one.fields) if one.action == "update" else facts(one.after or one.before)
    return {
        "tenant": tenant,
        "address": one.address,
        "what": "change",
        "action": one.action,
        "via": one.via,
        "changes": "; ".join(map(_words, leaves)),
        "steps": " ".join(f"{at}. {step}" for at, step in enumerate(one.manual.steps if one.manual else (), start=1)),
        "link": (one.manual.url or "") if one.manual else "",
        "why": one.why,
        "place": _place(one.origin, context),
    }


def _difference(tenant: str, one: DriftEntry, context: Context) -> Row:
    return {
        "tenant": tenant,
        "address": one.address,
        "what": "difference",
        "state": one.state,
        "severity": one.severity,
        "changes": _words(Fact(one.field, apart(one))),
        "place": _place(one.origin, context),
        "first seen": one.first_seen or "",
    }


def _ended(tenant: TenantOutcomes) -> Iterator[Row]:
    """Each outcome, and why the tenant ended as it did: one that was stopped may have no outcome at all."""
    for one in tenant.outcomes:
        yield {
            "tenant": tenant.name,
            "address": one.address,
            "what": "outcome",
            "state": one.state,
            "action": one.action,
            "via": one.via,
            "why": one.message,
        }
    if tenant.exit.code:
        yield {"tenant": tenant.name, "address": tenant.name, "what": "end", "why": exit_line(tenant.exit)}


def _diagnostic(one: Diagnostic, context: Context) -> Row:
    at = Origin(file=one.range.filename, line=one.range.start.line) if one.range else None
    why = f"{one.summary} {one.detail}".strip()
    return {"what": "diagnostic", "severity": one.severity, "why": why, "place": _place(at, context)}


def _around(tenant: TenantPlan | TenantDrift, context: Context) -> Iterator[Row]:
    """What could not be read, and what is to be said of a tenant."""
    for item in tenant.unreadable:
        yield {
            "tenant": tenant.name,
            "address": f"{tenant.name}/{item.kind}",
            "what": "unreadable",
            "why": item.reason,
        }
    for one in tenant.findings:
        yield {
            "tenant": tenant.name,
            "address": one.address,
            "what": "finding",
            "severity": one.severity,
            "rule": one.rule,
            "why": one.message,
            "place": _place(one.origin, context),
        }


def _words(fact: Fact) -> str:
    return f"{fact.name}: {' '.join(piece.text for piece in fact.pieces)}"


def _place(origin: Origin | None, context: Context) -> str:
    return f"{context.place(origin.file) or origin.file}:{origin.line}" if origin else ""
