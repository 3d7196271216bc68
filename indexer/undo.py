"""What the state was before each recent range, so that blocks can be taken back exactly.

There is no inverse code: for every entry that a range changes, the rows it had before are kept. To
go back to a block, entries get the oldest rows kept since, and the events between are folded again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from indexer import rows
from indexer.state import SHAPES, Key
from indexer.tables import undo

Before = Mapping[tuple[str, Key], Any]
"""Entries by state table and key; None where there was none."""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(tuple[Any, ...]).decode
_decode_rows = msgspec.msgpack.Decoder(list[tuple[Any, ...]]).decode


def remember(connection: Connection, first: int, last: int, before: Before) -> None:
    """Keeps what entries were before a range."""
    rows.insert(
        connection,
        undo,
        [
            (
                first,
                name,
                _encode(SHAPES[name].parts(key)),
                last,
                None if value is None else _encode(SHAPES[name].rows(value)),
            )
            for (name, key), value in before.items()
        ],
    )


def recall(connection: Connection, block: int) -> tuple[int, dict[tuple[str, Key], Any]]:
    """What to put back so that the state is that before some range, and the range's first block.

    That range is the one with the block after ``block``, or begins there.
    """
    u = undo.c
    found = connection.execute(
        select(u.first, u.state, u.key, u.rows).where(u.last > block).order_by(u.first.desc())
    )
    first, before = block + 1, dict[tuple[str, Key], Any]()
    for row in found:
        shape = SHAPES[row.state]
        first = row.first
        key = shape.key(_decode(row.key))
        before[row.state, key] = None if row.rows is None else shape.value(_decode_rows(row.rows))
    return min(first, block + 1), before


def shorten(connection: Connection, block: int) -> None:
    """Forgets the ranges above a block; the one it lies in now ends with it."""
    u = undo.c
    connection.execute(undo.delete().where(u.first > block))
    connection.execute(undo.update().where(u.last > block).values(last=block))


def prune(connection: Connection, block: int) -> None:
    """Forgets the ranges that end at or below a block."""
    connection.execute(undo.delete().where(undo.c.last <= block))
