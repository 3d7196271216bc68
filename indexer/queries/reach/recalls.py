"""What is recalled, by whom, and every event that the reach of it stands on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from indexer import tables as t
from indexer.logged import Placed, placed_at
from indexer.queries.reach.rows import chunks, named
from ledger import events as e
from ledger.vocabulary import DocumentHash, Id, OrgId, Seconds

_PROOFS = (
    e.ItemRecalled, e.ItemConsumed, e.ItemProduced, e.ItemSold, e.ItemReturned, e.UnitSold,
    e.UnitReturned, e.PointsClaimed, e.PointsCompensated,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recall:
    """That an item is recalled: by whom, since when, and the hash of the notice."""

    item: Id
    org: OrgId
    document: DocumentHash
    time: Seconds


def recall(connection: Connection, item: Id) -> Recall | None:
    """The recall of an item, or None where it is not recalled now."""
    i, r, b = t.item.c, t.EVENTS[e.ItemRecalled].c, t.block_header.c
    known = select(i.recalled_by, i.recall_document).where(i.item == item, i.recalled_by != 0)
    row = connection.execute(known).one_or_none()
    if row is None:
        return None
    named = (r.item == item) & (r.org == row.recalled_by)
    query = select(func.max(b.time)).join(t.EVENTS[e.ItemRecalled], (b.block == r.block) & named)
    time = connection.execute(query).scalar() or 0
    return Recall(item, OrgId(row.recalled_by), DocumentHash(row.recall_document), Seconds(time))


def recalled_of(connection: Connection, items: Sequence[Id]) -> frozenset[Id]:
    """Which of some items are recalled now, each by name."""
    i = t.item.c
    found: set[Id] = set()
    for some in chunks(items):
        query = select(i.item).where(i.item.in_(some), i.recalled_by != 0)
        found.update(Id(row.item) for row in connection.execute(query))
    return frozenset(found)


def recalls(
    connection: Connection, *, after: Id | None = None, limit: int = 50
) -> tuple[Recall, ...]:
    """What is recalled now, by item."""
    i = t.item.c
    query = select(i.item).where(i.recalled_by != 0, i.item > (after or b"")).order_by(i.item)
    found = [recall(connection, Id(row.item)) for row in connection.execute(query.limit(limit))]
    return tuple(each for each in found if each is not None)


def proofs(connection: Connection, items: Sequence[Id]) -> Iterator[Placed]:
    """Every event that the reach of a recall stands on, with its place in the chain."""
    for some in chunks(items):
        for event in _PROOFS:
            places = sorted({(r.block, r.log_index) for r in named(connection, event, some)})
            yield from placed_at(connection, {event: places})
