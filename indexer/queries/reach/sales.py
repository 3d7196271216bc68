"""Who sold recalled items, and what became of their units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from indexer import tables as t
from indexer.queries.reach.rows import block_times, chunks, lots_in, named
from ledger import events as e
from ledger.vocabulary import Address, Id, OrgId, Seconds


@dataclass(frozen=True, slots=True)
class SoldBy:
    """What an organisation sold of an item and did not take back, by amount and by units, and when
    it first and last sold some.
    """

    item: Id
    org: OrgId
    by_amount: int
    by_units: int
    first: Seconds
    last: Seconds


@dataclass(frozen=True, slots=True)
class UnitCount:
    """Units of a lot. ``sold`` are sold now, ``never_sold`` never were; ``void`` ones of these have
    codes that count no more.
    """

    lot: Id
    issued: int
    sold: int
    returned: int
    claimed: int
    never_sold: int
    void: int


@dataclass(frozen=True, slots=True)
class Claimed:
    """A unit with which a member earned points. ``returned``: it came back to who sold it."""

    lot: Id
    index: int
    issue: int
    member: Address
    programme: int
    returned: bool
    compensated: bool
    time: Seconds


def sold(connection: Connection, items: Sequence[Id]) -> Iterator[SoldBy]:
    """Who sold how much of some items, and when."""
    s = t.sold.c
    for some in chunks(items):
        times = _times(connection, some)
        for row in connection.execute(select(t.sold).where(s.item.in_(some))):
            first, last = times.get((row.item, row.org), (0, 0))
            amounts = (row.by_amount, row.by_units)
            yield SoldBy(Id(row.item), OrgId(row.org), *amounts, Seconds(first), Seconds(last))


def _times(connection: Connection, items: Sequence[Id]) -> dict[tuple[bytes, int], tuple[int, int]]:
    s, m, b = t.EVENTS[e.ItemSold].c, t.mention.c, t.block_header.c
    query = (
        select(s.item, s.org, func.min(b.time).label("first"), func.max(b.time).label("last"))
        .join(t.mention, (m.block == s.block) & (m.log_index == s.log_index))
        .join(t.block_header, b.block == s.block)
        .where(m.subject.in_(items), m.event == t.NUMBERS[e.ItemSold])
        .group_by(s.item, s.org)
    )
    rows = connection.execute(query)
    return {(row.item, row.org): (row.first, row.last) for row in rows}


def unit_counts(connection: Connection, items: Sequence[Id]) -> Iterator[UnitCount]:
    """How many units of some lots were issued, sold and claimed; lots without units are left
    out.
    """
    i, w = t.unit_issue.c, t.unit_word.c
    for some in chunks(lots_in(items)):
        query = select(i.lot, func.sum(i.count)).where(i.lot.in_(some)).group_by(i.lot)
        issued = {row[0]: int(row[1]) for row in connection.execute(query.order_by(i.lot))}
        marks: dict[bytes, list[int]] = {lot: [0, 0, 0, 0, 0] for lot in issued}
        for row in connection.execute(select(t.unit_word).where(w.lot.in_(some))):
            sold_now, back, claimed, void = (
                int.from_bytes(bits, "big")
                for bits in (row.sold, row.returned, row.claimed, row.voided)
            )
            ever = sold_now | back
            words = (sold_now, back & ~sold_now, claimed, ever, void & ~ever)
            here = marks[row.lot]
            marks[row.lot] = [a + b.bit_count() for a, b in zip(here, words, strict=True)]
        for lot, count in issued.items():
            sold_now, back, claimed, ever, void = marks[lot]
            yield UnitCount(Id(lot), count, sold_now, back, claimed, count - ever, void)


def claims(connection: Connection, items: Sequence[Id]) -> Iterator[Claimed]:
    """Who claimed which units of some lots, by lot and index."""
    c = t.EVENTS[e.PointsClaimed].c
    for some in chunks(lots_in(items)):
        columns = (c.programme, c.member, c.lot, c["index"].label("number"))
        rows = named(connection, e.PointsClaimed, some, *columns)
        found = sorted(rows, key=lambda row: (row.lot, row.number))
        back = _returned(connection, some)
        made_good = _compensated(connection, some)
        issues = _issues(connection, some)
        times = block_times(connection, {row.block for row in found})
        for row in found:
            lot, index = Id(row.lot), row.number
            yield Claimed(
                lot,
                index,
                next(n for n, first, count in issues[lot] if first <= index < first + count),
                Address(row.member),
                row.programme,
                returned=bool(back.get((lot, index >> 8), 0) >> (index & 255) & 1),
                compensated=(lot, index) in made_good,
                time=Seconds(times[row.block]),
            )


def _returned(connection: Connection, lots: Sequence[Id]) -> dict[tuple[bytes, int], int]:
    w = t.unit_word.c
    query = select(w.lot, w.word, w.returned).where(w.lot.in_(lots))
    rows = connection.execute(query)
    return {(row.lot, row.word): int.from_bytes(row.returned, "big") for row in rows}


def _compensated(connection: Connection, lots: Sequence[Id]) -> set[tuple[bytes, int]]:
    c = t.EVENTS[e.PointsCompensated].c
    rows = named(connection, e.PointsCompensated, lots, c.lot, c["index"].label("number"))
    return {(row.lot, row.number) for row in rows}


def _issues(connection: Connection, lots: Sequence[Id]) -> dict[bytes, list[tuple[int, int, int]]]:
    i = t.unit_issue.c
    found: dict[bytes, list[tuple[int, int, int]]] = {}
    for row in connection.execute(select(t.unit_issue).where(i.lot.in_(lots))).mappings():
        found.setdefault(row["lot"], []).append((row["issue"], row["first"], row["count"]))
    return found
