"""Operations at other contracts than the ledger: to their own doors, in order with all others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.chain.codec import UNITS, decode_event, encode_perform
from ledger.chain.direct import transact
from ledger.commands import (
    CancelRedemption,
    IssueCertificate,
    IssueUnits,
    OpenProgramme,
    SellItem,
    SellUnits,
)
from ledger.errors import InvalidInput
from ledger.events import CertificateIssued, ItemSold, ProgrammeOpened, UnitsIssued, UnitSold
from ledger.vocabulary import Address, DocumentHash
from records.outbox import State
from records.schema import attempts
from records.sender import Sender
from tests.records.sending import GROWER, PRODUCT, SHOP, Meddler, item, make, receive, say, ship

pytestmark = pytest.mark.chain
ROOT = DocumentHash(b"\x77" * 32)
CERTIFICATE = IssueCertificate(PRODUCT, ROOT, bytes(32), 0, 0)
PROGRAMME = OpenProgramme(ROOT, 1000, 100, 0)


def issue(number: object, count: int = 5) -> IssueUnits:
    return IssueUnits(item(number), count, 1, ROOT)


def sell(number: object, *indexes: int) -> SellUnits:
    return SellUnits(item(number), 1, indexes)


def events_of(world, contract):
    door = world.deployment.address_of(contract)
    head = world.chain.head().number
    logs = world.chain.logs([door], world.deployment.first_block, head)
    return [decode_event(log) for log in logs]


def test_each_operation_goes_to_the_contract_of_its_acts(world):
    """In one go, each on top of those before it, whichever contract they are at."""
    asked = [make("u"), issue("u"), sell("u", 0, 3), SellItem(item("u"), 1), CERTIFICATE, PROGRAMME]
    made = [world.submit(GROWER, each) for each in asked]
    world.settle()
    assert [world.state(each) for each in made] == [State.INCLUDED] * len(asked)
    found = {type(event) for event in events_of(world, UNITS)}
    assert {UnitsIssued, UnitSold} <= found
    assert CertificateIssued in {type(event) for event in events_of(world, "Certificates")}
    assert ProgrammeOpened in {type(event) for event in events_of(world, "Loyalty")}
    assert sum(e.amount for e in world.events() if isinstance(e, ItemSold)) == 3


def test_what_waits_for_a_block_at_one_contract_is_seen_by_the_next(world):
    with world.blocks_by_hand():
        made = [world.submit(GROWER, each) for each in (make("v"), issue("v"), ship("v", 2))]
        sold = world.submit(GROWER, sell("v", 1))
        sender = world.sender()
        sender.step()
        assert {world.state(each) for each in (*made, sold)} == {State.BROADCAST}
        world.anvil.mine()
        sender.step()
    assert {world.state(each) for each in (*made, sold)} == {State.INCLUDED}


def test_refusals_of_every_contract_are_told(world):
    missing = world.submit(GROWER, sell("nothing", 0))
    unknown = world.submit(GROWER, CancelRedemption(9, Address(b"\x09" * 20), ROOT))
    world.settle()
    assert world.now(missing).refusal.code == "IssueUnknown"
    assert world.now(missing).refusal.values == {"lot": item("nothing"), "issue": 1}
    assert world.now(unknown).refusal.code == "RedemptionUnknown"


def test_a_revert_at_another_contract_is_explained(world):
    """The node said yes when it was asked; the contract said no."""
    blind = Meddler(world.chain)
    real = world.chain.play
    blind.replaced["play"] = lambda to, calls: [real(to, calls)[0].__class__(300_000)]
    made = world.submit(GROWER, sell("nowhere", 0))
    world.settle(world.sender(blind))
    assert world.now(made).state is State.INCLUDED
    assert world.now(made).refusal.code == "IssueUnknown"


def test_an_operation_that_somebody_brought_already_is_recognised(world):
    """A sender that lost its records' last word: the very same call is on chain."""
    made = world.submit(GROWER, CERTIFICATE)
    data = encode_perform(made.number, [CERTIFICATE])
    key = world.keystore.key_for(GROWER)
    transact(world.chain, key, world.deployment.address_of("Certificates"), data)
    before = len(world.rows(attempts))
    world.settle()
    assert world.state(made) is State.INCLUDED
    assert len(world.rows(attempts)) == before
    assert len(events_of(world, "Certificates")) == 2  # the act and its operation


def test_a_shop_waits_for_the_units_that_another_issues(world):
    world.submit(GROWER, make("w"), ship("w"))
    got = world.submit(SHOP, receive("w"))
    issued = world.submit(GROWER, issue("w"))
    sold = world.submit(SHOP, sell("w", 4))
    world.settle()
    states = [world.state(each) for each in (got, issued, sold)]
    assert states == [State.INCLUDED] * 3
    assert world.now(issued).block < world.now(sold).block


def test_acts_of_two_contracts_are_no_operation(world):
    with pytest.raises(InvalidInput, match="one contract"):
        world.submit(GROWER, make("x"), issue("x"))
    with pytest.raises(InvalidInput, match="one contract"):
        world.submit(GROWER, issue("x"), fallback=[say("x")])


def test_an_older_deployment_asks_an_operator_and_goes_on(world):
    old = {name: world.deployment.contracts[name] for name in ("OrgRegistry", "ProductLedger")}
    deployment = replace(world.deployment, contracts=old)
    sender = Sender(world.engine, world.chain, deployment, world.keystore)
    stuck, free = world.submit(GROWER, CERTIFICATE), world.submit(GROWER, make("y"))
    world.settle(sender)
    sender.close()
    assert "no contract Certificates" in world.now(stuck).attention
    assert world.state(stuck) is State.ACCEPTED
    assert world.state(free) is State.INCLUDED
