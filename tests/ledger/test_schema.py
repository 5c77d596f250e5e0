"""The tables: made by migrations, equal to what the code believes, refused when they are not ours."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, make_url

from reconciler.adapters.ledger import migrate, open_ledger, schema
from reconciler.core.errors import LedgerError
from reconciler.core.history import History
from tests.ledger.things import CONTOSO, NOW, alert, begun, rows_of, wrote


def test_migrations_give_the_tables_that_the_code_believes_in(url, ledger):
    """A ledger made by all migrations differs in nothing from the tables in schema.py."""
    begun(ledger)
    engine = create_engine(make_url(url))
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "version_table": schema.VERSION_TABLE}
        )
        found = compare_metadata(context, schema.metadata)
    engine.dispose()

    assert [] == found


def test_the_newest_migration_is_the_one_that_the_code_asks_for():
    """schema.py names every migration there is, and the last of them."""
    scripts = ScriptDirectory(str(Path(migrate.__file__).with_name("migrations")))

    assert ([schema.HEAD], schema.KNOWN) == (
        scripts.get_heads(),
        frozenset(one.revision for one in scripts.walk_revisions()),
    )


def test_a_ledger_of_a_newer_version_is_refused(url, ledger):
    """Reading and writing both stop before anything happens, and say what to do."""
    wrote(ledger, alert())
    ledger.close()
    with rows_of(url) as ask:
        ask(f"UPDATE {schema.VERSION_TABLE} SET version_num = '0099'")

    for call in (lambda one: one.history(CONTOSO, NOW), begun):
        newer = open_ledger(url)
        with pytest.raises(LedgerError, match=r"has the schema '0099'.*Install the version that made it"):
            call(newer)
        newer.close()
    with rows_of(url) as ask:
        assert [(1,)] == ask("SELECT count(*) FROM runs")


def test_a_half_made_ledger_is_made_anew(url, ledger):
    """Where only the mark of the schema is missing its row, nothing was made yet."""
    with rows_of(url) if "postgresql" in url else _folder(url) as ask:
        ask(f"CREATE TABLE {schema.VERSION_TABLE} (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")

    assert History() == ledger.history(CONTOSO, NOW)
    wrote(ledger, alert())
    assert ledger.history(CONTOSO, NOW).known


def _folder(url):
    Path(str(make_url(url).database)).parent.mkdir()
    return rows_of(url)
