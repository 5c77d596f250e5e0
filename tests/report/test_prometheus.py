"""The text file for Prometheus, read back by the parser of its own library."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from reconciler.core.change import Finding
from reconciler.core.outcome import ended
from reconciler.core.plan import Plan
from reconciler.core.waiting import Status, TenantStatus, Waiting
from reconciler.report.context import Context
from reconciler.report.formats import REPORTS, Result, command_of
from reconciler.report.validation import validation
from tests.report import samples

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
EVIL = st.text(alphabet="<>&\"'`|*_[]()@/\\ \n\r\x1b\x07\x7f\u202e\u200bab:{}%=,\ud800", max_size=20)
LABELS = {"tenant", "kind", "severity", "action", "command"}
STATUS = Status(
    tenants=(
        TenantStatus(
            name="contoso",
            complete=True,
            waiting=(Waiting(address=samples.BOB, state="held"), Waiting(address=samples.ALERT, state="overdue")),
            exit=ended(8),
        ),
    ),
    exit=ended(8),
)
RESULTS: dict[str, Result] = {
    "plan": samples.plan(),
    "apply": samples.applied(),
    "drift": samples.drift(),
    "validate": validation(()),
    "status": STATUS,
}


def printed(result: Result, **around) -> str:
    """The text of a result, in a context that tests may change."""
    return REPORTS["prometheus"].write(result, replace(Context(command_of(result), AT, "0.1.0"), **around))


def read(text: str) -> dict[str, dict[tuple[str, ...], float]]:
    """Each sample by its name and the values of its labels, the labels in the order of their names."""
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(text):
        for one in family.samples:
            key = tuple(text for _, text in sorted(one.labels.items()))
            assert key not in found.setdefault(one.name.removeprefix("reconciler_"), {}), one
            found[one.name.removeprefix("reconciler_")][key] = one.value
    return found


def without_sender_list(plan: Plan) -> Plan:
    """The plan with a list of senders that was read in contoso and fabrikam."""
    contoso, calm, mute = plan.tenants
    calm = calm.model_copy(update={"foreign": {"restricted-sender": 2}})
    return plan.model_copy(update={"tenants": (contoso, calm, mute)})


@pytest.mark.parametrize("command", RESULTS)
def test_the_file_is_one_that_a_collector_takes(command):
    """Names have our prefix, labels are the few that we allow, and there is neither a timestamp nor a creation time."""
    text = printed(RESULTS[command], seconds=1.5, budgets={"contoso": 1})
    samples_ = [one for family in text_string_to_metric_families(text) for one in family.samples]

    assert samples_
    assert {"reconciler"} == {one.name.split("_")[0] for one in samples_}
    assert set() == {name for one in samples_ for name in one.labels} - LABELS
    assert {None} == {one.timestamp for one in samples_}
    assert "_created" not in text
    assert (True, False) == (text.endswith("\n"), "\r" in text)


@pytest.mark.parametrize("command", RESULTS)
def test_every_metric_says_once_what_it_is(command):
    """One HELP and one TYPE for each, before its samples; what counts up has a name that says so."""
    text = printed(RESULTS[command], seconds=1.5)
    types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE))
    helps = re.findall(r"^# HELP (\S+) \S", text, re.MULTILINE)

    assert sorted(types) == sorted(helps)
    assert {name for name, kind in types.items() if kind == "counter"} == {
        name for name in types if name.endswith("_total")
    }


def test_changes_by_tenant_kind_and_action():
    """Portal steps count; what was read and needs nothing has a zero; what could not be read has no sample."""
    found = read(printed(samples.plan()))["plan_changes"]

    assert (1, 2, 0) == tuple(found[action, "alert-policy", "contoso"] for action in ("create", "update", "delete"))
    assert 1 == found["delete", "restricted-sender", "contoso"]
    assert 0 == found["create", "alert-policy", "fabrikam"]
    assert {"contoso", "fabrikam"} == {tenant for _, _, tenant in found}


def test_a_targeted_plan_says_nothing_of_the_rest():
    """Only the kinds of the targets have samples, for nothing else was read."""
    made = samples.plan()
    calm = made.model_copy(update={"targets": ("fabrikam/audit-log",), "tenants": made.tenants[1:2]})

    assert {"audit-log"} == {kind for _, kind, _ in read(printed(calm))["plan_changes"]}


def test_what_waits_in_a_plan():
    """Held, by hand, unread; each with the command, so that the files of two commands can lie in one folder."""
    found = read(printed(samples.plan()))
    names = ("held", "manual", "converging", "overdue", "read_errors_total")

    assert [1, 1, 0, 0, 0] == [found[name]["plan", "contoso"] for name in names]
    assert 1 == found["read_errors_total"]["plan", "mute"]


def test_two_commands_have_no_sample_in_common():
    """A collector refuses two files with one and the same sample."""
    seen = [
        {(name, key) for name, samples_ in read(printed(result, budgets={"contoso": 1})).items() for key in samples_}
        for result in RESULTS.values()
    ]

    assert sum(map(len, seen)) == len(set.union(*seen))


def test_restricted_senders_are_counted_whether_named_or_not():
    """Those that no policy names, and those that are lifted, held or on their way; nothing where no list was read."""
    found = read(printed(without_sender_list(samples.plan())))["restricted_senders"]

    assert {("plan", "contoso"): 2, ("plan", "fabrikam"): 2} == found


def test_acceptances_are_counted():
    """Each acceptance that holds has one finding."""
    made = samples.drift()
    accepted = Finding(rule="accepted", severity="accepted", address=samples.ALERT, message="")
    tenant = made.tenants[0].model_copy(update={"findings": (accepted, accepted)})
    found = read(printed(made.model_copy(update={"tenants": (tenant,)})))

    assert {("drift", "contoso"): 2} == found["suppressions_active"]


def test_drift_by_severity_and_age():
    """Open differences only; the age counts from when it was first seen to the time of the run."""
    made = samples.drift()
    dated = tuple(one.model_copy(update={"first_seen": "2026-11-22T10:00:00Z"}) for one in made.tenants[0].drift)
    tenants = (made.tenants[0].model_copy(update={"drift": dated}), made.tenants[1])
    found = read(printed(made.model_copy(update={"tenants": tenants})))

    assert (1, 1, 0) == tuple(
        found["drift_open"][key]
        for key in (
            ("alert-policy", "critical", "contoso"),
            ("alert-policy", "warning", "contoso"),
            ("restricted-sender", "warning", "contoso"),
        )
    )
    assert {("contoso",): 86_400, ("fabrikam",): 0} == found["drift_oldest_seconds"]


def test_an_unknown_age_is_no_sample():
    """Where the ledger could not say since when something differs, no age is made up."""
    assert {("fabrikam",): 0} == read(printed(samples.drift()))["drift_oldest_seconds"]


def test_success_has_a_time_and_failure_has_none():
    """Changes, drift and waiting are no failure; a tenant that failed has no sample, and its exit code tells why."""
    found = read(printed(samples.plan()))

    assert {("plan", "fabrikam"): AT.timestamp()} == found["last_success_timestamp_seconds"]
    assert {("plan", "contoso"): 4, ("plan", "fabrikam"): 0, ("plan", "mute"): 6} == found["exit_code"]
    assert {("plan",): 4} == found["run_exit_code"]
    assert {("drift", "contoso"), ("drift", "fabrikam")} == set(
        read(printed(samples.drift()))["last_success_timestamp_seconds"]
    )


def test_outcomes_of_an_apply():
    """Each state has its number, zero too."""
    found = read(printed(samples.applied()))
    names = ("apply_applied", "apply_unchanged", "apply_failed", "apply_skipped")

    assert [(1, 0)] * 4 == [(found[name]["contoso",], found[name]["fabrikam",]) for name in names]
    assert [1, 1, 1] == [found[name]["apply", "contoso"] for name in ("held", "manual", "converging")]


def test_what_status_and_validate_count():
    """Waiting objects by state; errors and warnings."""
    status, valid = read(printed(STATUS)), read(printed(validation(())))

    assert [1, 0, 0, 1] == [status[name]["status", "contoso"] for name in ("held", "manual", "converging", "overdue")]
    assert ({(): 0}, {(): 0}, {("validate",): 0}) == (
        valid["policy_errors"],
        valid["policy_warnings"],
        valid["run_exit_code"],
    )


def test_the_run_itself():
    """How long it took, unless its time is fixed; how often it was throttled; what is left of the budget."""
    found = read(printed(samples.plan(), seconds=1.23456, throttled=3, budgets={"contoso": 4, "other": 1}))

    assert {("plan",): 1.235} == found["run_duration_seconds"]
    assert {("plan",): 3} == found["api_throttled_total"]
    assert {("plan", "contoso"): 4} == found["unblock_budget_remaining"]
    assert "run_duration_seconds" not in read(printed(samples.plan()))


def test_a_stored_result_claims_no_success_now():
    """Of a file nobody knows when the run was, how long it took, or how often it was throttled."""
    found = read(printed(samples.plan(), stored=True, seconds=1.0))

    assert set() == {"last_success_timestamp_seconds", "run_duration_seconds", "api_throttled_total"} & set(found)
    assert 3 == len(found["exit_code"])


@given(EVIL)
@settings(max_examples=50)
def test_a_name_stays_in_its_label(name):
    """Even a forged tenant's name changes neither the number of samples nor any other of them."""
    made = samples.plan()
    evil = made.model_copy(
        update={"tenants": (made.tenants[0].model_copy(update={"name": f"x{name}"}), *made.tenants[1:])}
    )
    tame = made.model_copy(update={"tenants": (made.tenants[0].model_copy(update={"name": "x"}), *made.tenants[1:])})

    assert {name: sorted(found.values()) for name, found in read(printed(tame)).items()} == {
        name: sorted(found.values()) for name, found in read(printed(evil)).items()
    }


@given(st.text(alphabet="secret<>\"'\\\n", min_size=1, max_size=10))
@settings(max_examples=25)
def test_no_value_of_a_tenant_is_in_it(note):
    """Neither messages nor addresses: equal numbers give equal bytes."""
    assert printed(samples.plan()) == printed(samples.plan(note=note, address=f"contoso/restricted-sender/{note}"))


def test_time_may_stand_still_or_go_back():
    """A clock behind the ledger's gives an age of nothing, never less."""
    made = samples.drift()
    dated = tuple(one.model_copy(update={"first_seen": "2026-11-23T11:00:00Z"}) for one in made.tenants[0].drift)
    late = made.model_copy(update={"tenants": (made.tenants[0].model_copy(update={"drift": dated}),)})

    assert {("contoso",): 0} == read(printed(late, at=AT - timedelta(days=1)))["drift_oldest_seconds"]
