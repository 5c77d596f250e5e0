"""Fresh ledgers on SQLite and on a real PostgreSQL server: what the port promises holds on both."""

import itertools

import pytest

from reconciler.adapters.ledger import open_ledger
from tests.ledger import postgres

_NUMBERS = itertools.count(1)
ON_POSTGRES = pytest.mark.skipif(not postgres.AVAILABLE, reason=postgres.WHY_NOT)


@pytest.fixture(scope="session")
def socket_folder():
    """The one PostgreSQL server of a test session, started when it is first wanted."""
    with postgres.server() as folder:
        yield folder


@pytest.fixture
def postgres_url(socket_folder):
    """A database of its own on the real server."""
    import psycopg

    name = f"ledger_{next(_NUMBERS)}"
    with psycopg.connect(host=str(socket_folder), user="ledger", dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    return f"postgresql+psycopg://ledger@/{name}?host={socket_folder}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=ON_POSTGRES)])
def url(request, tmp_path):
    """The address of a ledger that does not exist yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'made' / 'ledger.db'}"
    return request.getfixturevalue("postgres_url")


@pytest.fixture
def ledger(url):
    """A new ledger, closed at the end."""
    opened = open_ledger(url)
    yield opened
    opened.close()
