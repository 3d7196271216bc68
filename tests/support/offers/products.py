"""Acts about products, and words."""

from __future__ import annotations

from ledger import commands as c
from ledger import vocabulary as v
from tests.support.cast import (
    ANYTHING,
    BAKERY,
    FARM,
    HASHES,
    ODD,
    ORGS,
    PRODUCTS,
    SOMEBODY,
)
from tests.support.offers.drawing import LARGEST, Drawing


class Products(Drawing):
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

    def observe(self) -> c.Command:
        part, action, step, disposition = (self.random.randrange(256) for _ in range(4))
        return c.Observe(
            self.random.choice(ANYTHING), self.random.choice(HASHES), part, action, step,
            disposition, self.amount(1), self.expiry(self.now), self.random.choice(ANYTHING),
            self.random.choice(SOMEBODY),
        )  # fmt: skip

    def correct(self) -> c.Command:
        return c.CorrectStatement(self.random.choice(HASHES), self.random.choice(HASHES))

    def correct_fact(self) -> c.Command:
        known = [page * 256 + run for page, runs in self.state.facts.rows() for run in runs[::5]]
        wrong = (0, max(known, default=0) + 1000, LARGEST)
        fact = self.likely(known, wrong)
        return c.CorrectFact(fact, self.random.choice(HASHES))
