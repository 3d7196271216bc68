"""transform: amounts go in, other amounts come out."""

import pytest

from ledger.vocabulary import MAX_AMOUNT, line_order, lot, unit
from tests.support.contracts import refused

pytestmark = pytest.mark.chain

SOON, LATER = 4_000_000_000, 4_100_000_000


@pytest.fixture
def bread_product(mill):
    return mill.registered_product(2)


@pytest.fixture
def bread(bread_product):
    return lot(bread_product.digits, "B1").id


@pytest.fixture
def make(mill, flour_product):
    """Commission a lot of flour; its id."""

    def commission(number, amount=100, expiry=0):
        item = lot(flour_product.digits, number).id
        mill.act(("commission", item, amount, expiry))
        return item

    return commission


def test_what_goes_in_is_gone_and_what_comes_out_is_held(contracts, mill, flour, bread):
    sequence = len(contracts.raw_logs(contracts.ledger)) + 1
    receipt = mill.act(("transform", [(flour, 10)], [(bread, 14, LATER)]))
    common = {"org": mill.number, "transformation": sequence}
    assert contracts.events(receipt)[1:] == [
        ("ItemConsumed", {"item": flour, "amount": 10} | common),
        ("ItemProduced", {"item": bread, "amount": 14, "expiry": LATER} | common),
    ]
    assert contracts.holding(flour, mill) == 990
    assert contracts.holding(bread, mill) == 14


def test_a_lot_is_split_into_units_and_conserved(contracts, mill, flour, flour_product):
    units = sorted((unit(flour_product.digits, f"S{i}").id for i in range(3)), key=line_order)
    mill.act(("transform", [(flour, 3)], [(each, 1, 0) for each in units]))
    assert [contracts.holding(each, mill) for each in units] == [1, 1, 1]


@pytest.mark.parametrize("produced", [99, 101])
def test_within_one_product_nothing_is_won_or_lost(mill, flour, flour_product, produced):
    merged = lot(flour_product.digits, "M").id
    with refused("NotConserved", flour_product.id, 100, produced):
        mill.act(("transform", [(flour, 100)], [(merged, produced, 0)]))


def test_within_one_product_a_recipe_changes_nothing(mill, flour, flour_product, bread_product):
    mill.act(("declareYield", flour_product.id, bread_product.id, 1, 1))
    mill.act(("transform", [(flour, 100)], [(lot(flour_product.digits, "M").id, 100, 0)]))
    with refused("NotConserved", flour_product.id, 100, 99):
        mill.act(("transform", [(flour, 100)], [(lot(flour_product.digits, "N").id, 99, 0)]))


def test_a_product_among_others_comes_out_at_most_as_it_went_in(mill, flour, bread, bread_product):
    mill.act(("commission", bread, 10, 0))
    fresh = lot(bread_product.digits, "B2").id
    lines = sorted([(flour, 5), (bread, 10)], key=lambda line: line_order(line[0]))
    with refused("NotConserved", bread_product.id, 10, 11):
        mill.act(("transform", lines, [(fresh, 11, 0)]))
    mill.act(("transform", lines, [(fresh, 9, 0)]))


def test_a_yield_is_a_bound_rounded_down(mill, make, flour_product, bread_product):
    mill.act(("declareYield", bread_product.id, flour_product.id, 3, 2))
    inputs = [(make("F1"), 3), (make("F2"), 4)]  # 7 * 3 / 2 = 10.5, over both lots together
    bread = lot(bread_product.digits, "B1").id
    with refused("YieldExceeded", bread_product.id, 10, 11):
        mill.act(("transform", inputs, [(bread, 11, 0)]))
    mill.act(("transform", inputs, [(bread, 10, 0)]))


def test_largest_amounts_and_yields_do_not_overflow(mill, make, flour_product, bread_product):
    mill.act(("declareYield", bread_product.id, flour_product.id, MAX_AMOUNT, MAX_AMOUNT))
    inputs = [(make("F1", MAX_AMOUNT), MAX_AMOUNT), (make("F2", MAX_AMOUNT), MAX_AMOUNT)]
    bread = lot(bread_product.digits, "B1").id
    mill.act(("transform", inputs, [(bread, MAX_AMOUNT, 0)]))


def test_outputs_of_one_product_share_its_yield(mill, flour, flour_product, bread_product):
    mill.act(("declareYield", bread_product.id, flour_product.id, 1, 1))
    outputs = [(lot(bread_product.digits, f"B{i}").id, 6, 0) for i in range(2)]
    with refused("YieldExceeded", bread_product.id, 10, 12):
        mill.act(("transform", [(flour, 10)], outputs))


def test_a_recipe_takes_declared_inputs_only(mill, flour, flour_product, bread, bread_product):
    salt = mill.registered_product(3)
    mill.act(("declareYield", bread_product.id, salt.id, 1, 1))
    with refused("NotInRecipe", bread_product.id, flour_product.id):
        mill.act(("transform", [(flour, 10)], [(bread, 1, 0)]))


def test_leftovers_of_the_product_count_one_for_one(
    mill, flour, flour_product, bread, bread_product
):
    mill.act(
        ("declareYield", bread_product.id, flour_product.id, 1, 2), ("commission", bread, 5, 0)
    )
    lines = sorted([(flour, 10), (bread, 5)], key=lambda line: line_order(line[0]))
    fresh = lot(bread_product.digits, "B2").id
    with refused("YieldExceeded", bread_product.id, 10, 11):
        mill.act(("transform", lines, [(fresh, 11, 0)]))
    mill.act(("transform", lines, [(fresh, 10, 0)]))


def test_an_output_expires_with_its_first_input(contracts, mill, make, bread, bread_product):
    inputs = [(make("F1", expiry=LATER), 1), (make("F2", expiry=SOON), 1), (make("F3"), 1)]
    receipt = mill.act(("transform", inputs, [(bread, 1, 0)]))
    assert contracts.events(receipt)[-1][1]["expiry"] == SOON
    other = lot(bread_product.digits, "B2").id
    with refused("ExpiryTooLate", other, SOON + 1, SOON):
        mill.act(("transform", inputs, [(other, 1, SOON + 1)]))
    mill.act(("transform", inputs, [(other, 1, SOON - 1)]))


def test_a_further_run_keeps_the_expiry_and_fits_the_inputs(mill, make, bread):
    long, short = make("F1", expiry=LATER), make("F2", expiry=SOON)
    mill.act(("transform", [(long, 1)], [(bread, 1, 0)]))
    mill.act(("transform", [(long, 1)], [(bread, 1, LATER)]))
    with refused("ExpiryDiffers", bread, LATER, SOON):
        mill.act(("transform", [(long, 1)], [(bread, 1, SOON)]))
    with refused("ExpiryTooLate", bread, LATER, SOON):
        mill.act(("transform", [(short, 1)], [(bread, 1, 0)]))


def test_a_lot_without_expiry_outlasts_inputs_that_have_one(mill, make, bread):
    mill.act(("transform", [(make("F1"), 1)], [(bread, 1, 0)]))
    with refused("ExpiryTooLate", bread, 0, SOON):
        mill.act(("transform", [(make("F2", expiry=SOON), 1)], [(bread, 1, 0)]))


def test_nothing_is_made_of_itself(mill, flour, bread, bread_product):
    with refused("TransformationIsCircular", flour, flour):
        mill.act(("transform", [(flour, 10)], [(flour, 10, 0)]))
    mill.act(("transform", [(flour, 10)], [(bread, 10, 0)]))
    with refused("TransformationIsCircular", bread, flour):
        mill.act(("transform", [(bread, 10)], [(flour, 10, 0)]))
    toast = lot(bread_product.digits, "T").id
    mill.act(("transform", [(bread, 5)], [(toast, 5, 0)]))
    with refused("TransformationIsCircular", toast, bread):
        mill.act(("transform", [(toast, 5)], [(bread, 5, 0)]))
    mill.act(("transform", [(flour, 1)], [(bread, 1, 0)]))


def test_after_the_deepest_nothing_is_made(contracts, mill, flour, bread, bread_product):
    mill.act(("transform", [(flour, 10)], [(bread, 10, 0)]))
    sink(contracts, bread, 2**32 - 1)
    toast = lot(bread_product.digits, "T").id
    with refused("TransformationTooDeep", bread, 2**32 - 1):
        mill.act(("transform", [(bread, 5)], [(toast, 5, 0)]))
    mill.act(("dispose", bread, 10, 0))


def sink(contracts, item, depth):
    """Write into an item's record as if so many transformations lay before it."""
    rpc, ledger = contracts.anvil.rpc, contracts.ledger
    call = {"to": ledger.address, "data": ledger.encode_abi("itemOf", [item])}
    (read,) = rpc("eth_createAccessList", call, "latest")["accessList"]
    (slot,) = read["storageKeys"]
    before = int(rpc("eth_getStorageAt", ledger.address, slot, "latest"), 16)
    assert before >> 104 & (2**32 - 1) == 1
    after = before & ~((2**32 - 1) << 104) | depth << 104
    rpc("anvil_setStorageAt", ledger.address, slot, f"0x{after:064x}")


def test_lists_ascend_without_repeats(mill, make, bread):
    one, two = make("F1"), make("F2")
    output = [(bread, 1, 0)]
    for wrong, index in (([], 0), ([(two, 1), (one, 1)], 1), ([(one, 1), (one, 1)], 1)):
        with refused("LinesNotOrdered", index):
            mill.act(("transform", wrong, output))
    inputs = [(one, 1)]
    for outputs, index in (([], 0), ([*output, *output], 1)):
        with refused("LinesNotOrdered", index):
            mill.act(("transform", inputs, outputs))


def test_more_than_is_held_cannot_go_in(mill, bakery, flour, bread):
    with refused("HoldingTooSmall", flour, mill.number, 1000, 1001):
        mill.act(("transform", [(flour, 1001)], [(bread, 1, 0)]))
    bun = lot(bakery.registered_product().digits, "X").id
    with refused("HoldingTooSmall", flour, bakery.number, 0, 1):
        bakery.act(("transform", [(flour, 1)], [(bun, 1, 0)]))


def test_recalled_and_expired_items_stay_out(mill, flour, stale_flour, bread):
    with refused("ItemIsExpired", stale_flour, 1):
        mill.act(("transform", [(stale_flour, 1)], [(bread, 1, 0)]))
    mill.act(("recall", [flour], bytes(32)))
    with refused("ItemIsRecalled", flour, mill.number):
        mill.act(("transform", [(flour, 1)], [(bread, 1, 0)]))


def test_a_recalled_lot_is_not_added_to(mill, flour, bread):
    mill.act(("transform", [(flour, 1)], [(bread, 1, 0)]), ("recall", [bread], bytes(32)))
    with refused("ItemIsRecalled", bread, mill.number):
        mill.act(("transform", [(flour, 1)], [(bread, 1, 0)]))


def test_an_existing_unit_is_not_made_again(mill, flour, bread_product):
    item = unit(bread_product.digits, "S").id
    mill.act(("commission", item, 1, 0))
    with refused("ItemAlreadyExists", item):
        mill.act(("transform", [(flour, 1)], [(item, 1, 0)]))


def test_the_maker_of_the_output_is_checked(mill, bakery, bread, bread_product):
    mill.act(("authoriseMaker", bread_product.id, bakery.number, True))
    mill.act(("commission", bread, 1, 0))
    rye = lot(bakery.registered_product().digits, "R").id
    bakery.act(("commission", rye, 10, 0))
    with refused("NotTheMaker", bread, mill.number, bakery.number):
        bakery.act(("transform", [(rye, 1)], [(bread, 1, 0)]))
    mill.act(("authoriseMaker", bread_product.id, bakery.number, False))
    with refused("NotAMaker", bread_product.id, bakery.number):
        bakery.act(("transform", [(rye, 1)], [(lot(bread_product.digits, "Q").id, 1, 0)]))


def test_logistic_units_are_neither_inputs_nor_outputs(mill, flour, bread):
    pallet = mill.logistic_unit().id
    mill.act(("pack", pallet, [(flour, 5)]))
    with refused("IdInvalid", pallet):
        mill.act(("transform", [(pallet, 1)], [(bread, 1, 0)]))
    with refused("IdInvalid", pallet):
        mill.act(("transform", [(flour, 1)], [(pallet, 1, 0)]))


def test_the_role_is_needed(stranger, flour, bread):
    with refused("RoleMissing", stranger.number, 1, 2):
        stranger.act(("transform", [(flour, 1)], [(bread, 1, 0)]))
