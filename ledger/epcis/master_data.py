"""What documents take for granted: the organisations, places and products their events name.

In production this is agreed before the first document; on a development chain it can be made from
the documents themselves. Nobody's company prefix is guessed from a key: each product gets a prefix
of its own, as GS1 licenses single keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ledger.amounts import PIECE, is_measure
from ledger.epcis.mapping import glns_of, place_of
from ledger.epcis.model import EpcisEvent, EventLine
from ledger.statements import ARRIVING_STEPS
from ledger.vocabulary import Gs1Key, Kind, Part

MEASURE_DECIMALS = 3
"""Decimals of a product that is weighed or measured; counted ones have none."""


@dataclass(slots=True)
class ProductNeed:
    """A product: who owns it, who else makes it, in which unit it is counted."""

    product: Gs1Key
    owner: Gs1Key
    unit: str
    decimals: int
    makers: list[Gs1Key] = field(default_factory=list)
    """Parties that make it, the owner not among them."""


@dataclass(frozen=True, slots=True)
class MasterData:
    """What must be known before the documents can be acted on. Parties are keys of kind PARTY."""

    parties: tuple[Gs1Key, ...]
    places: tuple[tuple[Gs1Key, Gs1Key], ...]
    """Places that are not parties themselves, each with the party it belongs to."""
    products: tuple[ProductNeed, ...]


def master_data(events: Iterable[EpcisEvent], default: Gs1Key | None = None) -> MasterData:
    """What the events of all documents together take for granted, in order of time.

    ``default`` is the party that acts where an event names none.
    """
    ordered = sorted(events, key=lambda event: event.event_time)
    owners = _place_owners(ordered)
    named = sorted({gln for event in ordered for gln in glns_of(event)} - owners.keys())
    parties = [Gs1Key(Kind.PARTY, gln) for gln in named]
    places = [(p, owners[p.digits]) for p in _places(ordered) if p.digits in owners]
    products: dict[Gs1Key, ProductNeed] = {}
    for event in ordered:
        actor = _actor(event, owners) or default
        if actor is not None:
            _add_products(event, actor, products)
    return MasterData(tuple(parties), tuple(places), tuple(products.values()))


def _places(events: Sequence[EpcisEvent]) -> list[Gs1Key]:
    known = {place for event in events if (place := place_of(event)) is not None}
    return sorted(known)


def _place_owners(events: Sequence[EpcisEvent]) -> dict[str, Gs1Key]:
    """GLNs that stand for a place only, with the party that events at that place name as owner."""
    sides = [uri for event in events for _, uri in (*event.sources, *event.destinations)]
    parties = set(glns_of(None, sides))
    owners: dict[str, Gs1Key] = {}
    for event in events:
        place = place_of(event)
        side = event.destinations if event.biz_step in ARRIVING_STEPS else event.sources
        owner = next(glns_of(None, [uri for kind, uri in side if kind != "location"]), None)
        if place is not None and owner is not None and place.digits not in parties:
            owners.setdefault(place.digits, Gs1Key(Kind.PARTY, owner))
    return owners


def _actor(event: EpcisEvent, owners: dict[str, Gs1Key]) -> Gs1Key | None:
    place = place_of(event)
    if place is not None:
        return owners.get(place.digits) or Gs1Key(Kind.PARTY, place.digits)
    given = next(glns_of(None, [uri for _, uri in event.sources]), None)
    return Gs1Key(Kind.PARTY, given) if given else None


def _add_products(event: EpcisEvent, actor: Gs1Key, products: dict[Gs1Key, ProductNeed]) -> None:
    for line in event.lines:
        if line.key is None or line.key.kind not in (Kind.LOT, Kind.UNIT, Kind.PRODUCT):
            continue
        product = Gs1Key(Kind.PRODUCT, line.key.digits)
        need = products.get(product)
        if need is None:
            need = products[product] = ProductNeed(product, actor, *_unit(line))
        elif _is_made(event, line) and actor != need.owner and actor not in need.makers:
            need.makers.append(actor)


def _is_made(event: EpcisEvent, line: EventLine) -> bool:
    return line.part is Part.OUTPUT or (line.part is Part.OBJECT and event.action == "ADD")


def _unit(line: EventLine) -> tuple[str, int]:
    unit = line.uom or PIECE
    return unit, MEASURE_DECIMALS if is_measure(unit) else 0
