"""recall: by the maker, the product's owner or an auditor."""

import pytest

from ledger.vocabulary import lot
from tests.support.contracts import refused

pytestmark = pytest.mark.chain

NOTICE = b"\x0e" * 32


@pytest.fixture
def auditor(contracts):
    return contracts.organisation("700004", roles=16)


@pytest.fixture
def foreign_lot(mill, bakery, flour_product):
    """The mill's product, made by the bakery, whose keys audit nothing."""
    item = lot(flour_product.digits, "B1").id
    mill.act(("authoriseMaker", flour_product.id, bakery.number, True))
    bakery.act(("commission", item, 10, 0))
    return item


@pytest.fixture
def mill(contracts):
    return contracts.organisation("400001", roles=7)


@pytest.fixture
def bakery(contracts):
    return contracts.organisation("500002", roles=7)


def recalled(item, org):
    return ("ItemRecalled", {"item": item, "org": org.number, "document": NOTICE})


def test_maker_owner_and_auditor_may_recall(contracts, mill, bakery, auditor, foreign_lot):
    for org in (bakery, mill, auditor):
        receipt = org.act(("recall", [foreign_lot], NOTICE))
        assert contracts.events(receipt)[1:] == [recalled(foreign_lot, org)]
        org.act(("release", [foreign_lot], NOTICE))


def test_nobody_else_recalls(bakery, stranger, flour):
    for org in (bakery, stranger):
        with refused("NotAllowedToRecall", flour, org.number):
            org.act(("recall", [flour], NOTICE))


def test_an_item_must_exist(mill, flour_product):
    unknown = lot(flour_product.digits, "X").id
    with refused("ItemUnknown", unknown):
        mill.act(("recall", [unknown], NOTICE))


def test_many_items_are_recalled_together(contracts, mill, flour, stale_flour):
    receipt = mill.act(("recall", [flour, stale_flour, flour], NOTICE))
    assert contracts.events(receipt)[1:] == [recalled(flour, mill), recalled(stale_flour, mill)]


def test_a_recall_is_repeated_in_silence(contracts, mill, bakery, foreign_lot):
    mill.act(("recall", [foreign_lot], NOTICE))
    for org in (mill, bakery):
        assert contracts.events(org.act(("recall", [foreign_lot], NOTICE)))[1:] == []
    with refused("NotAllowedToRecall", foreign_lot, bakery.number):
        bakery.act(("release", [foreign_lot], NOTICE))


def test_an_auditor_takes_a_recall_over(contracts, mill, auditor, flour):
    mill.act(("recall", [flour], NOTICE))
    assert contracts.events(auditor.act(("recall", [flour], NOTICE)))[1:] == [
        recalled(flour, auditor)
    ]
    assert contracts.events(auditor.act(("recall", [flour], NOTICE)))[1:] == []
    with refused("NotAllowedToRecall", flour, mill.number):
        mill.act(("release", [flour], NOTICE))
    with refused("ItemIsRecalled", flour, auditor.number):
        mill.act(("sell", flour, 1))
