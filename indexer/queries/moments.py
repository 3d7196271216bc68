"""When things happened to items and units, and to which of them something happened lately."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select

from indexer import tables as t
from ledger import events as e
from ledger.vocabulary import Id, Seconds

_OF_ITEMS: tuple[type[e.Event], ...] = (
    e.ItemRecalled,
    e.ItemReleased,
    e.ItemSold,
    e.ItemReturned,
)
_OF_LOTS: tuple[type[e.Event], ...] = (
    e.UnitsIssued,
    e.UnitsVoided,
    e.UnitSold,
    e.UnitReturned,
    e.UnitClaimed,
)


def item_moment(connection: Connection, event: type[e.Event], item: Id) -> Seconds | None:
    """When an event of a kind that names an item happened last; None where it never did."""
    m, header = t.mention.c, t.block_header.c
    query = (
        select(header.time)
        .select_from(t.mention.join(t.block_header, header.block == m.block))
        .where(m.subject == item, m.event == t.NUMBERS[event])
        .order_by(m.block.desc(), m.log_index.desc())
        .limit(1)
    )
    found = connection.execute(query).scalar()
    return None if found is None else Seconds(found)


def unit_sold_at(connection: Connection, lot: Id, index: int) -> Seconds | None:
    """When a unit of a lot was sold last; None where it never was."""
    m, sold, header = t.mention.c, t.EVENTS[e.UnitSold], t.block_header.c
    here = (sold.c.block == m.block) & (sold.c.log_index == m.log_index)
    query = (
        select(header.time)
        .select_from(t.mention.join(sold, here).join(t.block_header, header.block == m.block))
        .where(m.subject == lot, m.event == t.NUMBERS[e.UnitSold], sold.c.index == index)
        .order_by(m.block.desc(), m.log_index.desc())
        .limit(1)
    )
    found = connection.execute(query).scalar()
    return None if found is None else Seconds(found)


def changed_items(connection: Connection, block: int) -> set[Id]:
    """Lots and units whose sale, recall, voiding or claims changed after a block."""
    return set(_changed(connection, _OF_ITEMS, "item", block)) | set(
        _changed(connection, _OF_LOTS, "lot", block)
    )


def _changed(
    connection: Connection, events: Iterable[type[e.Event]], name: str, block: int
) -> Iterable[Id]:
    for event in events:
        c = t.EVENTS[event].c
        query = select(c[name]).where(c.block > block).distinct()
        yield from (Id(each) for each in connection.execute(query).scalars())
