"""What was made of what, one step at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from indexer import tables as t
from indexer.queries.reach.rows import chunks, named
from ledger import events as e
from ledger.vocabulary import Id, Part


@dataclass(frozen=True, slots=True)
class Link:
    """``target`` was made of ``source``. ``fact``: the contract accepted it; otherwise only a
    statement says so.
    """

    source: Id
    target: Id
    fact: bool


def made_of(connection: Connection, items: Sequence[Id]) -> Iterator[Link]:
    """What was made of some items in one step, facts first."""
    for some in chunks(items):
        yield from _facts(connection, some)
        yield from _told(connection, some)


def _facts(connection: Connection, items: Sequence[Id]) -> Iterator[Link]:
    consumed, produced = t.EVENTS[e.ItemConsumed].c, t.EVENTS[e.ItemProduced].c
    runs: dict[tuple[int, int], list[Id]] = {}
    for row in named(connection, e.ItemConsumed, items, consumed.transformation, consumed.item):
        runs.setdefault((row.block, row.transformation), []).append(Id(row.item))
    for some in chunks(sorted({block for block, _ in runs})):
        # by block alone: SQLite finds pairs in no index
        columns = (produced.block, produced.transformation, produced.item)
        for row in connection.execute(select(*columns).where(produced.block.in_(some))):
            for source in runs.get((row.block, row.transformation), ()):
                yield Link(source, Id(row.item), fact=True)


def _told(connection: Connection, items: Sequence[Id]) -> Iterator[Link]:
    s = t.EVENTS[e.StatementMade].c
    told: dict[tuple[int, bytes], list[Id]] = {}
    for row in named(connection, e.StatementMade, items, s.org, s.statement, s.part, s.subject):
        if row.part == Part.INPUT:
            told.setdefault((row.org, row.statement), []).append(Id(row.subject))
    for some in chunks(sorted({statement for _, statement in told})):
        said = s.statement.in_(some) & (s.part == Part.OUTPUT)
        query = select(s.org, s.statement, s.subject).where(said).distinct()
        for row in connection.execute(query):
            for source in told.get((row.org, row.statement), ()):
                yield Link(source, Id(row.subject), fact=False)
