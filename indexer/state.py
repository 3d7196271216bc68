"""The ledger's state in SQL: how each table of `ledger.history.State` stands in rows, loaded on
demand and written back where it changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Table, select, tuple_

from indexer import tables as t
from ledger import history as h
from ledger.vocabulary import Role

Row = tuple[Any, ...]
Key = Any
"""A key of a state's table: a bytes, an int, or a tuple of those."""

MOST_KEYS = 400
"""In one question: databases bound the number of parameters."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How the entries of one state table stand in SQL.

    The first ``width`` columns are the key. ``rows`` gives the rest of the columns, one tuple a
    row; ``value`` makes the entry of them again.
    """

    table: Table
    width: int
    rows: Callable[[Any], Sequence[Row]]
    value: Callable[[Sequence[Row]], Any]

    def key(self, row: Sequence[Any]) -> Key:
        """The key at the beginning of a row."""
        return row[0] if self.width == 1 else tuple(row[: self.width])

    def parts(self, key: Key) -> Row:
        """A key as columns."""
        return (key,) if self.width == 1 else key


def _number(table: Table, width: int) -> Shape:
    return Shape(table, width, lambda value: [(value,)], lambda rows: rows[0][0])


def _record(table: Table, width: int, kind: type, *roles: str) -> Shape:
    names = [field.name for field in fields(kind)]
    if [column.name for column in table.columns][width:] != names:
        raise AssertionError(f"{table.name} does not have the columns of {kind.__name__}")
    at = [names.index(role) for role in roles]

    read = attrgetter(*names)

    def value(found: Sequence[Row]) -> Any:
        row = list(found[0])
        for i in at:
            row[i] = Role(row[i])
        return kind(*row)

    return Shape(table, width, lambda value: [read(value)], value)


def _makers() -> Shape:
    return Shape(t.maker, 2, lambda _: [()], lambda _: True)


def _transit() -> Shape:
    return Shape(
        t.transit,
        2,
        lambda ways: [(i, w.shipper, w.shipment, w.amount) for i, w in enumerate(ways)],
        lambda rows: tuple(h.Transit(*row[1:]) for row in rows),
    )


def _contents() -> Shape:
    return Shape(
        t.content,
        1,
        lambda packed: [(p.item, p.amount) for p in packed],
        lambda rows: tuple(h.Packed(*row) for row in rows),
    )


def _words() -> Shape:
    return Shape(
        t.unit_word,
        2,
        lambda w: [tuple(map(_to_word, (w.sold, w.returned, w.claimed, w.voided)))],
        lambda rows: h.UnitWord(*map(_from_word, rows[0])),
    )


def _sellers() -> Shape:
    return Shape(
        t.unit_seller, 3, lambda bits: [(_to_word(bits),)], lambda rows: _from_word(rows[0][0])
    )


def _to_word(bits: int) -> bytes:
    return bits.to_bytes(32, "big")


def _from_word(word: bytes) -> int:
    return int.from_bytes(word, "big")


def _accounts() -> Shape:
    return Shape(
        t.account,
        2,
        lambda a: [(*a.points, a.owed, a.quarter)],
        lambda rows: h.Account(tuple(rows[0][:4]), *rows[0][4:]),
    )


def _redemptions() -> Shape:
    return Shape(
        t.redemption,
        3,
        lambda r: [(r.org, *r.taken, r.quarter, r.cancelled, r.since)],
        lambda rows: h.Redemption(rows[0][0], tuple(rows[0][1:5]), *rows[0][5:]),
    )


SHAPES: dict[str, Shape] = {
    "organisations": _record(t.organisation, 1, h.Organisation, "roles"),
    "parties": _number(t.party, 1),
    "places": _number(t.place, 1),
    "prefixes": _number(t.prefix, 2),
    "keys": _record(t.key, 1, h.KeyGrant, "roles"),
    "products": _record(t.product, 1, h.Product),
    "makers": _makers(),
    "yields": _record(t.yield_, 2, h.Yield),
    "items": _record(t.item, 1, h.Item),
    "holdings": _number(t.holding, 2),
    "shipments": _record(t.shipment, 2, h.Shipment),
    "transit": _transit(),
    "contents": _contents(),
    "sold": _record(t.sold, 2, h.Sold),
    "said": _record(t.said, 2, h.Said),
    "happenings": _record(t.happening, 1, h.Happening),
    "facts": _number(t.fact, 1),
    "pauses": _number(t.pause, 1),
    "certificates": _record(t.certificate, 3, h.Certificate),
    "anchors": _record(t.anchor, 2, h.Anchor),
    "unit_lots": _record(t.unit_lot, 1, h.UnitLot),
    "unit_issues": _record(t.unit_issue, 2, h.UnitIssue),
    "unit_words": _words(),
    "unit_sellers": _sellers(),
    "programmes": _record(t.programme, 1, h.Programme),
    "partners": _number(t.partner, 2),
    "openings": _record(t.opening, 2, h.Opening),
    "earnings": _record(t.earning, 2, h.Earning),
    "accounts": _accounts(),
    "redemptions": _redemptions(),
}
"""By the names of `ledger.history.State.TABLES`, all of them."""


def load(connection: Connection, shape: Shape, key: Key) -> Any | None:
    """One entry, or None."""
    found = list(load_many(connection, shape, [key]))
    return found[0][1] if found else None


def load_many(
    connection: Connection, shape: Shape, keys: Sequence[Key]
) -> Iterator[tuple[Key, Any]]:
    """Those entries that there are."""
    columns = list(shape.table.columns)
    order = list(shape.table.primary_key.columns)
    for start in range(0, len(keys), MOST_KEYS):
        some = keys[start : start + MOST_KEYS]
        own = columns[: shape.width]
        if len(some) == 1:
            parts = zip(own, shape.parts(some[0]), strict=True)
            query = select(*columns).where(*(column == part for column, part in parts))
        elif shape.width == 1:
            query = select(*columns).where(own[0].in_(some))
        else:
            query = select(*columns).where(tuple_(*own).in_(some))
        rows = connection.execute(query.order_by(*order))
        yield from entries(shape, rows)


def entries(shape: Shape, rows: Iterable[Sequence[Any]]) -> Iterator[tuple[Key, Any]]:
    """Entries of rows in the order of the primary key."""
    for key, group in groupby(rows, key=shape.key):
        yield key, shape.value([tuple(row[shape.width :]) for row in group])


def sql_state(connection: Connection) -> h.State:
    """A state whose tables load entries from the mirror when they are asked for."""
    state = h.State()
    for name, shape in SHAPES.items():
        setattr(state, name, h.Table(_loader(connection, shape)))
    return state


def _loader(connection: Connection, shape: Shape) -> Callable[[Key], Any | None]:
    return lambda key: load(connection, shape, key)
