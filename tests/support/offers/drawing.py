"""What every draw has: whom it is for, and choices that are lawful more often than not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar

from ledger import commands as c
from ledger import vocabulary as v
from ledger.history import State
from tests.support.cast import ANYTHING, DAY, GOODS, ITEMS, ORGS, PRODUCTS, SHIPMENTS
from tests.support.packs import NOBODY, Signed

T = TypeVar("T")
LAWFUL = 0.9
"""How often a choice is lawful where there is a lawful one."""
LAST_SECOND = 2**40 - 1
LARGEST = 2**64 - 1


@dataclass(frozen=True, slots=True)
class Offer:
    """What one organisation asks for in one operation."""

    org: v.OrgId
    commands: tuple[c.Command, ...]
    key: int = 0
    """By which of its keys."""

    def __str__(self) -> str:
        acts = (_readable(c.to_json(command)) for command in self.commands)
        by = f" by key {self.key}" if self.key else ""
        return f"organisation {self.org}{by}: {'; '.join(map(str, acts))}"


def _readable(value: Any) -> Any:
    """Ids as people read them, in what stands as hex."""
    if isinstance(value, dict):
        return {name: _readable(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_readable(each) for each in value]
    if isinstance(value, str) and len(value) == 66:  # 0x and 32 bytes
        return v.text_of(bytes.fromhex(value[2:]))
    return value


def on_their_way(state: State) -> list[tuple[v.OrgId, v.Id, v.OrgId]]:
    """Shipper, number and receiver of shipments of which something is still on its way."""
    known = (((o, s), state.shipments.get((o, s))) for o in ORGS for s in SHIPMENTS)
    sent = [(*key, shipment.receiver) for key, shipment in known if shipment]
    return [way for way in sent if any(state.in_transit(*way[:2], item) for item in GOODS)]


def recalls(state: State) -> dict[v.Id, v.OrgId]:
    """Who recalled which item."""
    known = ((item, state.items.get(item)) for item in ITEMS)
    return {item: each.recalled_by for item, each in known if each and each.recalled_by}


@dataclass
class Drawing:
    """Draws acts of one organisation that fit a state, or nearly."""

    random: Random
    state: State
    org: v.OrgId
    now: int
    signed: Signed = field(default_factory=lambda: Signed(0, NOBODY))

    # --- choices ---

    def lawful(self) -> bool:
        return self.random.random() < LAWFUL

    def likely(self, good: Sequence[T], other: Sequence[T]) -> T:
        return self.random.choice(good if good and self.lawful() else other)

    def amount(self, there: int) -> v.Amount:
        """Some of what is there, or not."""
        right = (there, 1, (there + 1) // 2) if there > 0 else ()
        wrong = (*(there + 1,) * 5, 0, v.MAX_AMOUNT, v.MAX_AMOUNT + 1, LARGEST)
        return v.Amount(self.likely(right, wrong))

    def count(self) -> int:
        return self.likely((1, 1, 2, 2, 3), (0, 2, 3))

    def ordered(self, lines: Iterable[T]) -> tuple[T, ...]:
        """As acts want their lines, or as they came."""
        listed = list(lines)
        if self.lawful():
            by_item = {line.item: line for line in listed}  # type: ignore[attr-defined]
            listed = [by_item[item] for item in sorted(by_item, key=v.line_order)]
        return tuple(listed)

    def lines(self, good: Mapping[v.Id, int]) -> tuple[c.Line, ...]:
        items = [self.likely(list(good), ANYTHING) for _ in range(self.count())]
        return self.ordered(c.Line(item, self.amount(good.get(item, 0))) for item in items)

    def expiry(self, *good: int) -> v.Seconds:
        soon = (self.now - 1, self.now, self.now + 1, self.now + 5)
        return v.Seconds(self.likely((0, 0, *good), (1, *soon, self.now + 99 * DAY, LAST_SECOND)))

    # --- what there is to choose from ---

    def held(self, *kinds: v.Kind) -> dict[v.Id, int]:
        held = {i: self.state.held(i, self.org) for i in GOODS if i[0] in kinds}
        return {item: amount for item, amount in held.items() if amount}

    def on_the_way(self, shipper: v.OrgId, shipment: v.Id) -> dict[v.Id, int]:
        there = {item: self.state.in_transit(shipper, shipment, item) for item in GOODS}
        return {item: amount for item, amount in there.items() if amount}

    def known(self) -> list[v.Id]:
        return [item for item in ITEMS if self.state.items.get(item)]

    def owned(self) -> list[v.Id]:
        products = ((each, self.state.products.get(each)) for each in PRODUCTS)
        return [each for each, known in products if known and known.org == self.org]

    def may_make(self) -> list[v.Id]:
        makes = {p for p in PRODUCTS if self.state.makers.get((p, self.org))} | set(self.owned())
        return [i for i in ITEMS if v.product_of(i) in makes and self._is_open(i)]

    def _is_open(self, item: v.Id) -> bool:
        known = self.state.items.get(item)
        return known is None or (known.maker == self.org and item[0] == v.Kind.LOT)
