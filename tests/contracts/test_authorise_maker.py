"""authoriseMaker: the owner lets others make the product, or no longer."""

import pytest

from ledger.vocabulary import lot
from tests.support.contracts import refused

pytestmark = pytest.mark.chain


def test_an_authorised_maker_makes_until_it_no_longer_may(contracts, mill, bakery, flour_product):
    receipt = mill.act(("authoriseMaker", flour_product.id, bakery.number, True))
    assert contracts.events(receipt)[1:] == [
        (
            "MakerAuthorised",
            {"product": flour_product.id, "maker": bakery.number, "allowed": True},
        )
    ]
    item = lot(flour_product.digits, "B1").id
    bakery.act(("commission", item, 10, 0))
    mill.act(("authoriseMaker", flour_product.id, bakery.number, False))
    with refused("NotAMaker", flour_product.id, bakery.number):
        bakery.act(("commission", item, 10, 0))


def test_the_right_does_not_extend_to_giving_it_on(mill, bakery, stranger, flour_product):
    mill.act(("authoriseMaker", flour_product.id, bakery.number, True))
    with refused("NotTheProductOwner", flour_product.id, bakery.number):
        bakery.act(("authoriseMaker", flour_product.id, stranger.number, True))


def test_a_number_that_is_no_organisation_yet_is_refused(mill, flour_product):
    for nobody in (0, mill.number + 1):
        with refused("ReceiverInvalid", nobody):
            mill.act(("authoriseMaker", flour_product.id, nobody, True))


def test_an_unknown_product_is_refused(mill, bakery):
    with refused("ProductUnknown", mill.product(9).id):
        mill.act(("authoriseMaker", mill.product(9).id, bakery.number, True))
