"""Acts on goods to measure: so many of each, on things that were made ready before."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from ledger.vocabulary import line_order, lot, shipment, unit
from tests.support.contracts import Act, Contracts

DOCUMENT = bytes(range(32))


class Goods:
    """A mill with every act at hand, and a bakery to deal with."""

    def __init__(self, contracts: Contracts) -> None:
        self.contracts = contracts
        self.mill = contracts.organisation("400001")
        self.bakery = contracts.organisation("500002")
        self.flour = self.mill.registered_product(1).digits
        self.bread = self.mill.registered_product(2).digits
        self.numbers = count(1)

    # --- something to act on ---

    def new_lot(self) -> bytes:
        return lot(self.flour, f"L{next(self.numbers):05}").id

    def lots(self, amount: int, number: int) -> list[bytes]:
        """So many new lots with this amount each, in order."""
        items = [self.new_lot() for _ in range(number)]
        for start in range(0, number, 200):
            each = items[start : start + 200]
            self.mill.act(*(("commission", item, amount, 0) for item in each))
        return items

    def shipped(self, number: int, *, known: bool) -> list[tuple[bytes, bytes]]:
        """So many shipments of one line to the bakery, which holds such items already or not."""
        pairs = [(item, self.new_shipment()) for item in self.lots(1000, number)]
        if known:
            lines = sorted(((item, 1) for item, _ in pairs), key=lambda line: line_order(line[0]))
            sample = self.new_shipment()
            self.mill.act(("ship", sample, self.bakery.number, lines))
            self.bakery.act(("receiveShipment", self.mill.number, sample, lines))
        self.mill.act(*(("ship", name, self.bakery.number, [(i, 10)]) for i, name in pairs))
        return pairs

    def new_shipment(self) -> bytes:
        return shipment(f"S{next(self.numbers):05}").id

    def new_pallet(self) -> bytes:
        return self.mill.logistic_unit(next(self.numbers)).id

    def packed(self, number: int, amount: int) -> list[tuple[bytes, bytes]]:
        pairs = [(item, self.new_pallet()) for item in self.lots(1000, number)]
        self.mill.act(*(("pack", pallet, [(item, amount)]) for item, pallet in pairs))
        return pairs

    # --- acts, so many of them ---

    def products(self, number: int) -> list[Act]:
        keys = [self.mill.product(next(self.numbers) + 10) for _ in range(number)]
        return [("registerProduct", key.id, 6, b"KGM", 3, DOCUMENT) for key in keys]

    def describe(self, number: int) -> list[Act]:
        return [("describeProduct", self.mill.product(1).id, DOCUMENT)] * number

    def commission(self, number: int) -> list[Act]:
        return [("commission", self.new_lot(), 1000, 1_900_000_000) for _ in range(number)]

    def commission_further(self, number: int) -> list[Act]:
        return [("commission", item, 5, 0) for item in self.lots(1000, number)]

    def commission_units(self, number: int) -> list[Act]:
        serials = [f"SERIAL-{next(self.numbers):06}" for _ in range(number)]
        return [("commission", unit(self.flour, serial).id, 1, 0) for serial in serials]

    def transform(self, number: int) -> list[Act]:
        """One lot of flour into one new lot of bread."""
        return [
            ("transform", [(item, 10)], [(lot(self.bread, f"B{next(self.numbers)}").id, 12, 0)])
            for item in self.lots(1000, number)
        ]

    def split(self, number: int) -> list[Act]:
        return [
            ("transform", [(item, 8)], [(self.new_lot(), 2, 0) for _ in range(4)])
            for item in self.lots(1000, number)
        ]

    def merge(self, number: int) -> list[Act]:
        items = self.lots(1000, 4 * number)
        return [
            ("transform", [(each, 2) for each in items[i : i + 4]], [(self.new_lot(), 8, 0)])
            for i in range(0, 4 * number, 4)
        ]

    def ship(self, number: int) -> list[Act]:
        to = self.bakery.number
        items = self.lots(1000, number)
        return [("ship", self.new_shipment(), to, [(item, 10)]) for item in items]

    def ship_lines(self, number: int) -> list[Act]:
        lines = [(item, 10) for item in sorted(self.lots(1000, number), key=line_order)]
        return [("ship", self.new_shipment(), self.bakery.number, lines)]

    def receive_new(self, number: int) -> list[Act]:
        return self._receive(number, 10, known=False)

    def receive_known(self, number: int) -> list[Act]:
        return self._receive(number, 10, known=True)

    def receive_part(self, number: int) -> list[Act]:
        return self._receive(number, 5, known=True)

    def _receive(self, number: int, amount: int, *, known: bool) -> list[Act]:
        pairs = self.shipped(number, known=known)
        return [
            ("receiveShipment", self.mill.number, name, [(item, amount)]) for item, name in pairs
        ]

    def reject(self, number: int) -> list[Act]:
        pairs = self.shipped(number, known=False)
        return [("rejectShipment", self.mill.number, name, [(item, 5)], 2) for item, name in pairs]

    def cancel(self, number: int) -> list[Act]:
        pairs = self.shipped(number, known=False)
        return [("cancelShipment", name, [(item, 5)]) for item, name in pairs]

    def pack_new(self, number: int) -> list[Act]:
        items = self.lots(1000, number)
        return [("pack", self.new_pallet(), [(item, 10)]) for item in items]

    def pack_more(self, number: int) -> list[Act]:
        return [("pack", pallet, [(item, 10)]) for item, pallet in self.packed(number, 10)]

    def unpack(self, number: int) -> list[Act]:
        return [("unpack", pallet, [(item, 5)]) for item, pallet in self.packed(number, 10)]

    def dispose(self, number: int) -> list[Act]:
        return [("dispose", item, 5, 2) for item in self.lots(1000, number)]

    def sell(self, number: int) -> list[Act]:
        return [("sell", item, 5) for item in self.lots(1000, number)]

    def take_back(self, number: int) -> list[Act]:
        items = self.lots(1000, number)
        self.mill.act(*(("sell", item, 5) for item in items))
        return [("acceptReturn", item, 2) for item in items]

    def recall(self, number: int) -> list[Act]:
        return [("recall", [item], DOCUMENT) for item in self.lots(1000, number)]

    def recall_list(self, number: int) -> list[Act]:
        return [("recall", sorted(self.lots(1000, number), key=line_order), DOCUMENT)]

    def release(self, number: int) -> list[Act]:
        items = self.lots(1000, number)
        self.mill.act(("recall", items, DOCUMENT))
        return [("release", [item], DOCUMENT) for item in items]

    def observe(self, number: int) -> list[Act]:
        place = bytes([0x41]) + (4000010000009).to_bytes(8, "big") + bytes(23)
        said = (DOCUMENT, 1, 2, 19, 13, 500, 1_790_000_000, place, 0)
        return [("observe", (self.new_lot(), *said)) for _ in range(number)]

    def correct(self, number: int) -> list[Act]:
        return [("correct", DOCUMENT, DOCUMENT[::-1])] * number

    def correct_fact(self, number: int) -> list[Act]:
        return [("correctFact", fact, DOCUMENT) for fact in range(number)]


Acts = Callable[[int], list[Act]]
