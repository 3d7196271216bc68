"""What each act costs: `python -m bench.gas` writes the tables of docs/contracts.md.

Figures are receipts under the Prague rules, a batch's divided by its acts. Beside them stand those
of the throw-away prototype that the design was drawn from, where it had the act. `--check` writes
nothing and fails where a committed figure is off by more than 2 %.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from ledger.abi import artifact
from ledger.vocabulary import line_order, lot, shipment, unit
from tests.support.anvil import LocalAnvil
from tests.support.contracts import Act, Contracts, Organisation

GUIDE = Path(__file__).resolve().parents[1] / "docs" / "contracts.md"
BATCHES = (1, 50, 200)
TOLERANCE = 0.02
BLOCK = 100_000_000
CODE_LIMIT = 24_576
CONTRACTS = ("OrgRegistry", "ProductLedger", "Directory", "Certificates", "Anchors")
DOCUMENT = bytes(range(32))


@dataclass(frozen=True)
class Row:
    """An act alone, and one of 50 and of 200 in one operation."""

    name: str
    gas: tuple[int, ...]
    prototype: str = ""

    def __str__(self) -> str:
        figures = " | ".join(f"{each:,}" for each in self.gas)
        return f"| {self.name} | {figures} | {self.prototype} |"


class Bench:
    """A mill with every act at hand, and a bakery to deal with."""

    def __init__(self, node: LocalAnvil, batches: tuple[int, ...]) -> None:
        self.batches = batches
        self.contracts = Contracts.deploy(node)
        self.contracts.gas = BLOCK
        self.mill = self.contracts.organisation("400001")
        self.bakery = self.contracts.organisation("500002")
        self.flour = self.mill.registered_product(1).digits
        self.bread = self.mill.registered_product(2).digits
        self.bun = self.bakery.registered_product(1)
        self.bakery.act()  # the first of 256 operations opens their word: 17,100 more
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

    def receive_new(self, number: int) -> list[Act]:
        return self._receive(number, known=False)

    def receive_known(self, number: int) -> list[Act]:
        return self._receive(number, known=True)

    def _receive(self, number: int, *, known: bool) -> list[Act]:
        pairs = self.shipped(number, known=known)
        return [("receiveShipment", self.mill.number, name, [(item, 10)]) for item, name in pairs]

    def receive_part(self, number: int) -> list[Act]:
        pairs = self.shipped(number, known=True)
        return [("receiveShipment", self.mill.number, name, [(item, 5)]) for item, name in pairs]

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

    def recall(self, number: int) -> list[Act]:
        return [("recall", [item], DOCUMENT) for item in self.lots(1000, number)]

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

    # --- measuring ---

    def row(
        self,
        name: str,
        acts: Callable[[int], list[Act]],
        prototype: str = "",
        by: Organisation | None = None,
    ) -> Row:
        actor = by or self.mill
        gas = []
        for batch in self.batches:
            made = acts(batch)
            gas.append(round(actor.act(*made)["gasUsed"] / batch))
        return Row(name, tuple(gas), prototype)

    def lines(self, name: str, by: Organisation, act: Callable[[list[bytes]], Act]) -> Row:
        """One act of so many lines, per line."""
        gas = []
        for number in self.batches:
            items = sorted(self.lots(1000, number), key=line_order)
            gas.append(round(by.act(act(items))["gasUsed"] / number))
        return Row(name, tuple(gas))

    def recall_list(self, items: list[bytes]) -> Act:
        return ("recall", items, DOCUMENT)

    def ship_list(self, items: list[bytes]) -> Act:
        lines = [(item, 10) for item in items]
        return ("ship", self.new_shipment(), self.bakery.number, lines)


def measured(batches: tuple[int, ...] = BATCHES) -> Iterator[Row]:
    """Every row of the table, measured in batches of these sizes."""
    with LocalAnvil(gas_limit=BLOCK) as node:
        bench = Bench(node, batches)
        bakery = bench.bakery
        yield bench.row("registerProduct", bench.products)
        yield bench.row("describeProduct", bench.describe)
        yield bench.row("commission, new lot", bench.commission, "87,792 / 54,278")
        yield bench.row("commission, further run", bench.commission_further)
        yield bench.row("commission, unit", bench.commission_units)
        yield bench.row("transform, 1 into 1 new", bench.transform)
        yield bench.row("transform, split 1 into 4 new", bench.split)
        yield bench.row("transform, merge 4 into 1 new", bench.merge)
        yield bench.row("ship, one line", bench.ship, "78,061 / 44,545")
        yield bench.lines("ship, per line of one shipment", bench.mill, bench.ship_list)
        yield bench.row("receive, new holder", bench.receive_new, "75,483 / -", by=bakery)
        yield bench.row("receive, known holder", bench.receive_known, "- / 24,868", by=bakery)
        yield bench.row("receive, known holder, a part", bench.receive_part, by=bakery)
        yield bench.row("reject, a part", bench.reject, by=bakery)
        yield bench.row("cancel, a part", bench.cancel)
        yield bench.row("pack, new logistic unit", bench.pack_new)
        yield bench.row("pack, more of the same", bench.pack_more)
        yield bench.row("unpack, a part", bench.unpack)
        yield bench.row("dispose", bench.dispose)
        yield bench.row("sell", bench.sell)
        yield bench.row("recall", bench.recall)
        yield bench.lines("recall, per item of one list", bench.mill, bench.recall_list)
        yield bench.row("release", bench.release)
        yield bench.row("observe", bench.observe, "42,170 / 8,656 / 8,143")
        yield bench.row("correct", bench.correct)


def gas_table(rows: list[Row]) -> str:
    head = "| act | alone | of 50 | of 200 | prototype: alone / of 50 / of 200 |\n"
    head += "|---|--:|--:|--:|---|\n"
    return head + "\n".join(map(str, rows)) + "\n"


def size_table() -> str:
    head = "| contract | code, bytes | of 24,576 |\n|---|--:|--:|\n"
    sizes = {n: len(artifact(n).deployed_bytecode) for n in CONTRACTS}
    rows = [f"| {n} | {size:,} | {size / CODE_LIMIT:.0%} |" for n, size in sizes.items()]
    return head + "\n".join(rows) + "\n"


def section(name: str) -> re.Pattern[str]:
    """What stands between the marks of a generated part of the guide."""
    return re.compile(rf"(?<=<!-- {name} -->\n).*?(?=<!-- end of {name} -->)", re.DOTALL)


def committed() -> dict[str, tuple[int, ...]]:
    """The guide's figures by the act's name."""
    found = section("gas").search(GUIDE.read_text())
    assert found is not None
    cells = [[cell.strip() for cell in line.split("|")] for line in found[0].splitlines()[2:]]
    return {row[1]: tuple(int(each.replace(",", "")) for each in row[2:5]) for row in cells}


def deviations(rows: list[Row]) -> list[str]:
    """Every act whose committed figures are not these, as far as they were measured."""
    before = committed()
    missing = [f"{name}: no longer measured" for name in before.keys() - {row.name for row in rows}]
    return missing + [
        f"{row.name}: {row.gas} instead of {before.get(row.name)}"
        for row in rows
        if not _close(row.gas, before.get(row.name))
    ]


def _close(found: tuple[int, ...], expected: tuple[int, ...] | None) -> bool:
    return expected is not None and all(
        abs(each - was) <= TOLERANCE * was for each, was in zip(found, expected, strict=False)
    )


def main(arguments: list[str]) -> int:
    rows = list(measured())
    if "--check" in arguments:
        found = deviations(rows)
        print(*found, sep="\n")
        return 1 if found else 0
    text = GUIDE.read_text()
    for name, table in (("gas", gas_table(rows)), ("sizes", size_table())):
        text, replaced = section(name).subn(table, text)
        assert replaced == 1, name
    GUIDE.write_text(text)
    print(gas_table(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
