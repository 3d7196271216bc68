"""Which entries of the state some operations will ask for: read all at once, they cost a tenth.

A guess that is only about speed. What is not foreseen here is loaded when it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ledger import events as e
from ledger.earnings import earning_of_receipt, earning_of_unit
from ledger.findings import happening_of
from ledger.history import Operation
from ledger.history.entities.units import WORD
from ledger.history.words import masks
from ledger.statements import statements_in
from ledger.vocabulary import Id, Kind, is_item, product_of

Wanted = tuple[str, Any]
"""A table of the state and a key."""


def wanted(operations: Iterable[Operation]) -> Iterator[Wanted]:
    """Tables and keys, some of them more than once."""
    for operation in operations:
        events = [entry.event for entry in operation.events]
        for page in {entry.sequence >> 8 for entry in operation.events}:
            yield "facts", page
        for event in events:
            foresee = _FORESEEN.get(type(event))
            if foresee is not None:
                yield from foresee(event)
        for statement in statements_in(events):
            yield "happenings", happening_of(statement)[0]


def _held(event: Any) -> Iterator[Wanted]:
    yield "items", event.item
    yield "holdings", (event.item, event.org)


def _sold(event: e.ItemSold | e.ItemReturned) -> Iterator[Wanted]:
    yield from _held(event)
    yield "sold", (event.item, event.org)


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


def _fact(event: e.FactCorrected) -> Iterator[Wanted]:
    yield "facts", event.fact >> 8


# --- papers and units ---


def _certificate(event: Any) -> Iterator[Wanted]:
    yield "certificates", (event.org, event.subject, event.document)


def _anchor(event: e.RootAnchored) -> Iterator[Wanted]:
    yield "anchors", (event.org, event.content)


def _issue(event: Any) -> Iterator[Wanted]:
    yield "unit_issues", (event.lot, event.issue)
    yield "unit_lots", event.lot


def _voided(event: e.UnitsVoided) -> Iterator[Wanted]:
    yield from _issue(event)
    for word, _ in masks(event.first, event.first + event.count):
        yield "unit_words", (event.lot, word)


def _unit(event: Any) -> Iterator[Wanted]:
    yield "unit_words", (event.lot, event.index // WORD)


def _unit_sold(event: e.UnitSold | e.UnitReturned) -> Iterator[Wanted]:
    yield from _unit(event)
    yield "unit_sellers", (event.lot, event.org, event.index // WORD)


# --- points ---


def _programme(event: Any) -> Iterator[Wanted]:
    yield "programmes", event.programme


def _account(event: Any) -> Iterator[Wanted]:
    yield "accounts", (event.programme, event.member)


def _claimed(event: e.PointsClaimed | e.PointsCompensated) -> Iterator[Wanted]:
    yield from _programme(event)
    yield from _account(event)
    yield "earnings", (event.programme, earning_of_unit(event.lot, event.index))


def _awarded(event: e.PointsAwarded) -> Iterator[Wanted]:
    yield from _programme(event)
    yield "earnings", (event.programme, earning_of_receipt(event.org, event.receipt))


def _earned(event: e.PointsSettled | e.PointsClawedBack) -> Iterator[Wanted]:
    yield from _account(event)
    yield "earnings", (event.programme, event.earning)


def _redeemed(event: e.PointsRedeemed | e.RedemptionCancelled) -> Iterator[Wanted]:
    yield from _account(event)
    yield "redemptions", (event.programme, event.member, event.redemption)


_FORESEEN: dict[type[e.Event], Callable[[Any], Iterator[Wanted]]] = {
    e.ProductDescribed: _product,
    e.YieldDeclared: _product,
    e.ItemCommissioned: _held,
    e.ItemConsumed: _held,
    e.ItemProduced: _held,
    e.ItemDisposed: _held,
    e.ItemSold: _sold,
    e.ItemReturned: _sold,
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
    e.FactCorrected: _fact,
    e.CertificateIssued: _certificate,
    e.CertificateRevoked: _certificate,
    e.RootAnchored: _anchor,
    e.UnitsIssued: _issue,
    e.UnitsVoided: _voided,
    e.UnitSold: _unit_sold,
    e.UnitReturned: _unit_sold,
    e.UnitClaimed: _unit,
    e.ProgrammeFunded: _programme,
    e.ProgrammeChanged: _programme,
    e.ProgrammeClosed: _programme,
    e.PointsClaimed: _claimed,
    e.PointsAwarded: _awarded,
    e.PointsCompensated: _claimed,
    e.PointsSettled: _earned,
    e.PointsClawedBack: _earned,
    e.PointsExpired: _account,
    e.PointsRedeemed: _redeemed,
    e.RedemptionCancelled: _redeemed,
}
