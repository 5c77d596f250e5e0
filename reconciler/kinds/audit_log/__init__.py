"""The unified audit log: without it no alert policy works."""

from typing import Final

from reconciler.core.change import Change, Field, Severity
from reconciler.core.kind import Kind, Moment
from reconciler.core.request import Answers
from reconciler.core.resource import Pair, Scoped, Tenant, Wanted
from reconciler.core.scope import overlay
from reconciler.facts import clocks
from reconciler.kinds.audit_log.spec import KIND_NAME, check, parse, schema
from reconciler.kinds.audit_log.wire import current, encode, follow_up, is_dehydrated, query


def match(_tenant: Tenant, wanted: tuple[Wanted, ...], answers: Answers, _moment: Moment) -> Scoped:
    """The audit log beside what is wanted of it. Raises ReadError where its state is unknown."""
    before = current(answers)
    first = "the organization was never customised, so Enable-OrganizationCustomization comes first"
    why = first if is_dehydrated(answers) else ""
    return Scoped(
        pairs=tuple(
            Pair(
                address=one.address,
                kind=one.kind,
                via="api",
                ref=None,
                before=before,
                after=overlay(one.body, before),
                origin=one.origin,
                why=why,
            )
            for one in wanted
        )
    )


def severity(_change: Change, field: Field) -> Severity:
    """Critical where auditing is off and should be on."""
    return "critical" if field.before is False else "warning"


KIND: Final = Kind(
    name=KIND_NAME,
    section="audit_log",
    check=check,
    schema=schema,
    parse=parse,
    query=query,
    match=match,
    encode=encode,
    clock=clocks.AUDIT_LOG,
    effect=clocks.AUDIT_LOG_EFFECT,
    severity=severity,
    follow_up=follow_up,
    locate=lambda _via, _fields: {},
)
