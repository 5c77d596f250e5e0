"""Alembic's own door: runs the migrations on the connection that `migrate.py` hands over."""

from alembic import context

from reconciler.adapters.ledger.schema import VERSION_TABLE

context.configure(connection=context.config.attributes["connection"], version_table=VERSION_TABLE)
with context.begin_transaction():
    context.run_migrations()
