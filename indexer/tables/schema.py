"""What tables are made of."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Index, MetaData, Table
from sqlalchemy.types import TypeEngine

SCHEMA = 4
"""Version of the layout of this folder, and of what the fold makes of events."""

metadata = MetaData()


def table(name: str, *columns: Column[Any] | Index) -> Table:
    """A table of the mirror."""
    # Rows are found by key only: in SQLite the key is the table (PostgreSQL ignores this).
    return Table(f"mirror_{name}", metadata, *columns, sqlite_with_rowid=False)


def part(name: str, kind: type[TypeEngine[Any]]) -> Column[Any]:
    """A column of the primary key: a part of it."""
    return Column(name, kind, primary_key=True, autoincrement=False)


def column(name: str, kind: type[TypeEngine[Any]], *, null: bool = False) -> Column[Any]:
    """Any other column."""
    return Column(name, kind, nullable=null)
