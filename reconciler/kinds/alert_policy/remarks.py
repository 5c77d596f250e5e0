"""What is to be said of a policy beside its changes: pauses, and recipients that may reach nobody."""

from collections.abc import Iterable

from reconciler.core.change import Finding, Level
from reconciler.core.kind import Moment
from reconciler.core.resource import Wanted
from reconciler.core.values import Fields, stamp
from reconciler.facts import limits
from reconciler.kinds.alert_policy.target import below
from reconciler.kinds.alert_policy.wire import Found, paused_until


def say(rule: str, severity: Level, one: Wanted, text: str) -> Finding:
    """A finding on a wanted policy, with its line."""
    return Finding(rule=rule, severity=severity, address=one.address, message=text, origin=one.origin)


def about_pause(one: Wanted, row: Found, after: Fields | None, moment: Moment) -> Iterable[Finding]:
    """That a policy's notifications are paused, and that they would stay so for longer than guardrails allow."""
    until = paused_until(row.row, moment.now)
    if until is None:
        return
    yield say("paused", "warning", one, f"the notifications are paused until {stamp(until)}: nobody is told.")
    most = moment.guardrails.pauses.max_days
    stays = after is not None and below(after, "notifications").get("enabled") is not True
    if most is not None and stays and (until - moment.now).total_seconds() > most * 86_400:
        text = f"the pause until {stamp(until)} exceeds {most} days. Write notifications: {{enabled: on}} to end it."
        yield say("pause-too-long", "refusal", one, text)


def about_recipients(one: Wanted, after: Fields) -> Iterable[Finding]:
    """That only global administrators would be told, who often have no mailbox (OfficeDocs-Enterprise#618)."""
    written = below(one.body, "notifications")
    told = below(after, "notifications")
    if "recipients" in written and told["enabled"] and told["recipients"] == [limits.TENANT_ADMINS]:
        text = f"{limits.TENANT_ADMINS} is the only recipient; administrators without a mailbox get nothing."
        yield say("tenant-admins-only", "warning", one, text)
