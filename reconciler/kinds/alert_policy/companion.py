"""Companions: custom policies of ours that carry the notifications of a default policy, which no cmdlet can change."""

from collections.abc import Iterable
from typing import Final

from reconciler.core.change import Finding, Level
from reconciler.core.kind import Moment
from reconciler.core.resource import Pair, Scoped, Wanted, address_of
from reconciler.core.values import Fields, fold_name
from reconciler.facts.default_policies import DefaultPolicy
from reconciler.kinds.alert_policy import defaults
from reconciler.kinds.alert_policy.remarks import about_pause, about_recipients, say
from reconciler.kinds.alert_policy.spec import MARKER
from reconciler.kinds.alert_policy.target import below, laid, made
from reconciler.kinds.alert_policy.wire import Found, Rows, definition, fields

_SUFFIX: Final = " (reconciler)"


def companion(
    one: Wanted, default: DefaultPolicy, row: Found | None, rows: Rows, moment: Moment, *, settled: bool
) -> Scoped:
    """What becomes of the companion of a named default policy; `settled`: the default policy itself needs no change."""
    marked = rows.by_marker.get(default.guid, [])
    if len(marked) > 1:
        return Scoped(findings=(_duplicate(one, marked),))
    found = marked[0] if marked else None
    if one.body.get("via") == "companion" and row is not None:
        return _kept_in_step(one, default, row, found, rows, moment)
    if found is None:
        return Scoped()
    if not settled or row is None:
        text = f"{found.name!r} stays until the default policy itself is as wanted; then its removal is planned."
        return Scoped(pairs=(_pair(one, found, moment),), findings=(say("companion-kept", "info", one, text),))
    why = "the default policy itself is as wanted, so nothing needs its companion any more"
    return Scoped(pairs=(_pair(one, found, moment).model_copy(update={"after": None, "why": why}),))


def orphans(tenant: str, wanted: Iterable[Wanted], rows: Rows) -> tuple[Finding, ...]:
    """A warning for each companion whose default policy no document names; it is never removed on that ground."""
    named = {default.guid for one in wanted if (default := defaults.named(one.name))}
    return tuple(
        _orphan(tenant, row) for marker, marked in rows.by_marker.items() if marker not in named for row in marked
    )


def _orphan(tenant: str, row: Found) -> Finding:
    default = defaults.with_guid(row.marker or "")
    name = default.name if default else row.name
    text = f"{row.name!r} is a companion, but no policy names its default policy. It is kept: name it to manage it."
    address = address_of(tenant, "alert-policy", name)
    return Finding(rule="orphan-companion", severity="warning", address=address, message=text)


def _kept_in_step(
    one: Wanted, default: DefaultPolicy, row: Found, found: Found | None, rows: Rows, moment: Moment
) -> Scoped:
    findings = tuple(_about_default(one, default, row, moment))
    body = _body(one.body, default, definition(row.row))
    name = default.name + _SUFFIX
    if found is not None:
        before = fields(found, moment)
        after = laid(body, before)
        pair = _pair(one, found, moment).model_copy(update={"after": after})
        said = (*findings, *about_pause(one, found, after, moment), *about_recipients(one, after))
        return Scoped(pairs=(pair,), findings=said)
    if any(not other.system for other in rows.by_name.get(fold_name(name), ())):
        text = f"the tenant holds a policy {name!r} that is no companion. Rename or remove it, then plan again."
        return Scoped(findings=(*findings, say("companion-name-taken", "refusal", one, text)))
    after = made(name, _with_texts(body, default))
    pair = Pair(
        address=one.address,
        kind=one.kind,
        via="companion",
        ref=None,
        before=None,
        after=after,
        origin=one.origin,
        why="no cmdlet can change the notifications of a default policy, so a companion carries them",
    )
    return Scoped(pairs=(pair,), findings=(*findings, *about_recipients(one, after)))


def _body(body: Fields, default: DefaultPolicy, watched: Fields) -> Fields:
    """What a companion is to be: the written notifications, and what the default policy itself watches."""
    watches = {name: watched[name] for name in ("category", "severity")}
    watches["operations"] = watched["operations"] or [default.operation]
    told = {"enabled": True, **below(body, "notifications")}
    return {
        "enabled": body.get("enabled", True),
        "notifications": told,
        "definition": {**watches, "aggregation": "none"},
    }


def _with_texts(body: Fields, default: DefaultPolicy) -> Fields:
    comment = f"Notifications of the default policy '{default.name}', kept by reconciler. {MARKER}{default.guid}"
    texts: Fields = {"threat_type": default.threat_type, "comment": comment}
    return {**body, "definition": {**below(body, "definition"), **texts}}


def _about_default(one: Wanted, default: DefaultPolicy, row: Found, moment: Moment) -> Iterable[Finding]:
    told = below(fields(row, moment), "notifications")
    if not (told["enabled"] and told["recipients"]):
        text = "the default policy's own notification is off, paused or without recipients; only the companion tells."
        yield say("default-muted", "warning", one, text)
    if not default.companion_proven:
        text = "nobody has shown yet that a custom policy with this operation fires for every event."
        yield say("companion-unproven", "info", one, text)


def _pair(one: Wanted, found: Found, moment: Moment) -> Pair:
    now = fields(found, moment)
    return Pair(
        address=one.address,
        kind=one.kind,
        via="companion",
        ref=found.ref,
        before=now,
        after=now,
        origin=one.origin,
    )


def _duplicate(one: Wanted, marked: list[Found]) -> Finding:
    names = ", ".join(sorted(repr(other.name) for other in marked))
    level: Level = "refusal"
    return say("duplicate-companion", level, one, f"{names} are all companions of this policy. Remove all but one.")
