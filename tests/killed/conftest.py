"""Two lanes side by side, with ledgers on SQLite or on a real PostgreSQL server."""

import itertools
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.killed.lane import Lane, Ledgers, lane
from tests.ledger import postgres

ON_POSTGRES = pytest.mark.skipif(not postgres.AVAILABLE, reason=postgres.WHY_NOT)


@pytest.fixture(scope="package")
def socket_folder() -> Iterator[Path]:
    """A PostgreSQL server for the tests of this folder."""
    with postgres.server() as folder:
        yield folder


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=ON_POSTGRES)])
def lanes(request, tmp_path_factory) -> Iterator[list[Lane]]:
    """Two lanes that share nothing, for two processors."""
    with ExitStack() as stack:
        made = []
        for number in range(2):
            folder = tmp_path_factory.mktemp(f"lane-{number}-")
            server = request.getfixturevalue("socket_folder") if request.param == "postgresql" else None
            ledgers = _databases(server, f"lane_{number}") if server else _files(folder)
            made.append(stack.enter_context(lane(folder, ledgers)))
        yield made


def _files(folder: Path) -> Ledgers:
    numbers = itertools.count(1)
    return lambda: f"sqlite:///{folder}/{next(numbers)}.db"


def _databases(server: Path, name: str) -> Ledgers:
    """One name, dropped and made anew for each ledger."""
    import psycopg

    def made() -> str:
        with psycopg.connect(host=str(server), user="ledger", dbname="postgres", autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        return f"postgresql+psycopg://ledger@/{name}?host={server}"

    return made
