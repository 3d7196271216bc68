"""Run by Alembic: uses the connection and the transaction it is given."""

from __future__ import annotations

from alembic import context

from records.migrations import VERSION_TABLE
from records.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=False,  # the caller's transaction holds it all
    render_as_batch=True,
)
context.run_migrations()
