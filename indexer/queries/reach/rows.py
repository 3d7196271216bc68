"""What the questions about a recall share: rows by what they name, some hundred keys at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, select

from indexer import tables as t
from ledger import events as e
from ledger.vocabulary import Id, Kind

AT_ONCE = 400


def named(
    connection: Connection, event: type[e.Event], items: Sequence[Id], *columns: Any
) -> Iterator[Any]:
    """Rows of an event that name one of some items."""
    of, m = t.EVENTS[event].c, t.mention.c
    query = (
        select(of.block, of.log_index, *columns)
        .join(t.mention, (m.block == of.block) & (m.log_index == of.log_index))
        .where(m.subject.in_(items), m.event == t.NUMBERS[event])
    )
    yield from connection.execute(query)


def block_times(connection: Connection, blocks: Iterable[int]) -> dict[int, int]:
    """The times of some blocks."""
    b = t.block_header.c
    found: dict[int, int] = {}
    for some in chunks(sorted(blocks)):
        rows = connection.execute(select(b.block, b.time).where(b.block.in_(some)))
        found.update({row.block: row.time for row in rows})
    return found


def lots_in(items: Iterable[Id]) -> list[Id]:
    """Those of some items that are lots."""
    return [each for each in items if each[0] == Kind.LOT]


def chunks(keys: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """The keys, so many at a time."""
    return (keys[i : i + AT_ONCE] for i in range(0, len(keys), AT_ONCE))
