"""What a mirror holds, as one number: equal on every database, whether followed live or rebuilt."""

from __future__ import annotations

import hashlib

import msgspec
from sqlalchemy import Connection, Select, Table, select

from indexer import tables as t

_AT_ONCE = 5_000

_encode = msgspec.json.Encoder().encode

CONTENT = (
    *t.EVENTS.values(),
    *t.STATE.values(),
    *(table for table in t.READ if table is not t.undo),
)
"""All tables that follow from the chain alone."""


def table_digests(connection: Connection) -> dict[str, str]:
    """SHA-256 of each table's rows in the order of their keys, by the table's name.

    A row is a JSON list of its columns, bytes in Base64, with a line feed after it. Of the headers
    only those of blocks with logs count: which others are kept depends on when they were read.
    """
    return {table.name: _digest(connection, _rows(table)) for table in CONTENT}


def mirror_digest(connection: Connection) -> str:
    """SHA-256 over the names and digests of all tables."""
    lines = (f"{name} {digest}\n" for name, digest in sorted(table_digests(connection).items()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _rows(table: Table) -> Select[tuple[object, ...]]:
    query = select(*table.columns).order_by(*table.primary_key.columns)
    if table is t.block_header:
        used = select(t.transaction.c.block).where(t.transaction.c.block == table.c.block)
        query = query.where(used.exists())
    return query


def _digest(connection: Connection, query: Select[tuple[object, ...]]) -> str:
    running = hashlib.sha256()
    rows = connection.execution_options(yield_per=_AT_ONCE).execute(query)
    for row in rows:
        running.update(_encode(tuple(row)) + b"\n")
    return running.hexdigest()
