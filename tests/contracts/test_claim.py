"""claim: a unit's hidden code earns points for a member, once, and only after the unit was sold."""

from dataclasses import replace

import pytest

from ledger.chain.points import sign_claim
from ledger.commands import ClawBackUnits, RecallItems, ReturnUnits, SettlePoints, VoidUnits
from ledger.earnings import earning_of_unit
from ledger.hashing import MerkleTree, unit_leaf
from ledger.vocabulary import DocumentHash
from tests.support.contracts import refused
from tests.support.till import PER_UNIT, PROGRAMME, RULES, UNITS, checksummed

pytestmark = pytest.mark.chain
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


def test_a_sold_unit_earns_for_whom_its_code_signed(till):
    till.sell(0)
    receipt = till.act(till.mill, till.claim(0, till.alice))  # whoever brings it
    names = [name for name, _ in till.contracts.events(receipt)]
    assert names == ["OperationPerformed", "UnitClaimed", "PointsClaimed"]
    block = till.contracts.web3.eth.get_block(receipt["blockNumber"])
    assert till.told(receipt) == (
        "PointsClaimed",
        {
            "programme": PROGRAMME,
            "member": checksummed(till.alice),
            "lot": till.lot,
            "index": 0,
            "points": PER_UNIT,
            "availableFrom": block["timestamp"],
            "rules": RULES,
        },
    )
    earning = earning_of_unit(till.lot, 0)
    till.act(till.shop, SettlePoints(PROGRAMME, (earning,)))
    assert till.account(till.alice) == (PER_UNIT, 0)


def test_every_unit_of_the_tree_earns_once(till):
    till.sell(*range(UNITS))
    for index in range(UNITS):
        till.act(till.shop, till.claim(index, till.alice))
        for member in (till.alice, till.bob):
            with refused("UnitAlreadyClaimed", till.lot, index):
                till.act(till.shop, till.claim(index, member))


def test_an_unsold_unit_earns_nothing(till):
    with refused("UnitNotSold", till.lot, 0):
        till.act(till.shop, till.claim(0, till.alice))
    till.sell(0)
    till.act(till.shop, ReturnUnits(till.lot, 1, (0,)))
    with refused("UnitNotSold", till.lot, 0):
        till.act(till.shop, till.claim(0, till.alice))
    till.sell(0)
    till.act(till.shop, till.claim(0, till.alice))


def test_a_claimed_unit_that_came_back_never_earns_again(till):
    till.sell(0)
    till.act(till.shop, till.claim(0, till.alice))
    till.act(till.shop, ReturnUnits(till.lot, 1, (0,)))
    till.act(till.mill, ClawBackUnits(till.lot, 1, (0,)))
    till.sell(0)
    with refused("UnitAlreadyClaimed", till.lot, 0):
        till.act(till.shop, till.claim(0, till.bob))


def test_void_and_recalled_units_earn_nothing(till):
    till.sell(0, 1)
    till.act(till.mill, VoidUnits(till.lot, 1, 0, 1, 0))
    with refused("UnitIsVoid", till.lot, 0):
        till.act(till.shop, till.claim(0, till.alice))
    till.act(till.mill, RecallItems((till.lot,), DocumentHash(bytes(32))))
    with refused("ItemIsRecalled", till.lot, till.mill.number):
        till.act(till.shop, till.claim(1, till.alice))


def test_a_copied_claim_is_not_redirected(till):
    till.sell(0)
    copied = replace(till.claim(0, till.alice), member=till.bob.address)
    with refused("ProofInvalid", till.lot, 1, 0):
        till.act(till.mill, copied)


def test_a_code_of_another_unit_or_of_nobody(till):
    till.sell(0, 1)
    for code in (till.codes[1], till.alice):
        with refused("ProofInvalid", till.lot, 1, 0):
            till.act(till.shop, till.claim(0, till.alice, code))
    foreign = replace(till.claim(0, till.alice), unit=till.units[1])
    with refused("ProofInvalid", till.lot, 1, 0):
        till.act(till.shop, foreign)


def test_a_path_of_another_tree(till):
    till.sell(0)
    leaves = [unit_leaf(till.lot, unit, till.bob.address) for unit in till.units]
    path = tuple(DocumentHash(step) for step in MerkleTree(leaves).inclusion_path(0))
    with refused("ProofInvalid", till.lot, 1, 0):
        till.act(till.shop, replace(till.claim(0, till.bob, till.bob), path=path))


def test_other_forms_of_the_signature(till):
    till.sell(0)
    good = till.claim(0, till.alice).signature
    s, v = int.from_bytes(good[32:64], "big"), good[64]
    twin = good[:32] + (ORDER - s).to_bytes(32, "big") + bytes([55 - v])
    for form in (twin, good + b"\0", good[:64], b"", good[:64] + bytes([v - 27])):
        with refused("ClaimNotSigned", till.lot, 0):
            till.act(till.shop, replace(till.claim(0, till.alice), signature=form))


def test_signed_for_another_contract(till):
    till.sell(0)
    elsewhere = replace(till.domain, contract="UnitRegistry")
    wanted = sign_claim(till.codes[0], elsewhere, till.claim(0, till.alice))
    with refused("ProofInvalid", till.lot, 1, 0):
        till.act(till.shop, wanted)


def test_units_that_were_never_to_earn(till):
    with refused("EarningNotOpened", till.lot, 2):
        till.act(till.shop, replace(till.claim(0, till.alice), issue=2))
