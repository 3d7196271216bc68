"""declareYield: what one of an input yields at most."""

import pytest

from ledger.vocabulary import MAX_AMOUNT
from tests.support.contracts import refused

pytestmark = pytest.mark.chain


def test_the_owner_declares_and_declares_anew(contracts, bakery, flour_product):
    bread = bakery.registered_product()
    for numerator, denominator in ((3, 2), (MAX_AMOUNT, 1), (1, MAX_AMOUNT)):
        declared = ("declareYield", bread.id, flour_product.id, numerator, denominator)
        assert contracts.events(bakery.act(declared))[1:] == [
            (
                "YieldDeclared",
                {
                    "product": bread.id,
                    "input": flour_product.id,
                    "numerator": numerator,
                    "denominator": denominator,
                },
            )
        ]


@pytest.mark.parametrize("parts", [(0, 1), (1, 0), (0, 0), (MAX_AMOUNT + 1, 1), (1, 2**64 - 1)])
def test_both_parts_are_amounts(bakery, flour_product, parts):
    bread = bakery.registered_product()
    with refused("YieldInvalid", *parts):
        bakery.act(("declareYield", bread.id, flour_product.id, *parts))


def test_a_product_yields_itself_without_saying(mill, flour_product):
    with refused("YieldInvalid", 1, 1):
        mill.act(("declareYield", flour_product.id, flour_product.id, 1, 1))


def test_both_products_must_be_known(mill, flour_product):
    unknown = mill.product(9).id
    with refused("ProductUnknown", unknown):
        mill.act(("declareYield", flour_product.id, unknown, 1, 1))
    with refused("ProductUnknown", unknown):
        mill.act(("declareYield", unknown, flour_product.id, 1, 1))


def test_nobody_else_declares(bakery, flour_product):
    with refused("NotTheProductOwner", flour_product.id, bakery.number):
        bakery.act(("declareYield", flour_product.id, bakery.registered_product().id, 1, 1))
