"""Alembic's entry point: runs the migrations on the connection that `records.database.migrate` hands over."""

from alembic import context
from sqlmodel import SQLModel

# These fill the metadata that autogenerate compares with.
import records.case_tables
import records.channel_tables
import records.mail_tables
import records.people_tables
import records.tables  # noqa: F401

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    transactional_ddl=False,  # the caller's transaction is the one that counts
)
context.run_migrations()
