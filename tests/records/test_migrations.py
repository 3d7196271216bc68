"""Migrations make exactly the tables of the schema, and can be undone."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from records.engine import reading, writing
from records.migrations import VERSION_TABLE, head, migrate, revision, upgrade
from records.schema import metadata


def differences(connection) -> list:
    options = {"compare_type": True, "version_table": VERSION_TABLE}
    return compare_metadata(MigrationContext.configure(connection, opts=options), metadata)


def test_upgrade_from_empty_equals_the_schema(empty_engine):
    upgrade(empty_engine)
    with reading(empty_engine) as connection:
        assert revision(connection) == head()
        assert differences(connection) == []


def test_the_comparison_would_see_a_difference(empty_engine):
    upgrade(empty_engine)
    with writing(empty_engine) as connection:
        connection.exec_driver_sql("ALTER TABLE accounts ADD COLUMN extra TEXT")
    with reading(empty_engine) as connection:
        assert differences(connection)


def test_downgrade_leaves_nothing_and_upgrade_works_again(empty_engine):
    upgrade(empty_engine)
    migrate(empty_engine, "base")
    with reading(empty_engine) as connection:
        assert set(inspect(connection).get_table_names()) <= {VERSION_TABLE}
    upgrade(empty_engine)
    with reading(empty_engine) as connection:
        assert differences(connection) == []


def test_upgrade_again_changes_nothing(engine):
    upgrade(engine)
    with reading(engine) as connection:
        assert revision(connection) == head()
