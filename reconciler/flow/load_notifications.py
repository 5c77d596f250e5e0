"""The notifications document: its keys, and the values that they may have."""

import re
from datetime import timedelta
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from reconciler.core.change import Severity
from reconciler.core.notice import WHATS, What
from reconciler.core.values import Frozen
from reconciler.flow.load_models import Label, wrong

CHANNEL: Final = r"[a-z0-9][a-z0-9-]{0,62}"
_PERIOD: Final = r"(?=.)(?:(\d{1,3})d)?(?:(\d{1,4})h)?(?:(\d{1,5})m)?"


def length_of(text: str) -> timedelta:
    """A length of time such as 24h or 1d12h; nothing for what is none."""
    match = re.fullmatch(_PERIOD, text)
    days, hours, minutes = (int(part or 0) for part in match.groups()) if match else (0, 0, 0)
    return timedelta(days=days, hours=hours, minutes=minutes)


def _period(text: str) -> str:
    if not length_of(text):
        raise wrong("This is no length of time.", "Write it like 30m, 24h, 7d or 1d12h.")
    return text


def _channel(text: str) -> str:
    if re.fullmatch(CHANNEL, text) is None:
        raise wrong("This is no name of a channel.", "Write 1 to 63 of a-z, 0-9 and `-`, as `--notify` gives it.")
    return text


def _some(values: list[What]) -> list[What]:
    if not values:
        raise wrong("The list is empty.", f"Name some of {', '.join(f'`{one}`' for one in WHATS)}, or remove the key.")
    return values


Period = Annotated[str, AfterValidator(_period), Field(json_schema_extra={"pattern": f"^({_PERIOD})$"})]


class ChannelFile(Frozen):
    """What one channel wants to hear."""

    labels: dict[Label, str] | None = None
    severity: Severity | None = None
    on: Annotated[list[What], AfterValidator(_some)] | None = None
    heartbeat: Period | None = None


class NotificationsFile(Frozen):
    """A notifications document."""

    kind: Literal["notifications"]
    channels: dict[Annotated[str, AfterValidator(_channel)], ChannelFile] = Field(
        json_schema_extra={"propertyNames": {"pattern": f"^{CHANNEL}$"}}
    )
