"""The option `--notify NAME`, and telling the channels that it names."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from reconciler.cli.invocation import Invocation
    from reconciler.core.notice_ports import Channel
    from reconciler.core.outcome import Drift
    from reconciler.core.ports import Clock
    from reconciler.core.resource import Desired

NotifyOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME",
        help="Tell this channel what is new; its URL is in RECONCILER_NOTIFY_<NAME>. Repeatable.",
    ),
]


def channels_from(given: list[str] | None, call: "Invocation") -> "tuple[Channel, ...]":
    """The channels asked for, each once, checked before any work. Raises UsageError."""
    if not given:
        return ()
    from reconciler.wiring import open_channels

    return open_channels(given, call.settings)


def told(
    found: "Drift", call: "Invocation", desired: "tuple[Desired, ...]", channels: "tuple[Channel, ...]", clock: "Clock"
) -> "Drift":
    """Tell the channels what is new, and return the result with an error where one could not be reached."""
    if not channels:
        return found
    from reconciler.cli.logs import step, warn
    from reconciler.core.notice import Route
    from reconciler.flow.notify import notify
    from reconciler.report.notice import letter
    from reconciler.wiring import open_notices

    routed = [(one, call.routes.get(one.name, Route())) for one in channels]
    with open_notices(call.settings) as notices:
        ended = notify(found, desired, routed, notices, clock, letter)
    for line in ended.sent:
        step(line)
    for line in ended.warnings:
        warn(line)
    return ended.drift
