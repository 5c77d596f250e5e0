"""`validate`: check every policy file, offline."""

from typing import TYPE_CHECKING

from reconciler.cli.acks import AckOption, acks_from
from reconciler.cli.reports import ReportOption, reports_from

if TYPE_CHECKING:
    from reconciler.cli.invocation import Invocation
    from reconciler.core.errors import Diagnostic
    from reconciler.core.outcome import Exit
    from reconciler.flow.load import Loaded


def validate(call: "Invocation", ack: AckOption = None, report: ReportOption = None) -> "Exit":
    """Check every policy file, offline.

    Tells all errors at once, each with file, line and column, and every value that a guardrail refuses.
    """
    from reconciler.core.errors import PolicyError
    from reconciler.report.validation import validation
    from reconciler.wiring import read_policies

    acks, files = acks_from(ack), reports_from(report, "validate")
    try:
        loaded = read_policies(call.settings)
        result = validation(loaded.diagnostics, _refused(call, loaded, acks))
    except PolicyError as error:
        result = validation(error.diagnostics)
    call.emit(result, files)
    return result.exit


def _refused(call: "Invocation", loaded: "Loaded", acks: frozenset[str]) -> "tuple[Diagnostic, ...]":
    """What guardrails refuse in the tenants that were asked for; what is acknowledged is a warning."""
    names = {one.tenant.name for one in call.chosen(loaded.desired)}
    return tuple(
        one.diagnostic.model_copy(update={"severity": "warning"}) if one.rule in acks else one.diagnostic
        for one in loaded.refusals
        if one.tenant in names
    )
