"""Wanted alert policies beside the tenant's rows: default ones by their GUID, our own by their cleaned names."""

from collections.abc import Iterable

from reconciler.core.change import Finding, Via
from reconciler.core.kind import Moment
from reconciler.core.request import Answers
from reconciler.core.resource import Pair, Scoped, Tenant, Wanted
from reconciler.core.values import Fields, clean_name, fold_name
from reconciler.facts.default_policies import DefaultPolicy
from reconciler.facts.editable import CREATE_ONLY
from reconciler.kinds.alert_policy import defaults
from reconciler.kinds.alert_policy.companion import companion, orphans
from reconciler.kinds.alert_policy.protected import watched
from reconciler.kinds.alert_policy.remarks import about_pause, about_recipients, say
from reconciler.kinds.alert_policy.target import below, laid, made, missing
from reconciler.kinds.alert_policy.wire import Found, Rows, fields, found

_WHY: dict[str, str] = {
    "portal": "only the portal can change a default policy",
    "api": "an attempt: the service refuses to change default policies, so this is believed only when it is read back",
}


def match(tenant: Tenant, wanted: tuple[Wanted, ...], answers: Answers, moment: Moment) -> Scoped:
    """The pairs and findings of all wanted policies; every row that none of them names is foreign."""
    rows = found(answers)
    parts = [
        _default(one, default, rows, moment) if (default := defaults.named(one.name)) else _own(one, rows, moment)
        for one in wanted
    ]
    pairs = tuple(pair for part in parts for pair in part.pairs)
    named = {pair.ref for pair in pairs}
    return Scoped(
        pairs=pairs,
        findings=(*(finding for part in parts for finding in part.findings), *orphans(tenant.name, wanted, rows)),
        foreign=sum(row.marker is None and row.ref not in named for row in rows.all),
        watched=watched(tenant, wanted, rows, pairs, moment),
    )


def _default(one: Wanted, default: DefaultPolicy, rows: Rows, moment: Moment) -> Scoped:
    row = rows.by_fixed.get(default.guid)
    if row is None:
        beside = companion(one, default, None, rows, moment, settled=False)
        text = "this tenant does not have this default policy, as a rule for want of a licence. Nothing is done."
        return Scoped(pairs=beside.pairs, findings=(say("not-offered", "warning", one, text), *beside.findings))
    own = _system(one, row, moment)
    settled = all(pair.before == pair.after for pair in own.pairs)
    beside = companion(one, default, row, rows, moment, settled=settled)
    return Scoped(pairs=own.pairs + beside.pairs, findings=own.findings + beside.findings)


def _system(one: Wanted, row: Found, moment: Moment) -> Scoped:
    """A default policy itself; where a companion carries its notifications, only `enabled` is wanted of it."""
    way = one.body.get("via", "portal")
    via: Via = "api" if way == "api" else "portal"
    written = {name: value for name, value in one.body.items() if name == "enabled" or way != "companion"}
    before = fields(row, moment)
    after = laid(written, before)
    findings = [*about_pause(one, row, after, moment)] if way != "companion" else []
    if way != "companion":
        findings += about_recipients(one, after)
    return Scoped(pairs=(_pair(one, row.ref, before, after, via=via, why=_WHY[via]),), findings=tuple(findings))


def _own(one: Wanted, rows: Rows, moment: Moment) -> Scoped:
    """A policy of our own, or a default policy that the facts do not know yet."""
    removed = one.body.get("present") is False
    named = rows.by_name.get(fold_name(one.name), ())
    alike = [row for row in named if row.marker is None and not row.dlp]
    row = _best(one.name, [row for row in alike if not row.system])
    if row is not None:
        return _removed(one, row, moment) if removed else _changed(one, row, moment)
    system = _best(one.name, [row for row in alike if row.system])
    if system is not None:
        return _unknown_system(one, system, moment)
    if any(row.marker is not None for row in named):
        text = "this is a companion. Name its default policy instead, and write what is wanted of it there."
        return Scoped(findings=(say("unknown-policy", "refusal", one, text),))
    return Scoped(pairs=(_pair(one, None, None, None),)) if removed else _absent(one)


def _best(name: str, alike: list[Found]) -> Found | None:
    """The row that is spelled alike; of several the first by GUID, so that the order of a list decides nothing."""
    exact = [row for row in alike if row.name == clean_name(name)]
    return min(exact or alike, key=lambda row: row.ref, default=None)


def _changed(one: Wanted, row: Found, moment: Moment) -> Scoped:
    before = fields(row, moment)
    wanted = laid(one.body, before)
    fixed = {name: below(before, "definition")[name] for name in CREATE_ONLY}
    after: Fields = {**wanted, "definition": {**below(wanted, "definition"), **fixed}}
    findings = [*_about_fixed(one, before), *about_pause(one, row, after, moment), *about_recipients(one, after)]
    return Scoped(pairs=(_pair(one, row.ref, before, after),), findings=tuple(findings))


def _removed(one: Wanted, row: Found, moment: Moment) -> Scoped:
    pair = _pair(one, row.ref, fields(row, moment), None)
    return Scoped(pairs=(pair.model_copy(update={"origin": one.origin_of("present")}),))


def _unknown_system(one: Wanted, row: Found, moment: Moment) -> Scoped:
    if one.body.get("present") is False or "definition" in one.body:
        text = "this is a default policy of the tenant: it has no definition to manage and can't be removed."
        return Scoped(findings=(say("unknown-policy", "refusal", one, text),))
    return _system(one, row, moment)


def _absent(one: Wanted) -> Scoped:
    if "definition" not in one.body:
        text = "the tenant has no policy of this name. Correct the name, or write a definition to create it."
        return Scoped(findings=(say("unknown-policy", "refusal", one, text),))
    if lacks := missing(one.body):
        text = f"the tenant has no policy of this name, and to create it {', '.join(lacks)} must be written."
        return Scoped(findings=(say("incomplete-definition", "refusal", one, text),))
    after = made(one.name, one.body)
    return Scoped(pairs=(_pair(one, None, None, after),), findings=tuple(about_recipients(one, after)))


def _about_fixed(one: Wanted, before: Fields) -> Iterable[Finding]:
    written, actual = below(one.body, "definition"), below(before, "definition")
    for name in CREATE_ONLY:
        if name in written and written[name] != actual[name]:
            text = (
                f"{name} is {actual[name]} and can't be changed to {written[name]}. Remove the policy first "
                "(present: false), then define it anew."
            )
            yield say("create-only", "refusal", one, text)


def _pair(
    one: Wanted, ref: str | None, before: Fields | None, after: Fields | None, *, via: Via = "api", why: str = ""
) -> Pair:
    return Pair(
        address=one.address,
        kind=one.kind,
        via=via,
        ref=ref,
        before=before,
        after=after,
        origin=one.origin,
        why=why,
    )
