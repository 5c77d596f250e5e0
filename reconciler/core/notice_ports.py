"""What telling people needs from the world outside; adapters give it, tests give their own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from reconciler.core.notice import Letter, Markup, Memory, Told


class Notices(Protocol):
    """What each channel was told. Every call is flushed before it returns. Raises LedgerError."""

    def told(self, channel: str) -> Memory:
        """What a channel was told that is not over, and when it got a message last."""
        ...

    def tell(self, channel: str, known: Mapping[str, tuple[Told, ...]], at: datetime, *, sent: bool) -> None:
        """Put what a channel knows of these tenants in the place of what it knew; `sent`: it got a message."""
        ...


class Channel(Protocol):
    """A way to reach people: a chat, a mailbox, a hook."""

    @property
    def name(self) -> str:
        """What `--notify` calls it."""
        ...

    @property
    def markup(self) -> Markup:
        """What its messages are written in."""
        ...

    @property
    def room(self) -> int:
        """The most characters that a message may have, title and body together."""
        ...

    def send(self, letter: Letter) -> None:
        """Deliver a message. Raises ReconcilerError where nobody has proven to have it."""
        ...
