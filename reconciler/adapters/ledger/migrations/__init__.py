"""Alembic's scripts, one file a change of the schema; `schema.py` has the result, and a test compares the two."""
