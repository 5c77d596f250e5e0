"""What an alert policy must obey, judged on the policy as it would be after the write."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from reconciler.emulator.answer import CmdletError, Row

from .command import broken_rule

if TYPE_CHECKING:
    from reconciler.emulator.tenant import Tenant

LEAST_THRESHOLD = 3
LEAST_WINDOW = 60
# What alerts may be grouped by, for each threat type (EXO-DOC); other threat types are not documented.
ALERT_BY = {"Activity": {"user"}, "Malware": {"mail.recipient", "mail.threatname"}}


def judge(row: Row, tenant: "Tenant", *, given: Mapping[str, object]) -> None:
    """Refuse what the cmdlets' documents forbid; `given` are the fields of this very call. Raises CmdletError."""
    for problem in (_licence(row, tenant), _aggregation(row, tenant), _threat(row), _words(row, tenant, given)):
        if problem is not None:
            raise problem


def _licence(row: Row, tenant: "Tenant") -> CmdletError | None:
    """Without an E5-class licence only single-event policies can be made (EXO-DOC, CIPP#1933)."""
    if tenant.licence == "e5" or row["IsSystemRule"] or (row["AggregationType"] == "None" and row["Operation"]):
        return None
    return broken_rule(
        "Your organization's subscription allows only single-event alerts to be created. Use the AggregationType "
        "None together with an Operation.",
        "Microsoft.Exchange.Management.UnifiedPolicy.InvalidLicenseException",
    )


def _aggregation(row: Row, tenant: "Tenant") -> CmdletError | None:
    kind, threshold, window = row["AggregationType"], row["Threshold"], row["TimeWindow"]
    if row["IsSystemRule"]:
        return None
    if (threshold is not None or window is not None) and kind != "SimpleAggregation":
        return broken_rule("Threshold and TimeWindow can be used only with the AggregationType SimpleAggregation.")
    if isinstance(threshold, int) and threshold < LEAST_THRESHOLD:
        return broken_rule(f"Threshold must be {LEAST_THRESHOLD} or more.")
    # The document says above 60; M365DSC and CIPP send 60 itself.
    least = LEAST_WINDOW if tenant.switches.sixty_minute_window else LEAST_WINDOW + 1
    if isinstance(window, int) and window < least:
        return broken_rule(f"TimeWindow must be {least} minutes or more.")
    if kind == "None" and (row["AlertBy"] or row["NotifyUserOnFilterMatch"]):
        return broken_rule("AlertBy and NotifyUserOnFilterMatch cannot be used with the AggregationType None.")
    return None


def _threat(row: Row) -> CmdletError | None:
    threat, by = str(row["ThreatType"]), row["AlertBy"]
    if row["Operation"] and threat != "Activity":
        return broken_rule("Operation can be used only with the ThreatType Activity.")
    known = ALERT_BY.get(threat)
    if known is not None and isinstance(by, list) and not row["IsSystemRule"]:
        for one in by:
            if str(one).casefold() not in known:
                return broken_rule(f"AlertBy '{one}' does not go with the ThreatType {threat}.")
    return None


def _words(row: Row, tenant: "Tenant", given: Mapping[str, object]) -> CmdletError | None:
    if given.get("Severity") == "Informational" and not tenant.switches.informational_severity:
        return broken_rule("Severity must be Low, Medium or High.")
    if "NotifyUser" in given and not row["NotifyUser"]:
        return broken_rule("NotifyUser must name at least one recipient.")
    if "Filter" in given and re.search(r"\s-or\s", str(row["Filter"]), re.IGNORECASE):
        return broken_rule("Filter knows only the operator -and.")
    return None
