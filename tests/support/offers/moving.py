"""Acts that move and pack goods."""

from __future__ import annotations

from ledger import commands as c
from ledger import vocabulary as v
from tests.support.cast import (
    ANYTHING,
    GOODS,
    LOGISTIC_UNITS,
    LOTS,
    ODD,
    ORGS,
    SHIPMENTS,
    SOMEBODY,
)
from tests.support.offers.drawing import Drawing, on_their_way


class Moving(Drawing):
    # --- moving ---

    def ship(self) -> c.Command:
        free = [s for s in SHIPMENTS if not self.state.shipments.get((self.org, s))]
        held = self.held(v.Kind.LOT, v.Kind.UNIT, v.Kind.LOGISTIC_UNIT)
        others = [org for org in ORGS if org != self.org]
        receiver = self.likely(others, SOMEBODY)
        other = self.random.choice((SHIPMENTS, ODD))
        return c.ShipItems(self.likely(free, other), receiver, self.lines(held))

    def _arriving(self) -> tuple[v.OrgId, v.Id, tuple[c.Line, ...]]:
        ways = on_their_way(self.state)
        mine = [(shipper, number) for shipper, number, receiver in ways if receiver == self.org]
        others = [(org, number) for org in SOMEBODY for number in (*SHIPMENTS, v.NOTHING)]
        foreign = self.random.choice(([way[:2] for way in ways], others)) or others
        shipper, number = self.likely(mine, foreign)
        return shipper, number, self.lines(self.on_the_way(shipper, number))

    def receive(self) -> c.Command:
        return c.ReceiveShipment(*self._arriving())

    def reject(self) -> c.Command:
        return c.RejectShipment(*self._arriving(), self.random.randrange(256))

    def cancel(self) -> c.Command:
        mine = [way[1] for way in on_their_way(self.state) if way[0] == self.org]
        shipment = self.likely(mine, SHIPMENTS)
        return c.CancelShipment(shipment, self.lines(self.on_the_way(self.org, shipment)))

    # --- packing ---

    def _free(self) -> list[v.Id]:
        return [unit for unit in LOGISTIC_UNITS if not self.state.contents.get(unit)]

    def pack(self) -> c.Command:
        units = (*self.held(v.Kind.LOGISTIC_UNIT), *self._free())
        unit = self.likely(units, (*LOGISTIC_UNITS, *ODD, *LOTS))
        held = self.held(v.Kind.LOT, v.Kind.UNIT, v.Kind.LOGISTIC_UNIT)
        if self.lawful():
            held.pop(unit, None)
        return c.PackItems(unit, self.lines(held))

    def wrap(self) -> c.Command:
        """Packs the highest logistic unit at hand into one more."""
        unit = self.likely(self._free(), LOGISTIC_UNITS)
        inner = max(self.held(v.Kind.LOGISTIC_UNIT), key=self._level, default=unit)
        return c.PackItems(unit, (c.Line(inner, v.Amount(1)),))

    def _level(self, unit: v.Id) -> int:
        inside = self.state.contents.get(unit) or ()
        return max((1 + self._level(packed.item) for packed in inside), default=0)

    def unpack(self) -> c.Command:
        held = list(self.held(v.Kind.LOGISTIC_UNIT))
        unit = self.likely(held, self.random.choice((LOGISTIC_UNITS, GOODS, ANYTHING)))
        inside = {p.item: p.amount for p in self.state.contents.get(unit) or ()}
        return c.UnpackItems(unit, self.lines(inside))
