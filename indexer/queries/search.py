"""Search: what a person may have in hand, from a GTIN to a transaction hash."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from sqlalchemy import Connection, func, select

from indexer import tables as t
from indexer.queries.products import made_of
from ledger.errors import InvalidInput
from ledger.events import StatementMade
from ledger.gs1 import parse_any
from ledger.gs1.element_strings import parse_element_string
from ledger.vocabulary import (
    DIGITS,
    Gs1Key,
    Id,
    Kind,
    OrgId,
    key_of,
    product,
    text_of,
)

HitKind = Literal[
    "product", "lot", "unit", "logistic unit", "shipment", "place", "organisation",
    "transaction", "statement",
]  # fmt: skip


MOST_LOTS = 100
"""Of one product, or with one number."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found. ``id`` is a packed id, or a transaction's or statement's hash.

    ``label`` is for people. ``recorded``: the ledger knows it; otherwise only statements name it.
    """

    kind: HitKind
    id: bytes
    label: str
    org: OrgId | None
    recorded: bool


def search(connection: Connection, text: str, limit: int = 20) -> tuple[Hit, ...]:
    """What a text may mean: GTIN, lot number, serial, SSCC, GLN, reference of a shipment, a
    Digital Link, an EPC URN, an element string, or a hash or address in hexadecimal.
    """
    found = dict.fromkeys(islice(_hits(connection, text.strip()), 4 * limit))
    return tuple(found)[:limit]


def _hits(connection: Connection, text: str) -> Iterator[Hit]:
    if not text or len(text) > 2_000:
        return
    yield from _hexadecimal(connection, text.lower().removeprefix("0x"))
    key = _named(text)
    if key is not None:
        yield from _ids(connection, [key.id])
        if key.kind is Kind.PRODUCT:
            yield from _lots(connection, key.id)
    if re.fullmatch(r"[\d\s-]+", text):
        yield from _digits(connection, re.sub(r"[\s-]", "", text))
    if len(text) <= 20 and text.isascii():
        yield from _extension(connection, text.encode("ascii"))


def _named(text: str) -> Gs1Key | None:
    for parse in (parse_any, lambda it: parse_element_string(it).key):
        try:
            return parse(text)
        except InvalidInput:
            continue
    return None


def _hexadecimal(connection: Connection, digits: str) -> Iterator[Hit]:
    if not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", digits):
        return
    value = bytes.fromhex(digits)
    if len(value) == 20:
        org = connection.execute(select(t.key.c.org).where(t.key.c.key == value)).scalar()
        if org is not None:
            yield from _organisations(connection, [org])
        return
    if any(connection.execute(select(t.transaction.c.hash).where(t.transaction.c.hash == value))):
        yield Hit("transaction", value, "0x" + digits, None, recorded=True)
    s = t.EVENTS[StatementMade].c
    org = connection.execute(select(func.min(s.org)).where(s.statement == value)).scalar()
    if org is not None:
        yield Hit("statement", value, "0x" + digits, OrgId(org), recorded=True)
    yield from _ids(connection, [Id(value)])


def _digits(connection: Connection, digits: str) -> Iterator[Hit]:
    """A bare number may be a key of several kinds."""
    keys = []
    for kind, length in DIGITS.items():
        if kind in (Kind.LOT, Kind.UNIT) or len(digits) != length:
            continue
        try:
            keys.append(Gs1Key(kind, digits))
        except InvalidInput:
            continue
    try:
        gtin = product(digits)
        keys.insert(0, gtin)
    except InvalidInput:
        gtin = None
    yield from _ids(connection, list(dict.fromkeys(key.id for key in keys)))
    if gtin is not None:
        yield from _lots(connection, gtin.id)


def _lots(connection: Connection, product_id: Id) -> Iterator[Hit]:
    i, m = t.item.c, t.mention.c
    query = select(i.item).where(made_of(i.item, product_id)).order_by(i.since.desc(), i.item)
    known = connection.execute(query.limit(MOST_LOTS))
    yield from _ids(connection, [Id(row.item) for row in known])
    said = connection.execute(
        select(m.subject).where(made_of(m.subject, product_id)).distinct().limit(MOST_LOTS)
    )
    yield from _ids(connection, [Id(row.subject) for row in said])


def _extension(connection: Connection, text: bytes) -> Iterator[Hit]:
    """Lots and units by number, shipments by their shipper's reference."""
    i, padded = t.item.c, text.ljust(20, b"\0")
    rows = connection.execute(
        select(i.item)
        .where(func.substr(i.item, 10, 20) == padded)
        .order_by(i.item)
        .limit(MOST_LOTS)
    )
    yield from _ids(connection, [Id(row.item) for row in rows])
    yield from _ids(connection, [Id(bytes([Kind.SHIPMENT]) + bytes(8) + padded + bytes(3))])


def _organisations(connection: Connection, orgs: Sequence[int]) -> Iterator[Hit]:
    o = t.organisation.c
    for row in connection.execute(select(t.organisation).where(o.org.in_(orgs)).order_by(o.org)):
        label = f"{text_of(row.party)} (organisation {row.org})"
        yield Hit("organisation", row.party, label, OrgId(row.org), recorded=True)


def _ids(connection: Connection, ids: Sequence[Id]) -> Iterator[Hit]:
    for each in ids:
        yield from _id(connection, each)


def _id(connection: Connection, packed: Id) -> Iterator[Hit]:
    """One packed id, if the ledger or a statement knows it."""
    try:
        kind = key_of(packed).kind
    except InvalidInput:
        return
    label = text_of(packed)
    if kind is Kind.PARTY:
        query = select(t.organisation.c.org).where(t.organisation.c.party == packed)
        yield from _organisations(connection, [row.org for row in connection.execute(query)])
        return
    if kind is Kind.SHIPMENT:
        s = t.shipment.c
        query = select(s.shipper).where(s.shipment == packed).order_by(s.shipper)
        for row in connection.execute(query):
            yield Hit("shipment", packed, label, OrgId(row.shipper), recorded=True)
        return
    m = t.mention.c
    said = m.event == t.NUMBERS[StatementMade]
    query = select(func.count(), func.count().filter(said)).where(m.subject == packed)
    named, only_said = connection.execute(query).one()
    if named:
        org = connection.execute(_OWNER[kind](packed)).scalar()
        owner = None if org is None else OrgId(org)
        yield Hit(_WORDS[kind], packed, label, owner, recorded=named > only_said)


_OWNER = {
    Kind.PRODUCT: lambda it: select(t.product.c.org).where(t.product.c.product == it),
    Kind.LOT: lambda it: select(t.item.c.maker).where(t.item.c.item == it),
    Kind.UNIT: lambda it: select(t.item.c.maker).where(t.item.c.item == it),
    Kind.LOGISTIC_UNIT: lambda it: select(t.holding.c.org).where(t.holding.c.item == it),
    Kind.PLACE: lambda it: select(t.place.c.org).where(t.place.c.place == it),
}
_WORDS: dict[Kind, HitKind] = {
    Kind.PRODUCT: "product",
    Kind.LOT: "lot",
    Kind.UNIT: "unit",
    Kind.LOGISTIC_UNIT: "logistic unit",
    Kind.PLACE: "place",
}
