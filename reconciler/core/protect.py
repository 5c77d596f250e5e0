"""Whether the alert policies that guardrails protect still warn somebody, as the tenant holds them now."""

from collections.abc import Iterable
from typing import Final

from pydantic import JsonValue

from reconciler.core.change import Field, Finding
from reconciler.core.reading import notifies, recipients
from reconciler.core.values import Fields, Frozen

SOMEBODY: Final = "at least one recipient"
"""What is wanted of a protected policy's recipients where guardrails name none."""


class Watched(Frozen):
    """A protected alert policy, whether policies name it or not."""

    address: str
    actual: Fields | None
    """The policy as it is; None where the tenant has none of that name."""
    beside: Fields | None = None
    """Its companion, where policies ask for one and it watches what it should."""
    paused_until: str | None = None
    named: bool = False
    """Whether policies name it."""


def quiet(one: Watched, required: frozenset[str]) -> tuple[Field, ...]:
    """The fields in which a protected policy is disabled or muted; empty while it warns.

    Muted: its notifications are off or paused, or none of `required` is told (without those: nobody is), and no
    companion tells instead.
    """
    if one.actual is None:
        return ()
    disabled = () if one.actual["enabled"] else (Field(path="enabled", before=False, after=True),)
    if one.beside is not None and one.beside["enabled"] and notifies(one.beside) and _told(one.beside, required):
        return disabled
    off = () if notifies(one.actual) else (Field(path="notifications.enabled", before=False, after=True),)
    return (*disabled, *off, *(() if _told(one.actual, required) else (_recipients(one.actual, required),)))


def _told(fields: Fields, required: frozenset[str]) -> bool:
    """Whether the recipients hold one that is required, or anybody where none is."""
    return bool(recipients(fields) & required if required else recipients(fields))


def _recipients(fields: Fields, required: frozenset[str]) -> Field:
    wanted: JsonValue = [*sorted(required)] if required else SOMEBODY
    return Field(path="notifications.recipients", before=[*sorted(recipients(fields))], after=wanted)


def about(watched: Iterable[Watched], required: frozenset[str]) -> tuple[Finding, ...]:
    """A warning for each protected policy that is quiet, and for each name that no policy of the tenant bears."""
    found = ((one, _said(one, required)) for one in watched)
    return tuple(
        Finding(rule=rule, severity="warning", address=one.address, message=text) for one, (rule, text) in found if rule
    )


def _said(one: Watched, required: frozenset[str]) -> tuple[str, str]:
    if one.actual is None and not one.named:
        text = "the guardrails protect this policy, and this tenant has none of that name. Correct the name there."
        return "protected-unknown", text
    paths = {field.path for field in quiet(one, required)}
    pause = f" until {one.paused_until}" if one.paused_until else ""
    words = {
        "enabled": "it is disabled",
        "notifications.enabled": f"its notifications are {'paused' if pause else 'off'}{pause}",
        "notifications.recipients": f"it tells none of {', '.join(sorted(required))}"
        if required
        else "it tells nobody",
    }
    text = " and ".join(words[path] for path in words if path in paths)
    return ("protected-quiet", f"the guardrails protect this policy, and {text}.") if paths else ("", "")
