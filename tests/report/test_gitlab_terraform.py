"""The Terraform report: three counts as GitLab's parser takes them, and never three zeros where nobody could look."""

import json
from typing import Any

import pytest
from hypothesis import given, settings

from reconciler.core.outcome import DriftEntry, TenantDrift, TenantOutcomes, Unreadable, ended
from tests.report import samples
from tests.report.told import EVIL, applied, drift, planned, report

KEYS = ("create", "update", "delete")
RESULTS = {"plan": planned, "apply": applied, "drift": drift}


def widget(written: str) -> dict[str, int] | str:
    """What GitLab makes of a report: the counts, or why it can't show them (the rules of its parser)."""
    try:
        found = json.loads(written)
    except ValueError:
        return "invalid format"
    if not isinstance(found, dict) or set(KEYS) - set(found):
        return "missing keys"
    if any(
        isinstance(found[key], bool) or not isinstance(found[key], int) or not 0 <= found[key] <= 999_999
        for key in KEYS
    ):
        return "invalid count"
    return {key: found[key] for key in KEYS}


def counts(result: Any, command: str) -> dict[str, int] | str:
    """What GitLab shows of a result."""
    return widget(report("gitlab-terraform", result, command))


def beside(result: Any, command: str) -> dict[str, Any]:
    """The keys that GitLab does not read."""
    found = json.loads(report("gitlab-terraform", result, command))
    return {key: found[key] for key in found if key not in KEYS}


def test_a_plan_counts_its_changes():
    """Changes are counted by action, portal ones included; how many are manual, held, refused stands beside."""
    assert {"create": 1, "update": 2, "delete": 1} == counts(planned(), "plan")
    assert {"manual": 1, "held": 1, "refused": 1, "complete": False, "unreadable_tenants": 1} == beside(
        planned(), "plan"
    )


def test_drift_counts_what_a_plan_would_do():
    """Each object that differs is counted once for its action; what is accepted or on its way is not."""
    assert {"create": 1, "update": 2, "delete": 1} == counts(drift(), "drift")
    assert 1 == beside(drift(), "drift")["manual"]


def test_several_fields_of_an_object_are_one_update():
    """Two fields of one policy are one change; a block that an approval covers is a removal."""
    fields = [
        DriftEntry(address=samples.OWN, field=path, desired=1, actual=2, severity="info", state="open")
        for path in ("enabled", "notifications.daily_limit")
    ]
    block = DriftEntry(
        address=samples.ALICE, field="blocked", desired=False, actual=True, severity="info", state="open"
    )
    tenant = TenantDrift(name="contoso", complete=True, drift=(*fields, block), foreign={}, exit=ended(2))

    assert {"create": 0, "update": 1, "delete": 1} == counts(drift().model_copy(update={"tenants": (tenant,)}), "drift")


def test_an_apply_counts_what_it_made():
    """What was applied, is on its way or waits for a hand counts; what was held, failed or left out stands beside."""
    assert {"create": 0, "update": 4, "delete": 0} == counts(applied(), "apply")
    assert {"manual": 1, "held": 1, "failed": 1, "skipped": 1, "complete": False} == beside(applied(), "apply")


def test_nothing_to_do_is_three_zeros():
    """A run that saw everything and found nothing says so."""
    calm = drift().model_copy(update={"tenants": (drift().tenants[1],), "exit": ended(0)})

    assert dict.fromkeys(KEYS, 0) == counts(calm, "drift")


@pytest.mark.parametrize("code", [1, 4, 5, 6, 9, 130])
def test_a_run_that_could_not_look_is_never_shown_as_zero(code):
    """Without any count and without having seen or done all, GitLab says that the report is broken."""
    unread = (Unreadable(kind="audit-log", reason="No answer."),)
    mute = TenantDrift(name="mute", complete=False, unreadable=unread, foreign={}, exit=ended(code))
    stopped = TenantOutcomes(name="mute", exit=ended(code))

    assert "missing keys" == counts(drift().model_copy(update={"tenants": (mute,), "exit": ended(code)}), "drift")
    assert "missing keys" == counts(applied().model_copy(update={"tenants": (stopped,), "exit": ended(code)}), "apply")


def test_counts_stop_at_six_digits():
    """More than GitLab's parser takes is shown as the most that it takes."""
    entries = tuple(
        DriftEntry(address=f"contoso/alert-policy/{number}", field="present", desired=True, actual=False, severity="info", state="open")
        for number in range(3)
    )  # fmt: skip
    tenant = TenantDrift(name="contoso", complete=True, drift=entries * 333_334, foreign={}, exit=ended(2))

    assert {"create": 999_999, "update": 0, "delete": 0} == counts(
        drift().model_copy(update={"tenants": (tenant,)}), "drift"
    )


@pytest.mark.parametrize("name", RESULTS)
@given(note=EVIL, address=EVIL)
@settings(max_examples=20)
def test_no_value_gets_in(name, note, address):
    """The report holds numbers only: values of tenants change nothing of it."""
    plain = report("gitlab-terraform", RESULTS[name](note="n", address="a"), name)

    assert plain == report("gitlab-terraform", RESULTS[name](note="n" + note, address="a" + address), name)
