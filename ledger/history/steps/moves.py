"""Steps of the fold: shipments and logistic units."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ledger import events as e
from ledger.history.entities import Packed, Shipment, Transit
from ledger.history.steps.step import Steps
from ledger.vocabulary import Id, OrgId, Seconds

if TYPE_CHECKING:
    from ledger.history.state import State


def _arrive(
    state: State, shipper: OrgId, receiver: OrgId, shipment: Id, item: Id, amount: int
) -> None:
    ways = list(state.transit.get((receiver, item)) or ())
    for i, way in enumerate(ways):
        if (way.shipper, way.shipment) == (shipper, shipment):
            ways[i] = replace(way, amount=way.amount - amount)
    left = tuple(way for way in ways if way.amount)
    state.transit.put((receiver, item), left or None)


def _shipped(state: State, event: e.ItemShipped, time: Seconds) -> None:
    state.add(event.item, event.shipper, -event.amount)
    if state.shipments.get((event.shipper, event.shipment)) is None:
        state.shipments.put((event.shipper, event.shipment), Shipment(event.receiver, time))
    ways = state.transit.get((event.receiver, event.item)) or ()
    way = Transit(event.shipper, event.shipment, event.amount)
    state.transit.put((event.receiver, event.item), (*ways, way))


def _received(state: State, event: e.ItemReceived, time: Seconds) -> None:
    _arrive(state, event.shipper, event.receiver, event.shipment, event.item, event.amount)
    state.add(event.item, event.receiver, event.amount)


def _came_back(state: State, event: e.ItemRejected | e.ItemTakenBack, time: Seconds) -> None:
    _arrive(state, event.shipper, event.receiver, event.shipment, event.item, event.amount)
    state.add(event.item, event.shipper, event.amount)


def _packed(state: State, event: e.ItemPacked, time: Seconds) -> None:
    contents = state.contents.get(event.logistic_unit) or ()
    if not contents:
        state.add(event.logistic_unit, event.org, 1)
    state.add(event.item, event.org, -event.amount)
    had = state.packed(event.logistic_unit, event.item)
    others = tuple(p for p in contents if p.item != event.item)
    packed = Packed(event.item, had + event.amount)
    state.contents.put(event.logistic_unit, _sorted((*others, packed)))


def _unpacked(state: State, event: e.ItemUnpacked, time: Seconds) -> None:
    contents = state.contents.get(event.logistic_unit) or ()
    left = state.packed(event.logistic_unit, event.item) - event.amount
    others = tuple(p for p in contents if p.item != event.item)
    remaining = (*others, Packed(event.item, left)) if left else others
    state.contents.put(event.logistic_unit, _sorted(remaining) or None)
    if not remaining:
        state.add(event.logistic_unit, event.org, -1)
    state.add(event.item, event.org, event.amount)


def _sorted(contents: tuple[Packed, ...]) -> tuple[Packed, ...]:
    return tuple(sorted(contents, key=lambda p: p.item))


STEPS: Steps = {
    e.ItemShipped: _shipped,
    e.ItemReceived: _received,
    e.ItemRejected: _came_back,
    e.ItemTakenBack: _came_back,
    e.ItemPacked: _packed,
    e.ItemUnpacked: _unpacked,
}
