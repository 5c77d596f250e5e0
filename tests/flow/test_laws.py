"""Laws 4, 5 and 6 over random policies, tenants and failures, through the whole of plan and apply."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.flow.apply_plan import apply_plan
from reconciler.flow.make_plan import make_plan
from tests.flow.fakes import RESTRICTED, Clock, Ledger, Service, block, default, ports, row
from tests.flow.wishes import approval, desire

NAMES = ["Alarm", "Bell", "Call"]
RESTRICTED_NAME = "User restricted from sending email"
PEOPLE = ["a@contoso.com", "B@contoso.com", "TenantAdmins"]
RECIPIENTS = st.lists(st.sampled_from(PEOPLE), min_size=1, unique=True)
LIMITS = st.one_of(st.just("none"), st.integers(1, 30), st.just({"threshold": 10, "window": 60}))
DEFINITION = st.fixed_dictionaries(
    {"category": st.sampled_from(["ThreatManagement", "Others"]), "severity": st.sampled_from(["low", "medium", "high"]), "threat_type": st.just("Activity"),
     "operations": st.just(["New-InboxRule"]), "aggregation": st.just("none")},
    optional={"comment": st.text("abc ", min_size=1, max_size=4).map(str.strip).filter(bool)},
)  # fmt: skip
NOTIFICATIONS = st.fixed_dictionaries(
    {"recipients": st.one_of(RECIPIENTS, RECIPIENTS.map(lambda who: {"at_least": who}))},
    optional={"enabled": st.sampled_from(["on", "off"]), "daily_limit": LIMITS},
)
OWN = st.one_of(
    st.just({"present": False}),
    st.fixed_dictionaries(
        {"definition": DEFINITION, "notifications": NOTIFICATIONS}, optional={"enabled": st.booleans()}
    ),
)
FIXED = st.fixed_dictionaries(
    {"notifications": NOTIFICATIONS},
    optional={"enabled": st.booleans(), "via": st.sampled_from(["portal", "companion"])},
)
ALERTS = st.tuples(st.dictionaries(st.sampled_from(NAMES), OWN), st.dictionaries(st.just(RESTRICTED_NAME), FIXED)).map(
    lambda two: two[0] | two[1]
)
ROW = {"NotifyUser": RECIPIENTS, "Disabled": st.booleans(), "NotificationEnabled": st.booleans(), "NotifyUserThrottleThreshold": st.none() | st.integers(1, 30),
       "Severity": st.sampled_from(["Low", "Medium", "High", "Informational"])}  # fmt: skip


@st.composite
def services(draw):
    """A tenant with some of the named policies, a foreign one, a DLP row, perhaps the default one, and some blocks."""
    alerts = [
        row(name, f"20000000-0000-4000-8000-{place:012}", **draw(st.fixed_dictionaries({}, optional=ROW)))
        for place, name in enumerate(draw(st.lists(st.sampled_from([*NAMES, "Foreign"]), unique=True)))
    ]
    alerts += [
        row(
            "DLP-Baseline",
            "30000000-0000-4000-8000-000000000001",
            Category="DataLossPrevention",
            Operation=["DlpRuleGenerateAlertMatch"],
        )
    ]
    alerts += (
        [
            default(
                **draw(
                    st.fixed_dictionaries(
                        {}, optional={key: ROW[key] for key in ("NotifyUser", "Disabled", "NotificationEnabled")}
                    )
                )
            )
        ]
        if draw(st.booleans())
        else []
    )
    blocked = [
        block(name) for name in draw(st.lists(st.sampled_from(["alice@contoso.com", "bob@contoso.com"]), unique=True))
    ]
    return Service(alerts=alerts, blocked=blocked, audit=draw(st.booleans()), dehydrated=draw(st.booleans()))


@st.composite
def desires(draw):
    """Policies of one tenant: some kinds, some objects, some fields."""
    sections = {}
    if alerts := draw(ALERTS):
        sections["alert_policies"] = alerts
    if draw(st.booleans()):
        sections["audit_log"] = {"enabled": "on"}
    if draw(st.booleans()):
        sections["restricted_senders"] = {"unblock": [approval()]}
    return desire(**sections)


ACKS = frozenset({"severity-lowered"})
"""Random policies lower a severity now and then, which somebody must acknowledge."""


def carry_out(desired, at):
    """Plan and apply once, without waiting."""
    return apply_plan(make_plan((desired,), at, acks=ACKS), (desired,), at, wait=timedelta(0), acks=ACKS)


def told_about(service):
    """Every identity that a command named."""
    return {str(one.parameters.get(key)) for one in service.told for key in ("Identity", "Name", "SenderAddress")} - {
        "None"
    }


@settings(deadline=None, max_examples=150)
@given(services(), desires())
def test_after_an_apply_a_plan_is_empty_but_for_what_waits(service, desired):
    """Law 4: what apply could do is done; only portal steps are left."""
    at = ports(contoso=service)
    carry_out(desired, at)
    carry_out(desired, at)
    left = make_plan((desired,), at).tenants[0]

    assert {change.via for change in left.changes} <= {"portal"}


@settings(deadline=None, max_examples=150)
@given(services(), desires())
def test_nothing_foreign_is_ever_named_and_planning_sends_nothing(service, desired):
    """Law 5: commands name only what policies name, and a plan sends none at all."""
    at = ports(contoso=service)
    before = [dict(one) for one in service.rows["alerts"]]
    make_plan((desired,), at)
    sent_by_plan = list(service.told)
    carry_out(desired, at)
    foreign = {
        one["Guid"] for one in before if one["Name"] in {"Foreign", "DLP-Baseline"} or one["Guid"] == RESTRICTED
    } | {"bob@contoso.com"}

    assert sent_by_plan == []
    assert not told_about(service) & foreign


@settings(deadline=None, max_examples=150)
@given(
    services(),
    desires(),
    st.sets(
        st.sampled_from(
            ["Get-ProtectionAlert", "Get-BlockedSenderAddress", "Get-AdminAuditLogConfig", "Get-OrganizationConfig"]
        ),
        min_size=1,
    ),
)
def test_what_can_not_be_read_is_never_created_or_deleted(service, desired, unreadable):
    """Law 6: a failed read is not an absence; its kind has no change and the plan is incomplete."""
    service.unreadable = unreadable
    tenant = make_plan((desired,), ports(contoso=service), acks=ACKS).tenants[0]
    dumb = {one.kind for one in tenant.unreadable}

    assert not [change for change in tenant.changes if change.kind in dumb]
    assert tenant.complete == (not dumb)
    assert tenant.exit.code in ({6} if dumb else {0, 2})
    if "Get-ProtectionAlert" in unreadable:
        assert not [change for change in tenant.changes if change.kind == "alert-policy"]


@settings(deadline=None, max_examples=100)
@given(services(), desires(), st.integers(0, 4), st.data())
def test_after_a_failed_apply_plan_and_apply_still_arrive(service, desired, lag, data):
    """Law 4, second half: lost answers and late readings in the first apply don't keep the next ones from arriving."""
    clock, ledger = Clock(), Ledger()
    at = ports(contoso=service, clock=clock, ledger=ledger)
    plan = make_plan((desired,), at, acks=ACKS)
    service.lag = lag
    service.lost = data.draw(
        st.sets(
            st.sampled_from(
                [
                    "New-ProtectionAlert",
                    "Set-ProtectionAlert",
                    "Remove-ProtectionAlert",
                    "Remove-BlockedSenderAddress",
                    "Set-AdminAuditLogConfig",
                ]
            )
        )
    )
    apply_plan(plan, (desired,), at, wait=timedelta(0), acks=ACKS)
    service.lost, service.lag = set(), 0
    for _ in range(3):
        clock.time += timedelta(hours=25)
        carry_out(desired, at)
    unblocks = [one for one in service.told if one.cmdlet == "Remove-BlockedSenderAddress"]

    assert {change.via for change in make_plan((desired,), at).tenants[0].changes} <= {"portal"}
    assert len(unblocks) <= 1
