"""What ledger and records say of a scanned unit now: what the conflict rules hold scans against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from api.known_units import KnownUnit, locate
from indexer.queries.lots import ItemView, item
from indexer.queries.moments import item_moment, unit_sold_at
from indexer.queries.products import product
from indexer.queries.trace import trace
from insights.conflicts import Scan, UnitFacts
from insights.conflicts.model import Place as Degrees
from ledger import events as e
from ledger.vocabulary import NOTHING, Id, Kind, OrgId, Seconds, kind_of, product_of
from records.scans import Place, ScanRow
from records.scans.reading import place_of_site
from records.till import holding_unit

_HALVES = 2
_SOURCES = 60


@dataclass(frozen=True)
class Books:
    """Mirror and records, open to be read."""

    mirror: Connection
    records: Connection


@dataclass(frozen=True, slots=True)
class Known:
    """A unit's facts, and whose goods it is."""

    facts: UnitFacts
    makers: frozenset[OrgId] = field(default_factory=frozenset)


def scan_of(row: ScanRow) -> Scan:
    """A scan as the rules read it: devices by their name for this unit."""
    kept = row.details
    where = _degrees(Place(kept.country or "", kept.latitude, kept.longitude))
    latitude, longitude = where or (None, None)
    return Scan(
        row.seq,
        row.time,
        kept.visitor,
        latitude,
        longitude,
        kept.kind,
        kept.verdict,
        kept.org,
        kept.site,
    )


def known_of(books: Books, unit: Id, scans: Sequence[ScanRow]) -> Known:
    """The facts of a unit, whether it was printed here or registered by itself."""
    printed = locate(books, unit)
    if printed is not None:
        return _printed(books, unit, printed, scans)
    view = item(books.mirror, unit)
    return _unknown(books, unit) if view is None else _itself(books, view, scans)


def _printed(books: Books, unit: Id, known: KnownUnit, scans: Sequence[ScanRow]) -> Known:
    lot, state = item(books.mirror, known.lot), known.state
    sold = state is not None and state.sold
    on_chain = (
        unit_sold_at(books.mirror, known.lot, known.index)
        if sold and known.index is not None
        else None
    )
    sale = _sale(books, known.lot, known.index, scans, on_chain)
    facts = UnitFacts(
        unit,
        known.lot,
        activated=known.activated,
        sold_at=sale[0],
        sold_place=sale[1],
        recalled=lot is not None and lot.recalled_by is not None,
        recalled_at=_recalled_at(books, lot),
        code_used=state is not None and state.claimed,
        voided=state is not None and state.voided,
    )
    return Known(facts, frozenset({known.org}))


def _itself(books: Books, view: ItemView, scans: Sequence[ScanRow]) -> Known:
    lot = _lot_of(books, view.item)
    recalled = next((each for each in (view, lot) if each and each.recalled_by), None)
    gone = view.sold > 0 and view.made <= view.consumed + view.sold + view.disposed
    on_chain = item_moment(books.mirror, e.ItemSold, view.item) if gone else None
    sale = _sale(books, view.item, None, scans, on_chain)
    facts = UnitFacts(
        view.item,
        lot.item if lot else view.item,
        sold_at=sale[0],
        sold_place=sale[1],
        recalled=recalled is not None,
        recalled_at=_recalled_at(books, recalled),
    )
    return Known(facts, frozenset({view.maker}))


def _unknown(books: Books, unit: Id) -> Known:
    of = product(books.mirror, product_of(unit))
    makers = frozenset({of.org}) if of else frozenset()
    return Known(UnitFacts(unit, NOTHING, registered=False), makers)


def _lot_of(books: Books, unit: Id) -> ItemView | None:
    """The lot that a unit was taken out of: a recorded source of the same product."""
    for edge in trace(books.mirror, unit, "up", _SOURCES).edges:
        same = edge.target == unit and product_of(edge.source) == product_of(unit)
        if same and edge.fact and kind_of(edge.source) == Kind.LOT:
            return item(books.mirror, edge.source)
    return None


def _recalled_at(books: Books, view: ItemView | None) -> Seconds | None:
    if view is None or view.recalled_by is None:
        return None
    return item_moment(books.mirror, e.ItemRecalled, view.item)


def _sale(
    books: Books,
    sold: Id,
    index: int | None,
    scans: Sequence[ScanRow],
    on_chain: Seconds | None,
) -> tuple[Seconds | None, Degrees | None]:
    """When and where it was sold: by a receipt of a till that read it, which knows before the
    chain does, else as the chain has it.
    """
    orgs = (each.details.org for each in scans if each.details.kind == "till")
    for org in sorted({each for each in orgs if each is not None}):
        receipt = holding_unit(books.records, org, sold, index)
        if receipt is not None and receipt.undone is None:
            place = place_of_site(books.records, org, receipt.site or "")
            return receipt.created, _degrees(place)
    return on_chain, None


def _degrees(place: Place | None) -> Degrees | None:
    if place is None or place.latitude is None or place.longitude is None:
        return None
    return place.latitude / _HALVES, place.longitude / _HALVES
