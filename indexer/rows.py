"""Rows written in bulk: prepared statements on SQLite, binary COPY on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Connection,
    Integer,
    SmallInteger,
    Table,
    Text,
)

from indexer.blob import Blob
from ledger.errors import StoreUnavailable

Row = Sequence[Any]

_POSTGRES_TYPES = {
    BigInteger: "int8",
    Boolean: "bool",
    Integer: "int4",
    Blob: "bytea",
    SmallInteger: "int2",
    Text: "text",
}


def insert(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Adds rows, all columns in the table's order. Their keys must be new."""
    if not rows:
        return
    if connection.dialect.name != "postgresql":
        connection.exec_driver_sql(_insert(table), list(map(tuple, rows)))
        return
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(_copy(table)) as copy:
            copy.set_types(_types(table))
            for row in rows:
                copy.write_row(row)
    except connection.dialect.loaded_dbapi.OperationalError as error:
        raise StoreUnavailable(f"the mirror's database does not answer: {error}") from error


def replace(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Adds rows, or puts them in the place of those with the same key."""
    if rows:
        mark = _mark(connection)
        connection.exec_driver_sql(_upsert(table, mark), list(map(tuple, rows)))


def delete(connection: Connection, table: Table, width: int, keys: Iterable[Row]) -> None:
    """Removes the rows whose first ``width`` columns are one of the keys."""
    wanted = list(map(tuple, keys))
    if wanted:
        connection.exec_driver_sql(_delete(table, width, _mark(connection)), wanted)


def _mark(connection: Connection) -> str:
    return "%s" if connection.dialect.name == "postgresql" else "?"


def _names(table: Table) -> list[str]:
    return [f'"{column.name}"' for column in table.columns]


@cache
def _insert(table: Table) -> str:
    marks = ", ".join("?" * len(table.columns))
    return f"INSERT INTO {table.name} VALUES ({marks})"  # noqa: S608 - names of our own


@cache
def _copy(table: Table) -> str:
    return f"COPY {table.name} ({', '.join(_names(table))}) FROM STDIN (FORMAT BINARY)"


@cache
def _types(table: Table) -> list[str]:
    return [_POSTGRES_TYPES[type(column.type)] for column in table.columns]


@cache
def _upsert(table: Table, mark: str) -> str:
    names = _names(table)
    key = [f'"{column.name}"' for column in table.primary_key.columns]
    rest = [f"{name} = excluded.{name}" for name in names if name not in key]
    action = f"UPDATE SET {', '.join(rest)}" if rest else "NOTHING"
    marks = ", ".join([mark] * len(names))
    return (
        f"INSERT INTO {table.name} VALUES ({marks}) "  # noqa: S608 - names of our own
        f"ON CONFLICT ({', '.join(key)}) DO {action}"
    )


@cache
def _delete(table: Table, width: int, mark: str) -> str:
    where = " AND ".join(f"{name} = {mark}" for name in _names(table)[:width])
    return f"DELETE FROM {table.name} WHERE {where}"  # noqa: S608 - names of our own
