"""release: by who recalled, or an auditor."""

import pytest

from ledger.vocabulary import lot
from tests.support.contracts import refused

pytestmark = pytest.mark.chain

NOTICE = b"\x0e" * 32


@pytest.fixture
def mill(contracts):
    return contracts.organisation("400001", roles=7)


@pytest.fixture
def auditor(contracts):
    return contracts.organisation("700004", roles=16)


def test_who_recalled_releases(contracts, mill, flour):
    mill.act(("recall", [flour], bytes(32)))
    receipt = mill.act(("release", [flour], NOTICE), ("sell", flour, 1))
    assert contracts.events(receipt)[1] == (
        "ItemReleased",
        {"item": flour, "org": mill.number, "document": NOTICE},
    )


def test_an_auditor_releases_what_another_recalled(mill, auditor, flour):
    mill.act(("recall", [flour], bytes(32)))
    auditor.act(("release", [flour], NOTICE))
    mill.act(("sell", flour, 1))


def test_nobody_else_releases(contracts, mill, flour):
    stranger = contracts.organisation("600003", roles=7)
    mill.act(("recall", [flour], bytes(32)))
    with refused("NotAllowedToRecall", flour, stranger.number):
        stranger.act(("release", [flour], NOTICE))


def test_what_is_not_recalled_is_not_released(mill, flour, flour_product):
    with refused("ItemIsNotRecalled", flour):
        mill.act(("release", [flour], NOTICE))
    unknown = lot(flour_product.digits, "X").id
    with refused("ItemUnknown", unknown):
        mill.act(("release", [unknown], NOTICE))
