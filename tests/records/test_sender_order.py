"""Operations of different organisations that touch the same things keep their order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.commands import AwardPoints, CloseProgramme, RecallItems, SellItem, SetPartner
from ledger.vocabulary import Address, DocumentHash, place, product, shipment, unit
from records import transitions
from records.engine import writing
from records.outbox import State, commands_text
from records.sending.order import things
from tests.records.sending import GROWER, GTIN, REGISTER, SHOP, item, make, receive, say, ship


def test_things_are_ids_not_hashes() -> None:
    about = things(commands_text([say(1), ship(1), REGISTER]))
    assert about.named == {item(1), shipment("S1").id, product(GTIN).id}
    assert about.products == {product(GTIN).id}


def test_hash_that_begins_like_an_id_is_none() -> None:
    notice = DocumentHash(b"\x0a" + b"\xff" * 31)
    about = things(commands_text([RecallItems((unit(GTIN, "U1").id,), notice)]))
    assert about.named == {unit(GTIN, "U1").id}


def test_members_and_programmes_are_things_too() -> None:
    member = Address(b"\x05" * 20)
    award = things(commands_text([AwardPoints(7, member, b"\xff" * 32, 10)]))
    assert (award.named, award.products) == ({member}, {b"programme 7"})
    change = things(commands_text([CloseProgramme(7), SetPartner(8, 2, 1)]))
    assert (change.named, change.products) == ({b"programme 7", b"programme 8"}, set())


@pytest.mark.chain
def test_recall_does_not_overtake_a_sale_that_was_accepted_before(world):
    world.submit(GROWER, make("r"), ship("r"))
    world.submit(SHOP, receive("r"))
    world.settle()
    sale = world.submit(SHOP, SellItem(item("r"), 2))
    recall = world.submit(GROWER, RecallItems((item("r"),), DocumentHash(b"\x07" * 32)))
    other = world.submit(GROWER, make("after"))
    world.settle()
    states = [world.state(each) for each in (sale, recall, other)]
    assert states == [State.INCLUDED] * 3
    assert world.now(sale).block < world.now(recall).block


@pytest.mark.chain
def test_lots_of_one_product_may_pass_each_other(world):
    world.submit(GROWER, make("p"), ship("p"))
    world.settle()
    world.anvil.rpc("evm_setAutomine", False)
    receipt = world.submit(SHOP, receive("p"))
    making = world.submit(GROWER, make("q"))
    sender = world.sender()
    sender.step()
    assert {world.state(receipt), world.state(making)} == {State.BROADCAST}
    world.anvil.mine()
    world.settle(sender)


@pytest.mark.chain
def test_what_waits_for_an_operator_holds_nobody_up(world):
    stuck = world.submit(SHOP, say("x"))
    with writing(world.engine) as connection:
        transitions.ask_operator(connection, stuck.seq, "somebody should look")
    free = world.submit(GROWER, make("x"))
    world.settle()
    assert world.now(stuck).attention
    assert world.state(free) is State.INCLUDED


@pytest.mark.chain
def test_what_is_said_of_a_place_waits_for_nobody(world):
    world.anvil.rpc("evm_setAutomine", False)
    making = world.submit(GROWER, make("s"))
    sensed = world.submit(SHOP, replace(say("s"), subject=place("9506000122229").id))
    sender = world.sender()
    sender.step()
    assert {world.state(making), world.state(sensed)} == {State.BROADCAST}
    world.anvil.mine()
    world.settle(sender)
