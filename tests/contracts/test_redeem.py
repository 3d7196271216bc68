"""redeem, cancelRedemption: a member's signature spends points at one organisation, once."""

from dataclasses import replace

import pytest
from web3 import Web3

from ledger.chain.points import sign_redemption
from ledger.commands import CancelRedemption, SetPartner
from ledger.vocabulary import Address, DocumentHash, OrgId, Seconds
from tests.support.contracts import refused
from tests.support.till import PROGRAMME, checksummed

pytestmark = pytest.mark.chain
NUMBER = bytes([9] * 32)


@pytest.fixture
def till(till):
    """Alice has 100 points."""
    till.settled(bytes(32), 100)
    return till


def cancel(till):
    return CancelRedemption(PROGRAMME, till.alice.address, DocumentHash(NUMBER))


def test_points_are_spent_and_come_back(till):
    told = till.told(till.act(till.shop, till.redemption(NUMBER, 30)))
    what = {
        "programme": PROGRAMME,
        "member": checksummed(till.alice),
        "redemption": NUMBER,
        "org": till.shop.number,
    }
    assert told == ("PointsRedeemed", {**what, "points": 30})
    assert till.account(till.alice) == (70, 0)
    told = till.told(till.act(till.shop, cancel(till)))
    assert told == ("RedemptionCancelled", {**what, "restored": 30, "recovered": 0, "expired": 0})
    assert till.account(till.alice) == (100, 0)


def test_a_number_is_used_once(till):
    till.act(till.shop, till.redemption(NUMBER, 30))
    with refused("RedemptionAlreadyExists", PROGRAMME, checksummed(till.alice), NUMBER):
        till.act(till.shop, till.redemption(NUMBER, 30))
    till.act(till.shop, cancel(till))
    with refused("RedemptionAlreadyExists", PROGRAMME, checksummed(till.alice), NUMBER):
        till.act(till.shop, till.redemption(NUMBER, 30))


def test_another_organisation_cannot_bring_it_or_undo_it(till, bakery):
    till.act(till.shop, SetPartner(PROGRAMME, OrgId(bakery.number), 2))
    signed = till.redemption(NUMBER, 30)
    with refused("RedemptionNotSigned", checksummed(till.alice), NUMBER):
        till.act(bakery, signed)
    till.act(till.shop, signed)
    with refused("RedemptionUnknown", PROGRAMME, checksummed(till.alice), NUMBER):
        till.act(bakery, cancel(till))
    till.act(till.shop, cancel(till))
    with refused("RedemptionUnknown", PROGRAMME, checksummed(till.alice), NUMBER):
        till.act(till.shop, cancel(till))


def test_every_field_is_signed(till):
    signed = till.redemption(NUMBER, 30)
    changed = [
        replace(signed, points=31),
        replace(signed, redemption=DocumentHash(bytes(32))),
        replace(signed, deadline=Seconds(signed.deadline - 1)),
        replace(signed, member=till.bob.address),
        replace(signed, signature=signed.signature + b"\0"),
        replace(signed, member=Address(bytes(20)), signature=bytes(65)),
        sign_redemption(till.bob, till.domain, signed, OrgId(till.shop.number)),
    ]
    elsewhere = replace(till.domain, chain_id=1)
    changed.append(sign_redemption(till.alice, elsewhere, signed, OrgId(till.shop.number)))
    for each in changed:
        member = Web3.to_checksum_address(each.member)
        with refused("RedemptionNotSigned", member, each.redemption):
            till.act(till.shop, each)
    assert till.account(till.alice) == (100, 0)


def test_after_the_deadline_it_is_too_late(till):
    with refused("RedemptionTooLate", NUMBER, 5):
        till.act(till.shop, till.redemption(NUMBER, 30, deadline=5))


def test_no_more_than_there_is(till):
    with refused("BalanceTooSmall", PROGRAMME, checksummed(till.alice), 100, 101):
        till.act(till.shop, till.redemption(NUMBER, 101))
    with refused("PointsInvalid", 0):
        till.act(till.shop, till.redemption(NUMBER, 0))


def test_the_role_and_the_right_are_needed(till, stranger, bakery):
    with refused("RoleMissing", stranger.number, 4, 2):
        till.act(stranger, till.redemption(NUMBER, 1, org=stranger.number))
    with refused("NotAPartner", PROGRAMME, bakery.number, 2):
        till.act(bakery, till.redemption(NUMBER, 1, org=bakery.number))
    with refused("NotAPartner", PROGRAMME, till.mill.number, 2):
        till.act(till.mill, till.redemption(NUMBER, 1, org=till.mill.number))
