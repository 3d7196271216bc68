"""What a recall reaches: what was made of an item, where all of it is, and who sold and claimed it.

Every question is asked for many items at once, and nothing is multiplied out: a transformation of
a thousand inputs and a thousand outputs is two thousand rows, not a million edges.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, func, select

from indexer import tables as t
from indexer.logged import Placed, placed_at
from ledger import events as e
from ledger.vocabulary import Address, DocumentHash, Id, Kind, OrgId, Part, Seconds

AT_ONCE = 400
Where = Literal["held", "in_transit", "packed"]


@dataclass(frozen=True, slots=True)
class Link:
    """``target`` was made of ``source``. ``fact``: the contract accepted it; otherwise only a
    statement says so.
    """

    source: Id
    target: Id
    fact: bool


@dataclass(frozen=True, slots=True)
class Stock:
    """An amount of an item that an organisation has: held, on its way to it from ``shipper``, or
    packed in a logistic unit that it holds or awaits.
    """

    item: Id
    org: OrgId
    amount: int
    where: Where
    shipper: OrgId = OrgId(0)
    shipment: Id = Id(b"")
    logistic_unit: Id = Id(b"")


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


@dataclass(frozen=True, slots=True)
class Recall:
    """That an item is recalled: by whom, since when, and the hash of the notice."""

    item: Id
    org: OrgId
    document: DocumentHash
    time: Seconds


# --- what was made of it ---


def made_of(connection: Connection, items: Sequence[Id]) -> Iterator[Link]:
    """What was made of some items in one step, facts first."""
    for some in _chunks(items):
        yield from _facts(connection, some)
        yield from _told(connection, some)


def _facts(connection: Connection, items: Sequence[Id]) -> Iterator[Link]:
    consumed, produced = t.EVENTS[e.ItemConsumed].c, t.EVENTS[e.ItemProduced].c
    runs: dict[tuple[int, int], list[Id]] = {}
    for row in _named(connection, e.ItemConsumed, items, consumed.transformation, consumed.item):
        runs.setdefault((row.block, row.transformation), []).append(Id(row.item))
    for some in _chunks(sorted({block for block, _ in runs})):
        # by block alone: SQLite finds pairs in no index
        columns = (produced.block, produced.transformation, produced.item)
        for row in connection.execute(select(*columns).where(produced.block.in_(some))):
            for source in runs.get((row.block, row.transformation), ()):
                yield Link(source, Id(row.item), fact=True)


def _told(connection: Connection, items: Sequence[Id]) -> Iterator[Link]:
    s = t.EVENTS[e.StatementMade].c
    told: dict[tuple[int, bytes], list[Id]] = {}
    for row in _named(connection, e.StatementMade, items, s.org, s.statement, s.part, s.subject):
        if row.part == Part.INPUT:
            told.setdefault((row.org, row.statement), []).append(Id(row.subject))
    for some in _chunks(sorted({statement for _, statement in told})):
        said = s.statement.in_(some) & (s.part == Part.OUTPUT)
        query = select(s.org, s.statement, s.subject).where(said).distinct()
        for row in connection.execute(query):
            for source in told.get((row.org, row.statement), ()):
                yield Link(source, Id(row.subject), fact=False)


def _named(
    connection: Connection, event: type[e.Event], items: Sequence[Id], *columns: Any
) -> Iterator[Any]:
    """Rows of an event that name one of some items, by block."""
    of, m = t.EVENTS[event].c, t.mention.c
    query = (
        select(of.block, of.log_index, *columns)
        .join(t.mention, (m.block == of.block) & (m.log_index == of.log_index))
        .where(m.subject.in_(items), m.event == t.NUMBERS[event])
    )
    yield from connection.execute(query)


# --- where it is ---


def stocks(connection: Connection, items: Sequence[Id]) -> Iterator[Stock]:
    """Who has how much of some items, also inside logistic units and on its way."""
    h, w, p = t.holding.c, t.transit.c, t.content.c
    for some in _chunks(items):
        for row in connection.execute(select(t.holding).where(h.item.in_(some))):
            yield Stock(Id(row.item), OrgId(row.org), row.amount, "held")
        for row in connection.execute(select(t.transit).where(w.item.in_(some))):
            way = (OrgId(row.shipper), Id(row.shipment))
            yield Stock(Id(row.item), OrgId(row.receiver), row.amount, "in_transit", *way)
        for row in connection.execute(select(t.content).where(p.item.in_(some))).all():
            org, shipper = _keeper(connection, Id(row.logistic_unit))
            packed = Id(row.logistic_unit)
            yield Stock(Id(row.item), org, row.amount, "packed", shipper, logistic_unit=packed)


def _keeper(connection: Connection, logistic_unit: Id) -> tuple[OrgId, OrgId]:
    """Who holds or awaits a logistic unit or the one that it is in; and who ships it, or 0."""
    inside = logistic_unit
    while True:
        held = connection.scalar(select(t.holding.c.org).where(t.holding.c.item == inside))
        if held is not None:
            return OrgId(held), OrgId(0)
        w = t.transit.c
        query = select(w.receiver, w.shipper).where(w.item == inside).limit(1)
        way = connection.execute(query).one_or_none()
        if way is not None:
            return OrgId(way.receiver), OrgId(way.shipper)
        p = t.content.c
        outer = connection.scalar(select(p.logistic_unit).where(p.item == inside).limit(1))
        if outer is None:
            return OrgId(0), OrgId(0)
        inside = Id(outer)


# --- who sold it ---


def sold(connection: Connection, items: Sequence[Id]) -> Iterator[SoldBy]:
    """Who sold how much of some items, and when."""
    s = t.sold.c
    for some in _chunks(items):
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
    for some in _chunks(_lots(items)):
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
    for some in _chunks(_lots(items)):
        columns = (c.programme, c.member, c.lot, c["index"].label("number"))
        rows = _named(connection, e.PointsClaimed, some, *columns)
        found = sorted(rows, key=lambda row: (row.lot, row.number))
        back = _returned(connection, some)
        made_good = _compensated(connection, some)
        issues = _issues(connection, some)
        times = _block_times(connection, {row.block for row in found})
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
    rows = _named(connection, e.PointsCompensated, lots, c.lot, c["index"].label("number"))
    return {(row.lot, row.number) for row in rows}


def _issues(connection: Connection, lots: Sequence[Id]) -> dict[bytes, list[tuple[int, int, int]]]:
    i = t.unit_issue.c
    found: dict[bytes, list[tuple[int, int, int]]] = {}
    for row in connection.execute(select(t.unit_issue).where(i.lot.in_(lots))).mappings():
        found.setdefault(row["lot"], []).append((row["issue"], row["first"], row["count"]))
    return found


def _block_times(connection: Connection, blocks: Iterable[int]) -> dict[int, int]:
    b = t.block_header.c
    found: dict[int, int] = {}
    for some in _chunks(sorted(blocks)):
        rows = connection.execute(select(b.block, b.time).where(b.block.in_(some)))
        found.update({row.block: row.time for row in rows})
    return found


# --- the recall itself, and what proves it all ---

_PROOFS = (
    e.ItemRecalled, e.ItemConsumed, e.ItemProduced, e.ItemSold, e.ItemReturned, e.UnitSold,
    e.UnitReturned, e.PointsClaimed, e.PointsCompensated,
)  # fmt: skip


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
    for some in _chunks(items):
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
    for some in _chunks(items):
        for event in _PROOFS:
            places = sorted({(r.block, r.log_index) for r in _named(connection, event, some)})
            yield from placed_at(connection, {event: places})


def _lots(items: Iterable[Id]) -> list[Id]:
    return [each for each in items if each[0] == Kind.LOT]


def _chunks(keys: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (keys[i : i + AT_ONCE] for i in range(0, len(keys), AT_ONCE))
