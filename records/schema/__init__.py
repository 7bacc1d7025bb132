"""Changing the schema. Alembic is needed when there is something to change, and then only."""

from records.first_use import put_off

put_off(__name__)
