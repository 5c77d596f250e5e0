"""A change that only a person can make, as exact steps in the Defender portal."""

from collections.abc import Iterable

from pydantic import JsonValue

from reconciler.core.change import Change, Manual
from reconciler.core.request import Answers
from reconciler.core.resource import Cloud
from reconciler.core.values import Fields, Row, lookup
from reconciler.facts import portal
from reconciler.kinds.alert_policy.target import below
from reconciler.kinds.alert_policy.wire import QUESTION
from reconciler.kinds.alert_policy.words import pair_of


def manual(change: Change, cloud: Cloud, answers: Answers) -> Manual | None:
    """The steps of a portal change, each with its setting and value; None for any other change."""
    if change.via != "portal" or change.before is None or change.after is None:
        return None
    url = portal.ALERT_POLICIES[cloud]
    row = next((row for row in answers.get(QUESTION, ()) if lookup(row, "Guid") == change.ref), {})
    steps = (
        f"Open the alert policies of the Defender portal{f': {url}' if url else ''}.",
        f"Open the policy {_quoted(change.before['name'])} and choose to edit it.",
        *_steps(change.before, change.after, row),
        "Save. The change is no longer planned once a reading shows the new values.",
    )
    return Manual(steps=steps, url=url)


def _steps(before: Fields, after: Fields, row: Row) -> Iterable[str]:
    if before["enabled"] != after["enabled"]:
        yield f"Set {_quoted(portal.STATUS)} to {_on(after['enabled'])}."
    was, told = below(before, "notifications"), below(after, "notifications")
    if was["enabled"] != told["enabled"]:
        ended = told["enabled"] and lookup(row, "NotifyUserSuppressionExpiryDate")
        yield f"Set {_quoted(portal.NOTIFY)} to {_on(told['enabled'])}{', and end its pause' if ended else ''}."
    yield from _recipients(_names(was["recipients"]), _names(told["recipients"]))
    if was["daily_limit"] != told["daily_limit"]:
        yield from _daily_limit(was["daily_limit"], told["daily_limit"], row)


def _recipients(was: set[str], wanted: set[str]) -> Iterable[str]:
    setting = _quoted(portal.RECIPIENTS)
    if added := sorted(wanted - was):
        yield f"In {setting} add {', '.join(added)}."
    if removed := sorted(was - wanted):
        yield f"In {setting} remove {', '.join(removed)}."


def _daily_limit(was: JsonValue, wanted: JsonValue, row: Row) -> Iterable[str]:
    setting = _quoted(portal.DAILY_LIMIT)
    if isinstance(wanted, dict):
        yield (
            f"In {setting} choose what stands for {_null(wanted['threshold'])} e-mails in {_null(wanted['window'])} "
            "minutes; the portal may not offer it."
        )
    else:
        yield f"Set {setting} to {_quoted(portal.NO_LIMIT) if wanted == 'none' else wanted}."
    if lookup(row, "AlertOverrideChangedUtc"):
        # Somebody edited it, and what the portal stores for a number a day is an inference.
        threshold, window = pair_of(was)
        paste = f" To accept that, write daily_limit: {_as_written(was)}" if _can_be_written(was) else ""
        yield f"If you have set it already: the service stores {_null(threshold)} in {_null(window)} minutes.{paste}"


def _can_be_written(limit: JsonValue) -> bool:
    """Whether a policy can say it: it has no word for a pair with a number below 1."""
    return all(part is None or (isinstance(part, int) and part > 0) for part in pair_of(limit))


def _as_written(limit: JsonValue) -> str:
    threshold, window = pair_of(limit)
    return "none" if limit == "none" else f"{{threshold: {_null(threshold)}, window: {_null(window)}}}"


def _null(value: JsonValue) -> str:
    return "none" if value is None else str(value)


def _names(value: JsonValue) -> set[str]:
    return {str(item) for item in value} if isinstance(value, list) else set()


def _on(value: JsonValue) -> str:
    return "on" if value else "off"


def _quoted(value: JsonValue) -> str:
    return f"“{value}”"
