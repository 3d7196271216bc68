"""Migrations of the records (Alembic): run at start, all or none, by one process at a time."""

from __future__ import annotations

import logging

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

VERSION_TABLE = "records_version"
# Alembic tells of every look it takes, at the level meant for people.
logging.getLogger("alembic.runtime.migration").setLevel(logging.WARNING)

_LOCK = 0x6C6F746D61726B  # "lotmark": PostgreSQL's advisory locks are numbers


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration for our scripts, on this connection."""
    made = Config()
    made.set_main_option("script_location", "records:migrations")
    made.attributes["connection"] = connection
    return made


def head() -> str:
    """The newest revision."""
    found = ScriptDirectory.from_config(config()).get_current_head()
    assert found is not None
    return found


def revision(connection: Connection) -> str | None:
    """The database's revision; none for an empty one."""
    options = {"version_table": VERSION_TABLE}
    return MigrationContext.configure(connection, opts=options).get_current_revision()


def upgrade(engine: Engine) -> None:
    """Brings the database to the newest revision; cheap when it is there."""
    migrate(engine, "head")


def migrate(engine: Engine, target: str) -> None:
    """Brings the database to a revision, up or down (``base`` is empty)."""
    newest = head() if target == "head" else target
    with engine.connect() as connection:
        connection.execution_options(reads_only=True)  # waits for no writer when all is well
        if revision(connection) == newest:
            return
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            connection.execute(text("CREATE SCHEMA IF NOT EXISTS records"))
        if revision(connection) == newest:
            return
        if _goes_down(revision(connection), newest):
            command.downgrade(config(connection), newest)
        else:
            command.upgrade(config(connection), newest)


def _goes_down(present: str | None, target: str) -> bool:
    if present is None or target == "base":
        return target == "base"
    script = ScriptDirectory.from_config(config())
    return target in {each.revision for each in script.iterate_revisions(present, "base")}
