"""A result as gauges for Prometheus: a text file that every run replaces as a whole.

Labels are tenant, kind, action, severity and command, never the name of a policy or a person.
"""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Final

from reconciler.core.outcome import Applied, Drift
from reconciler.core.plan import Plan
from reconciler.core.waiting import Status
from reconciler.report.context import Context
from reconciler.report.escape import visible
from reconciler.report.gauges import Sample, of_drift, of_outcomes, of_plan, of_status
from reconciler.report.validation import Validation

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

Counted = Plan | Applied | Drift | Status | Validation
"""The results that have numbers."""

_TENANT: Final = ("tenant",)
_RUN: Final = ("command",)
# A collector refuses two files with equal samples: what several commands count must say which of them did.
_BOTH: Final = ("tenant", "command")
_METRICS: Final[dict[str, tuple[tuple[str, ...], str]]] = {
    "plan_changes": (("tenant", "kind", "action"), "Planned changes, portal steps included."),
    "drift_open": (("tenant", "kind", "severity"), "Differences that nobody accepted, portal steps included."),
    "drift_oldest_seconds": (_TENANT, "Age of the oldest open difference; 0 without any."),
    "suppressions_active": (_BOTH, "Acceptances that hide a difference now."),
    "restricted_senders": (_BOTH, "Senders that the service restricts now."),
    "unblock_budget_remaining": (_BOTH, "Unblocks that guardrails still allow in one run, after those of this one."),
    "held": (_BOTH, "Objects that are held."),
    "manual": (_BOTH, "Objects that wait for a step in the portal."),
    "converging": (_BOTH, "Objects that were written and are not visible yet."),
    "overdue": (_BOTH, "Objects that were written and should have been visible long ago."),
    "apply_applied": (_TENANT, "Changes that this apply made."),
    "apply_unchanged": (_TENANT, "Changes that were there already."),
    "apply_failed": (_TENANT, "Changes that failed."),
    "apply_skipped": (_TENANT, "Changes that this apply left out."),
    "policy_errors": ((), "Errors in policies."),
    "policy_warnings": ((), "Warnings about policies."),
    "read_errors_total": (_BOTH, "Kinds that could not be read in this run."),
    "exit_code": (_BOTH, "How the run ended in a tenant."),
    "run_exit_code": (_RUN, "How the run ended as a whole."),
    "last_success_timestamp_seconds": (
        _BOTH,
        "When a tenant was done without an error; absent after a failure.",
    ),
    "run_duration_seconds": (_RUN, "How long the run took."),
    "api_throttled_total": (_RUN, "How often the service asked this run to wait."),
}
"""Every metric, in the order of the file, with its labels and what it says."""
_GOOD: Final = frozenset({0, 2, 8})
"""Exits of a tenant in which all was done that could be: nothing failed, whatever was found or waits."""


def to_prometheus(result: Counted, context: Context) -> str:
    """The text of all metrics that the result has samples of, without timestamps."""
    from prometheus_client import CollectorRegistry, generate_latest

    registry = CollectorRegistry(auto_describe=False)
    samples = tuple(chain(_counted(result, context), _about_run(result, context)))
    registry.register(_Collected(samples, context.command))
    return generate_latest(registry).decode()


class _Collected:
    """Finished samples in the form in which the library asks for them."""

    def __init__(self, samples: tuple[Sample, ...], command: str) -> None:
        self._samples, self._command = samples, command

    def collect(self) -> "Iterable[Metric]":
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

        for name, (labels, said) in _METRICS.items():
            family = CounterMetricFamily if name.endswith("_total") else GaugeMetricFamily
            found = family(f"reconciler_{name}", said, labels=labels)
            for one in (one for one in self._samples if one.metric == name):
                told = (*one.labels, self._command) if labels[-1:] == _RUN else one.labels
                found.add_metric([visible(label) for label in told], one.value)
            if found.samples:
                yield found


def _counted(result: Counted, context: Context) -> Iterator[Sample]:
    match result:
        case Plan():
            yield from of_plan(result)
        case Drift():
            yield from of_drift(result, context.at)
        case Applied():
            yield from chain.from_iterable(map(of_outcomes, result.tenants))
        case Status():
            yield from chain.from_iterable(map(of_status, result.tenants))
        case Validation():
            yield Sample("policy_errors", (), result.error_count)
            yield Sample("policy_warnings", (), result.warning_count)


def _about_run(result: Counted, context: Context) -> Iterator[Sample]:
    """How the run went; of a stored result nobody knows any more when it was made and how long that took."""
    for tenant in () if isinstance(result, Validation) else result.tenants:
        yield Sample("exit_code", (tenant.name,), tenant.exit.code)
        if tenant.exit.code in _GOOD and not context.stored:
            yield Sample("last_success_timestamp_seconds", (tenant.name,), context.at.timestamp())
        if tenant.name in context.budgets:
            yield Sample("unblock_budget_remaining", (tenant.name,), context.budgets[tenant.name])
    yield Sample("run_exit_code", (), result.exit.code)
    if context.seconds is not None and not context.stored:
        yield Sample("run_duration_seconds", (), round(context.seconds, 3))
    if not context.stored:
        yield Sample("api_throttled_total", (), context.throttled)
