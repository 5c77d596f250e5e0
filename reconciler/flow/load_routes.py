"""What each channel of the notifications document wants to hear; it changes nothing of what is planned."""

from collections.abc import Iterable

from reconciler.core.errors import Diagnostic
from reconciler.core.notice import WHATS, Route
from reconciler.core.resource import Tenant, selects
from reconciler.flow.load_documents import Checked
from reconciler.flow.load_faults import error, place, warning
from reconciler.flow.load_notifications import ChannelFile, NotificationsFile, length_of


def routes(checked: Iterable[Checked], tenants: Iterable[Tenant]) -> tuple[dict[str, Route], list[Diagnostic]]:
    """The route of each channel, and what is wrong; a channel that would hear of no tenant is a warning."""
    faults: list[Diagnostic] = []
    found = [one for one in checked if one.kind == "notifications"]
    for again in found[1:]:
        summary = f"There are notifications already, in {found[0].document.file}."
        faults.append(error(place(again.document, ("kind",)), summary, "Keep one document of kind notifications."))
    if not found or not isinstance(found[0].frame, NotificationsFile):
        return {}, faults
    document, known = found[0].document, tuple(tenants)
    written = {name: _route(channel) for name, channel in found[0].frame.channels.items()}
    for name, route in written.items():
        if known and not any(selects(tenant, (), route.labels) for tenant in known):
            at = place(document, ("channels", name, "labels"))
            faults.append(warning(at, "No tenant has these labels.", f"The channel {name} would never hear anything."))
    return written, faults


def _route(channel: ChannelFile) -> Route:
    return Route(
        labels=channel.labels or {},
        severity=channel.severity or "info",
        on=tuple(one for one in WHATS if channel.on is None or one in channel.on),
        heartbeat=length_of(channel.heartbeat) if channel.heartbeat else None,
    )
