"""Acts that make goods, and end them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ledger import commands as c
from ledger import vocabulary as v
from tests.support.cast import (
    ANYTHING,
    DAY,
    HASHES,
    ITEMS,
)
from tests.support.offers.drawing import LARGEST, Drawing, recalls


class Making(Drawing):
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

    def accept_return(self) -> c.Command:
        rows = ((item, row) for (item, org), row in self.state.sold.rows() if org == self.org)
        sold = {item: row.by_amount for item, row in rows}
        item = self.likely([i for i in sold if sold[i]], (*sold, *ITEMS))
        return c.AcceptReturn(item, self.amount(sold.get(item, 0)))
