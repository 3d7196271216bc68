"""Random acts of four organisations: some lawful for the state they are drawn for, most not quite.

Every single choice is lawful more often than not, so that walks get far: goods are made, sent,
packed, recalled. Acts of several choices are then refused about every other time, mostly for one
thing that is wrong with them, which is what finds a check that is missing or stands too late.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, TypeVar

from ledger import commands as c
from ledger import vocabulary as v
from ledger.errors import ActRefused
from ledger.history import State
from ledger.rules import decide
from tests.support.cast import (
    ANYTHING,
    AUDITOR,
    BAKERY,
    DAY,
    FARM,
    GOODS,
    HASHES,
    ITEMS,
    LOGISTIC_UNITS,
    LOTS,
    ODD,
    ORGS,
    PRODUCTS,
    SHIPMENTS,
    SHOP,
    SOMEBODY,
)

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

    def __str__(self) -> str:
        acts = (_readable(c.to_json(command)) for command in self.commands)
        return f"organisation {self.org}: {'; '.join(map(str, acts))}"


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
class Offers:
    """Draws acts of one organisation that fit a state, or nearly."""

    random: Random
    state: State
    org: v.OrgId
    now: int

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

    # --- products ---

    def register_product(self) -> c.Command:
        own = {FARM: PRODUCTS[:2], BAKERY: PRODUCTS[2:4]}.get(self.org, ())
        others = self.random.choice((PRODUCTS, ODD))
        return c.RegisterProduct(
            self.likely([p for p in own if not self.state.products.get(p)], others),
            self.likely((7, 9) if self.org == BAKERY else (7,), (0, 5, 6, 8, 12, 13, 255)),
            self.likely((b"KGM", b"EA\0"), (b"K\0\0", b"K\0M", b"kgm", b"\0EA", b"K-M")),
            self.likely((0, 3, 9), (10, 255)),
            self.random.choice(HASHES),
        )

    def describe_product(self) -> c.Command:
        product = self.likely(self.owned(), (*PRODUCTS, *ODD))
        return c.DescribeProduct(product, self.random.choice(HASHES))

    def authorise_maker(self) -> c.Command:
        product = self.likely(self.owned(), (*PRODUCTS, *ODD))
        allowed = self.random.random() < 0.7
        return c.AuthoriseMaker(product, self.likely(ORGS, SOMEBODY), allowed)

    def declare_yield(self) -> c.Command:
        known = [p for p in PRODUCTS if self.state.products.get(p)]
        parts = (0, v.MAX_AMOUNT, v.MAX_AMOUNT + 1, LARGEST)
        return c.DeclareYield(
            self.likely(self.owned(), PRODUCTS),
            self.likely(known, (*PRODUCTS, *ODD)),
            self.likely((1, 3, 1000), parts),
            self.likely((1, 2, 7), parts),
        )

    # --- making ---

    def commission(self) -> c.Command:
        others = self.random.choice((self.known(), ITEMS, ANYTHING)) or ITEMS
        item = self.likely(self.may_make(), others)
        some = self.random.choice((1, 10, 100, 100, v.MAX_AMOUNT - 50))
        known = self.state.items.get(item)
        good = known.expiry if known else self.now + 50 * DAY
        amount = self.amount(1 if item[0] == v.Kind.UNIT else some)
        return c.CommissionItem(item, amount, self.expiry(good))

    def transform(self) -> c.Command:
        inputs = self.lines(self.held(v.Kind.LOT, v.Kind.UNIT))
        consumed: dict[v.Id, int] = {}
        for line in inputs:
            product = v.product_of(line.item)
            consumed[product] = consumed.get(product, 0) + line.amount
        within = self.random.random() < 0.5
        goals = [g for g in self._deeper(inputs) if within == (v.product_of(g) in consumed)]
        further = [goal for goal in goals if self.state.items.get(goal)]  # runs of what exists
        goals = self.random.choice((goals, further)) or goals
        others = self.random.choice((self.may_make(), ANYTHING)) or ANYTHING
        goods = [self.likely(goals, others) for _ in range(self.count())]
        return c.TransformItems(inputs, self.ordered(self._outputs(goods, consumed)))

    def _deeper(self, inputs: Sequence[c.Line]) -> list[v.Id]:
        known = [self.state.items.get(line.item) for line in inputs]
        depth = max((item.depth for item in known if item), default=0)
        there = ((goal, self.state.items.get(goal)) for goal in self.may_make())
        return [goal for goal, item in there if item is None or item.depth > depth]

    def _outputs(self, goods: Sequence[v.Id], consumed: Mapping[v.Id, int]) -> list[c.Output]:
        """Within one product one output takes what the others, of 1 each, leave."""
        made: list[c.Output] = []
        for good in dict.fromkeys(goods):
            product = v.product_of(good)
            rest = consumed.get(product, 0) - len(goods) + 1
            is_first = not any(v.product_of(output.item) == product for output in made)
            if good[0] == v.Kind.UNIT or (rest > 0 and not is_first):
                amount = self.amount(1)
            elif rest > 0 and self.lawful():
                amount = v.Amount(min(rest, LARGEST))
            else:
                amount = self.amount(min(self._allowed(product, consumed), v.MAX_AMOUNT))
            made.append(c.Output(good, amount, self.expiry()))
        return made

    def _allowed(self, product: v.Id, consumed: Mapping[v.Id, int]) -> int:
        rates = ((self.state.yields.get((product, source)), n) for source, n in consumed.items())
        known = self.state.products.get(product)
        if known is None or not known.recipe:
            return 10
        return sum(n * rate.numerator // rate.denominator for rate, n in rates if rate)

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

    # --- ends and marks ---

    def _some(self) -> tuple[v.Id, v.Amount]:
        held = self.held(v.Kind.LOT, v.Kind.UNIT)
        item = self.likely(list(held), ANYTHING)
        return item, self.amount(held.get(item, 0))

    def dispose(self) -> c.Command:
        return c.DisposeItem(*self._some(), self.random.randrange(256))

    def sell(self) -> c.Command:
        return c.SellItem(*self._some())

    def recall(self) -> c.Command:
        items = ((item, self.state.items.get(item)) for item in self.known())
        mine = [item for item, known in items if known and known.maker == self.org]
        others = self.random.choice((self.known(), self.known(), ANYTHING)) or ANYTHING
        chosen = [self.likely(mine, others) for _ in range(self.count())]
        return c.RecallItems(tuple(chosen), self.random.choice(HASHES))

    def release(self) -> c.Command:
        recalled = list(recalls(self.state))
        others = self.random.choice((self.known(), ANYTHING)) or ANYTHING
        chosen = [self.likely(recalled, others) for _ in range(self.count())]
        return c.ReleaseItems(tuple(chosen), self.random.choice(HASHES))

    # --- words ---

    def observe(self) -> c.Command:
        part, action, step, disposition = (self.random.randrange(256) for _ in range(4))
        return c.Observe(
            self.random.choice(ANYTHING), self.random.choice(HASHES), part, action, step,
            disposition, self.amount(1), self.expiry(self.now), self.random.choice(ANYTHING),
            self.random.choice(SOMEBODY),
        )  # fmt: skip

    def correct(self) -> c.Command:
        return c.CorrectStatement(self.random.choice(HASHES), self.random.choice(HASHES))


Kind = Callable[[Offers], c.Command]
OFTEN: dict[Kind, int] = {
    Offers.register_product: 3,
    Offers.describe_product: 1,
    Offers.authorise_maker: 2,
    Offers.declare_yield: 2,
    Offers.commission: 9,
    Offers.transform: 18,
    Offers.ship: 9,
    Offers.receive: 8,
    Offers.reject: 3,
    Offers.cancel: 3,
    Offers.pack: 6,
    Offers.wrap: 5,
    Offers.unpack: 4,
    Offers.dispose: 3,
    Offers.sell: 4,
    Offers.recall: 3,
    Offers.release: 5,
    Offers.observe: 2,
    Offers.correct: 1,
}
"""How often an act is drawn, beside the others."""
_OWNERS = (FARM, BAKERY)
_PAPERS = (
    Offers.register_product, Offers.describe_product, Offers.authorise_maker, Offers.declare_yield,
)  # fmt: skip
_SUITED: dict[Kind, tuple[v.OrgId, ...]] = {
    **dict.fromkeys((*_PAPERS, Offers.commission, Offers.transform), _OWNERS),
    Offers.sell: (BAKERY, SHOP),
    Offers.recall: (*_OWNERS, AUDITOR),
}
_HOLDERS = (Offers.ship, Offers.pack, Offers.dispose)


def _suited(state: State, kind: Kind) -> Sequence[v.OrgId]:
    """Who could do such a thing at all."""
    if kind in (Offers.receive, Offers.reject):
        found = {receiver for _, _, receiver in on_their_way(state)}
    elif kind is Offers.cancel:
        found = {shipper for shipper, _, _ in on_their_way(state)}
    elif kind is Offers.release:
        found = {*recalls(state).values(), AUDITOR}
    elif kind in (Offers.wrap, Offers.unpack):
        found = {org for org in ORGS if any(state.held(u, org) for u in LOGISTIC_UNITS)}
    elif kind in _HOLDERS:
        found = {org for org in ORGS if any(state.held(item, org) for item in GOODS)}
    else:
        found = set(_SUITED.get(kind, ORGS))
    return sorted(found) or ORGS


def offer(random: Random, state: State, now: int, acts: int = 1) -> Offer:
    """An operation of one organisation, each act drawn for the state that those before it lead
    to.
    """
    kinds = random.choices(list(OFTEN), list(OFTEN.values()), k=acts)
    suited = _suited(state, kinds[0]) if random.random() < LAWFUL else ORGS
    ahead = state.overlay()
    offers = Offers(random, ahead, random.choice(suited), now)
    commands = []
    for kind in kinds:
        commands.append(kind(offers))
        try:
            for event in decide(ahead, offers.org, commands[-1:], v.Seconds(now)):
                ahead.apply(event, v.Seconds(now))
        except ActRefused:
            continue
    return Offer(offers.org, tuple(commands))
