"""Which entries of the state some operations will ask for: read all at once, they cost a tenth.

A guess that is only about speed. What is not foreseen here is loaded when it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ledger import events as e
from ledger.findings import happening_of
from ledger.history import Operation
from ledger.statements import statements_in
from ledger.vocabulary import Id, Kind, is_item, product_of

Wanted = tuple[str, Any]
"""A table of the state and a key."""


def wanted(operations: Iterable[Operation]) -> Iterator[Wanted]:
    """Tables and keys, some of them more than once."""
    for operation in operations:
        events = [entry.event for entry in operation.events]
        for event in events:
            foresee = _FORESEEN.get(type(event))
            if foresee is not None:
                yield from foresee(event)
        for statement in statements_in(events):
            yield "happenings", happening_of(statement)[0]


def _held(event: Any) -> Iterator[Wanted]:
    yield "items", event.item
    yield "holdings", (event.item, event.org)


def _item(event: Any) -> Iterator[Wanted]:
    yield "items", event.item


def _moved(event: Any) -> Iterator[Wanted]:
    yield "holdings", (event.item, event.shipper)
    yield "holdings", (event.item, event.receiver)
    yield "transit", (event.receiver, event.item)
    yield "shipments", (event.shipper, event.shipment)


def _packed(event: Any) -> Iterator[Wanted]:
    yield "holdings", (event.item, event.org)
    yield "holdings", (event.logistic_unit, event.org)
    yield "contents", event.logistic_unit


def _product(event: Any) -> Iterator[Wanted]:
    yield "products", event.product


def _corrected(event: e.StatementCorrected) -> Iterator[Wanted]:
    yield "said", (event.org, event.statement)


def _said(event: e.StatementMade) -> Iterator[Wanted]:
    subject = event.subject
    yield "said", (event.org, event.statement)
    yield "holdings", (subject, event.org)
    yield "transit", (event.org, subject)
    if is_item(subject):
        yield "items", subject
        yield "products", product_of(subject)
    else:
        yield "contents", subject
    if any(event.place):
        yield "places", event.place
        yield "parties", Id(bytes([Kind.PARTY]) + event.place[1:9] + bytes(23))


_FORESEEN: dict[type[e.Event], Callable[[Any], Iterator[Wanted]]] = {
    e.ProductDescribed: _product,
    e.YieldDeclared: _product,
    e.ItemCommissioned: _held,
    e.ItemConsumed: _held,
    e.ItemProduced: _held,
    e.ItemDisposed: _held,
    e.ItemSold: _held,
    e.ItemRecalled: _item,
    e.ItemReleased: _item,
    e.ItemShipped: _moved,
    e.ItemReceived: _moved,
    e.ItemRejected: _moved,
    e.ItemTakenBack: _moved,
    e.ItemPacked: _packed,
    e.ItemUnpacked: _packed,
    e.StatementMade: _said,
    e.StatementCorrected: _corrected,
}
