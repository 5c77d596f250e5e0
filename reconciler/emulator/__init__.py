"""A Microsoft 365 tenant on this machine: the real host names behind a proxy, with documented behaviour."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .server import Emulator

__all__ = ["Emulator"]


def __getattr__(name: str) -> "type[Emulator]":
    """Import the server only when someone starts it."""
    if name == "Emulator":
        from .server import Emulator

        return Emulator
    raise AttributeError(name)
