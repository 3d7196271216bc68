"""registerProduct: only the owner of the company prefix."""

import pytest

from ledger.vocabulary import Id
from tests.support.contracts import refused

pytestmark = pytest.mark.chain

DOCUMENT = b"\x0d" * 32


def test_the_owner_of_the_prefix_registers(contracts, mill):
    key = mill.product()
    receipt = mill.act(("registerProduct", key.id, 6, b"H87", 0, DOCUMENT))
    assert contracts.events(receipt)[1:] == [
        (
            "ProductRegistered",
            {
                "product": key.id,
                "org": mill.number,
                "unit": b"H87",
                "decimals": 0,
                "document": DOCUMENT,
            },
        )
    ]


def test_a_longer_prefix_of_the_same_owner_serves_too(contracts, mill):
    contracts.govern("grantPrefix", mill.number, 12, int(mill.product().digits[1:13]))
    mill.act(("registerProduct", mill.product().id, 12, b"KG\0", 9, DOCUMENT))


def test_a_product_is_registered_once(mill):
    key = mill.registered_product()
    with refused("ProductAlreadyExists", key.id, mill.number):
        mill.act(("registerProduct", key.id, 6, b"KGM", 3, DOCUMENT))


@pytest.mark.parametrize("length", [0, 5, 6, 7, 12, 13, 255])
def test_a_foreign_prefix_is_refused(mill, bakery, length):
    with refused("PrefixNotOwned", mill.product().id, length, bakery.number):
        bakery.act(("registerProduct", mill.product().id, length, b"KGM", 3, DOCUMENT))


def test_only_makers_register(stranger):
    with refused("RoleMissing", stranger.number, 1, 2):
        stranger.act(("registerProduct", stranger.product().id, 6, b"KGM", 3, DOCUMENT))


@pytest.mark.parametrize(
    ("unit", "decimals"),
    [(b"KGM", 10), (b"K\0\0", 0), (b"\0\0\0", 0), (b"kgm", 0), (b"K M", 0), (b"KG-", 0)],
)
def test_unit_and_decimals_are_checked(mill, unit, decimals):
    with refused("UnitInvalid", unit, decimals):
        mill.act(("registerProduct", mill.product().id, 6, unit, decimals, DOCUMENT))


def test_only_well_formed_products_are_registered(mill):
    right = mill.product().id
    digits = int.from_bytes(right[1:9], "big")
    wrong_ids = [
        b"\x0a" + right[1:],  # of another kind
        right[:1] + (digits + 1).to_bytes(8, "big") + right[9:],  # with a wrong check digit
        right[:1] + bytes(8) + right[9:],  # zero
        right[:1] + (10**14 + 7).to_bytes(8, "big") + right[9:],  # of 15 digits
        right[:9] + b"A" + right[10:],  # with a lot number
        right[:31] + b"\1",  # with something after the end
    ]
    for wrong in wrong_ids:
        with refused("IdInvalid", Id(wrong)):
            mill.act(("registerProduct", wrong, 6, b"KGM", 3, DOCUMENT))
