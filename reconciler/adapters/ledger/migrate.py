"""Brings a ledger's schema up to date; Alembic loads only where there is something to do."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

_SCRIPTS: Final = Path(__file__).with_name("migrations")


def upgrade(connection: Connection) -> None:
    """Run every migration that is missing, inside the connection's transaction: all of them or none."""
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))  # `%` means something in its settings
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
