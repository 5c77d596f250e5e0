"""Finds the policies that guardrails protect among a tenant's rows, whether documents name them or not."""

from collections.abc import Iterable

from reconciler.core.kind import Moment
from reconciler.core.protect import Watched
from reconciler.core.resource import Pair, Tenant, Wanted, address_of
from reconciler.core.values import Fields, clean_name, fold_name, stamp
from reconciler.kinds.alert_policy import defaults
from reconciler.kinds.alert_policy.parse import KIND_NAME
from reconciler.kinds.alert_policy.wire import Found, Rows, fields, paused_until


def watched(
    tenant: Tenant, wanted: Iterable[Wanted], rows: Rows, pairs: tuple[Pair, ...], moment: Moment
) -> tuple[Watched, ...]:
    """Each protected policy as the tenant holds it, with the companion that tells in its place."""
    named = {defaults.key(one.name): one for one in wanted}
    return tuple(
        _watched(
            address_of(tenant.name, KIND_NAME, name), _row(name, rows), named.get(defaults.key(name)), pairs, moment
        )
        for name in moment.guardrails.protected
    )


def _watched(
    address: str, row: Found | None, wanted: Wanted | None, pairs: tuple[Pair, ...], moment: Moment
) -> Watched:
    until = paused_until(row.row, moment.now) if row else None
    return Watched(
        address=address,
        actual=fields(row, moment) if row else None,
        beside=_beside(wanted, pairs),
        paused_until=stamp(until) if until else None,
        named=wanted is not None,
    )


def _row(name: str, rows: Rows) -> Found | None:
    """The row of a default policy by its GUID, of any other by its name: the one that is spelled alike comes first."""
    if default := defaults.named(name):
        return rows.by_fixed.get(default.guid)
    alike = [row for row in rows.by_name.get(fold_name(name), ()) if row.marker is None and not row.dlp]
    exact = [row for row in alike if row.name == clean_name(name)]
    return min(exact or alike, key=lambda row: row.ref, default=None)


def _beside(wanted: Wanted | None, pairs: tuple[Pair, ...]) -> Fields | None:
    """The companion of a policy as it is, if policies ask for one and it watches what they ask for.

    Any other marked policy proves nothing: whoever can mute an alert can also write a mark.
    """
    if wanted is None or wanted.body.get("via") != "companion":
        return None
    pair = next((one for one in pairs if (one.address, one.via) == (wanted.address, "companion")), None)
    if pair is None or pair.before is None or pair.after is None:
        return None
    return pair.before if pair.before["definition"] == pair.after["definition"] else None
