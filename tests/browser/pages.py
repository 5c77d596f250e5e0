"""Every sort of page, as a browser gets it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from reconciler.core.change import Finding
from reconciler.core.outcome import ended
from reconciler.core.plan import Plan, TenantPlan, sealed
from reconciler.core.records import DriftRecord, Timeline
from reconciler.core.waiting import Status, TenantStatus, Waiting
from reconciler.report.context import Context
from reconciler.report.formats import page_of, printed
from reconciler.report.site import site
from tests.report import samples
from tests.report.test_reports import invalid

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
DAY = timedelta(days=1)
EVIL = (
    "<script>window.harm = 1</script>",
    '"><img src=x onerror="window.harm = 1">',
    "{{ 7 * 7 }} </style></script>",
    "gnp.\u202etxe",
)
RECORDS = (
    DriftRecord(address=samples.ALERT, field="notifications.recipients", first_seen=AT - 9 * DAY, last_seen=AT, severity="critical"),
    DriftRecord(address=samples.OWN, field="definition.severity", first_seen=AT - 20 * DAY, last_seen=AT - 15 * DAY, closed_at=AT - 14 * DAY),
    DriftRecord(address=samples.OWN, field="definition.severity", first_seen=AT - DAY, last_seen=AT, severity="warning"),
    DriftRecord(address="contoso/audit-log", field="enabled", first_seen=AT - 30 * DAY, last_seen=AT - 29 * DAY, closed_at=AT - 28 * DAY),
)  # fmt: skip
TIMELINE = Timeline(since=AT - 90 * DAY, until=AT, records=RECORDS)
CONTEXT = Context(command="drift", at=AT, version="0.1.0", timeline=TIMELINE)


def status():
    """What waits: a write on its way with its clock, a step in the portal, and a held sender."""
    waiting = (
        Waiting(address=samples.OWN, via="api", action="update", state="converging", since="2026-11-23T09:30:00Z", until="2026-11-23T10:30:00Z", message="a write may take up to 1 h to be visible."),
        Waiting(address=samples.ALERT, via="portal", action="update", state="manual", steps=("Open the policy.", "Set the limit to 25."), url="https://security.microsoft.com/alertpoliciesv2"),
        Waiting(address=samples.BOB, state="held", rule="newer-block", message=samples.LONG, origin=samples.AT),
    )  # fmt: skip
    contoso = TenantStatus(name="contoso", complete=True, waiting=waiting, exit=ended(8, "1 by hand in the portal"))
    calm = TenantStatus(name="fabrikam", complete=True, exit=ended(0))
    return Status(tenants=(contoso, calm), exit=ended(8, "contoso: 1 by hand in the portal"))


def fleet(number=300):
    """A plan of many tenants: a third calm, some refused and each with words of its own, the others alike."""
    busy, calm, _ = samples.plan().tenants
    tenants = tuple(_tenant(at, calm if at % 3 == 0 else busy, alike=at % 3 == 1) for at in range(number))
    return sealed(samples.plan().model_copy(update={"tenants": tenants}))


def _tenant(at, like, *, alike):
    name = f"tenant-{at:03}"
    found = like.model_validate_json(like.model_dump_json().replace("contoso/", f"{name}/"))
    said = Finding(rule="block-changed", severity="warning", address=name, message=f"Changed {at} times.")
    more = {"findings": (), "exit": ended(2, "4 changes")} if alike else {"findings": (*found.findings, said)}
    return found.model_copy(
        update={"name": name, "tenant_id": f"t{at}"} | (more if isinstance(like, TenantPlan) and like.changes else {})
    )


def evil(text):
    """A plan in which a tenant has put this text wherever it can."""
    plan = samples.plan(note=f" {text}", address=f"contoso/restricted-sender/{text}")
    changes = tuple(
        one.model_copy(
            update={
                "after": {"name": text, text: text} if one.after is not None else None,
                "manual": one.manual and one.manual.model_copy(update={"url": f"javascript:alert(1)//{text}"}),
            }
        )
        for one in plan.tenants[0].changes
    )
    first = plan.tenants[0].model_copy(update={"changes": changes})
    return sealed(Plan.model_validate({**plan.model_dump(), "tenants": (first, *plan.tenants[1:])}))


def past(text):
    """A ledger that remembers drift of an object with such a name."""
    one = DriftRecord(address=f"contoso/alert-policy/{text}", field=text, first_seen=AT - DAY, last_seen=AT)
    return replace(CONTEXT, timeline=Timeline(since=AT - 90 * DAY, until=AT, records=(one,)))


def drawn(result, context=CONTEXT):
    """The single page of a result."""
    return printed(result, "html", context, verbose=True)


def site_of(result, context=CONTEXT):
    """The pages of a result, by file name."""
    return site(page_of(result, verbose=True), context)


def every_page():
    """A page of each sort, by its name."""
    unread = Timeline(since=AT, until=AT, missing="The ledger can't be read <now>.")
    results = {
        "plan": samples.plan(),
        "applied": samples.applied(" said"),
        "drift": samples.drift(),
        "status": status(),
        "senders": samples.senders(),
        "history": samples.history(),
        "validation": invalid(),
        "fleet": fleet(40),
    }
    single = {name: drawn(result) for name, result in results.items()}
    parted = {f"site-{name.removesuffix('.html')}": text for name, text in site_of(samples.drift()).items()}
    blind = drawn(samples.drift(), Context(command="drift", at=AT, version="0.1.0", timeline=unread))
    return {**single, **parted, "no-ledger": blind, "evil": drawn(evil(EVIL[1]), past(EVIL[1]))}
