"""The command line with channels that lead to services on this machine."""

from dataclasses import dataclass, field

from tests.whole.line import Line

RULE = "Inbox rule forwards outside"
ADDRESS = f"contoso/alert-policy/{RULE}"


@dataclass
class Channelled(Line):
    """A person, or a pipeline, with channels in the environment."""

    channels: dict[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """The emulator's variables, the channels, and no proxy on the way to this machine."""
        return super().environment() | self.channels | {"NO_PROXY": "127.0.0.1"}

    def hand(self, **fields: object) -> None:
        """A person's hand in the portal of contoso."""
        self.emulator.change({"tenant": "contoso", "set_policy": {"name": RULE, "fields": fields}})
