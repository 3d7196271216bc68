"""describeProduct: the owner points to a newer description."""

import pytest

from tests.support.contracts import refused

pytestmark = pytest.mark.chain


def test_the_owner_describes_as_often_as_needed(contracts, mill, flour_product):
    for document in (b"\1" * 32, b"\2" * 32):
        receipt = mill.act(("describeProduct", flour_product.id, document))
        assert contracts.events(receipt)[1:] == [
            (
                "ProductDescribed",
                {"product": flour_product.id, "org": mill.number, "document": document},
            )
        ]


def test_nobody_else_describes(bakery, flour_product):
    with refused("NotTheProductOwner", flour_product.id, bakery.number):
        bakery.act(("describeProduct", flour_product.id, bytes(32)))


def test_an_unknown_product_is_refused(mill):
    with refused("ProductUnknown", mill.product(9).id):
        mill.act(("describeProduct", mill.product(9).id, bytes(32)))
