"""What the sender promises while nothing goes wrong: order, outcomes, refusals, fallbacks."""

from __future__ import annotations

import threading

import pytest

from ledger.commands import SellItem
from ledger.errors import FingerprintMismatch, NodeUnavailable
from ledger.events import ItemCommissioned, ItemReceived, StatementMade
from records import outbox
from records.engine import writing
from records.outbox import State
from records.schema import attempts
from records.schema import outbox as outbox_table
from tests.records.sending import (
    GROWER,
    SHOP,
    Meddler,
    item,
    make,
    open_world,
    receive,
    say,
    ship,
)

pytestmark = pytest.mark.chain


@pytest.fixture
def world(own_anvil, database_url, tmp_path):
    """On both databases."""
    with open_world(own_anvil, database_url, tmp_path) as made:
        yield made


def test_an_accepted_operation_is_performed_once_and_becomes_final(world):
    made = world.submit(GROWER, say(1), make(1))
    sender = world.sender()
    world.settle(sender)
    done = world.now(made)
    assert done.state is State.INCLUDED
    receipt = world.chain.receipt(done.tx)
    assert (done.block, done.block_hash) == (receipt.block, receipt.block_hash)
    assert [e for e in world.events() if isinstance(e, ItemCommissioned)] == [
        ItemCommissioned(item(1), GROWER, 5, 0)
    ]
    world.anvil.mine(12)
    sender.step()
    done = world.now(made)
    assert done.state is State.FINAL
    assert done.settled >= done.created
    assert sender.step() == 0


def test_a_refusal_is_told_and_takes_no_nonce(world):
    before = len(world.rows(attempts))
    made = world.submit(GROWER, SellItem(item("none"), 5))
    world.settle()
    done = world.now(made)
    assert done.state is State.REFUSED
    assert done.refusal.code == "HoldingTooSmall"
    assert done.refusal.values["item"] == item("none")
    assert done.settled is not None
    assert len(world.rows(attempts)) == before


def test_what_follows_a_refusal_goes_on(world):
    bad = world.submit(GROWER, SellItem(item("none"), 5))
    good = world.submit(GROWER, make(2))
    world.settle()
    assert (world.state(bad), world.state(good)) == (State.REFUSED, State.INCLUDED)


def test_the_fallback_is_performed_under_the_same_id(world):
    made = world.submit(GROWER, say(3), SellItem(item("none"), 5), fallback=[say(3)])
    world.settle()
    done = world.now(made)
    assert done.state is State.INCLUDED
    assert done.refusal is None
    assert done.first_refusal.code == "HoldingTooSmall"
    assert done.number == made.number + 1
    assert done.commands == (say(3),)
    assert world.performed(GROWER)[-1] == done.number
    assert made.number not in world.performed(GROWER)
    assert any(isinstance(event, StatementMade) for event in world.events())


def test_a_fallback_that_is_refused_too_is_the_end(world):
    made = world.submit(GROWER, SellItem(item("a"), 5), fallback=[SellItem(item("b"), 5)])
    world.settle()
    done = world.now(made)
    assert done.state is State.REFUSED
    assert done.first_refusal.values["item"] == item("a")
    assert done.refusal.values["item"] == item("b")


def test_one_organisations_operations_keep_their_order(world):
    """Each needs the one before it, and none waits for a block."""
    with world.blocks_by_hand():
        chained = [make(4, 1), ship(4, 1), make(5), ship(5), make(4, 2)]
        made = [world.submit(GROWER, each) for each in chained]
        sender = world.sender()
        sender.step()
        assert {world.state(each) for each in made} == {State.BROADCAST}
        world.anvil.mine()
        sender.step()
    assert {world.state(each) for each in made} == {State.INCLUDED}
    assert len({world.now(each).block for each in made}) == 1
    assert world.performed(GROWER)[-5:] == [each.number for each in made]


def test_no_more_than_the_limit_is_in_flight(world):
    with world.blocks_by_hand():
        made = [world.submit(GROWER, say(each)) for each in range(70)]
        sender = world.sender()
        sender.step()
        states = [world.state(each) for each in made]
        assert states == [State.BROADCAST] * 64 + [State.ACCEPTED] * 6
        world.anvil.mine()
        sender.step()
        world.anvil.mine()
        sender.step()
    assert {world.state(each) for each in made} == {State.INCLUDED}


def test_what_depends_on_another_organisation_waits_for_it(world):
    """The grower's acts are accepted but not yet in a block when the shop receives."""
    with world.blocks_by_hand():
        sent = world.submit(GROWER, make(6), ship(6))
        got = world.submit(SHOP, receive(6))
        # A node that shows nothing but blocks: the receipt cannot succeed before the next.
        latest = Meddler(world.chain, play=lambda to, calls: world.chain.play(to, calls, "latest"))
        sender = world.sender(latest)
        sender.step()
        sender.step()
        assert (world.state(sent), world.state(got)) == (State.BROADCAST, State.ACCEPTED)
        world.anvil.mine()
        sender.step()
        world.anvil.mine()
        sender.step()
    assert world.state(got) is State.INCLUDED
    assert ItemReceived in {type(event) for event in world.events()}


def test_what_depends_on_nothing_open_is_refused_at_once(world):
    with world.blocks_by_hand():
        got = world.submit(SHOP, receive("never"))
        later = world.submit(GROWER, make(7))
        sender = world.sender()
        sender.step()
        sender.step()
        assert world.state(got) is State.REFUSED
        assert world.state(later) is State.BROADCAST


def test_a_reverted_operation_is_refused_once_its_block_is_final(world):
    """The node said yes when it was asked; the contract said no."""
    blind = Meddler(world.chain)
    sender = world.sender(blind)
    made = world.submit(GROWER, SellItem(item("none"), 5), fallback=None)
    real = world.chain.play
    blind.replaced["play"] = lambda to, calls: [real(to, calls)[0].__class__(200_000)]
    world.settle(sender)
    done = world.now(made)
    assert done.state is State.INCLUDED
    assert done.refusal.code == "HoldingTooSmall"
    assert world.chain.receipt(done.tx).status is False
    world.anvil.mine(12)
    sender.step()
    done = world.now(made)
    assert (done.state, done.refusal.code) == (State.REFUSED, "HoldingTooSmall")


def test_a_reverted_operation_makes_way_for_its_fallback(world):
    blind = Meddler(world.chain)
    sender = world.sender(blind)
    made = world.submit(GROWER, say(8), SellItem(item("none"), 5), fallback=[say(8)])
    real = world.chain.play
    blind.replaced["play"] = lambda to, calls: [real(to, calls)[0].__class__(300_000)]
    world.settle(sender)
    blind.replaced.clear()
    world.anvil.mine(12)
    sender.step()
    world.settle(sender)
    done = world.now(made)
    assert (done.state, done.first_refusal.code) == (State.INCLUDED, "HoldingTooSmall")
    assert done.refusal is None


def test_two_that_exclude_each_other_are_told_apart(world):
    """Each would pass alone; played one after the other only the first does."""
    world.submit(GROWER, make(9, 5))
    first = world.submit(GROWER, ship(9, 5))
    second = world.submit(GROWER, SellItem(item(9), 5))
    world.settle()
    assert (world.state(first), world.state(second)) == (State.INCLUDED, State.REFUSED)
    assert world.now(second).refusal.code == "HoldingTooSmall"


def test_without_a_key_an_operator_is_asked_and_others_go_on(world):
    world.keystore.retire(world.keystore.key_for(SHOP).address)
    stuck = world.submit(SHOP, say(1))
    good = world.submit(GROWER, make(10))
    world.settle()
    assert world.state(good) is State.INCLUDED
    done = world.now(stuck)
    assert done.state is State.ACCEPTED
    assert "no signing key" in done.attention
    world.bootstrap()._add_key(SHOP, 63)
    with writing(world.engine) as connection:
        outbox.retry(connection, stuck.id)
    world.settle()
    assert world.state(stuck) is State.INCLUDED


def test_a_new_key_takes_over_and_the_old_one_is_drained(world):
    with world.blocks_by_hand():
        old = world.keystore.key_for(GROWER)
        first = world.submit(GROWER, make(11))
        sender = world.sender()
        sender.step()
    world.keystore.retire(old.address)
    world.bootstrap()._add_key(GROWER, 63)
    second = world.submit(GROWER, make(12))
    world.settle(sender)
    senders = {row.operation: bytes(row.sender) for row in world.rows(attempts)}
    assert senders[first.seq] == old.address
    assert senders[second.seq] == world.keystore.key_for(GROWER).address != old.address
    assert world.state(first) is world.state(second) is State.INCLUDED


def test_another_chain_stops_loudly_and_nothing_is_sent(world):
    made = world.submit(GROWER, make(13))
    other = Meddler(world.chain, chain_id=lambda: 1337)
    sender = world.sender(other)
    with pytest.raises(FingerprintMismatch):
        sender.step()
    with pytest.raises(FingerprintMismatch):
        sender.run(threading.Event())
    assert world.state(made) is State.ACCEPTED


def test_a_node_that_is_away_is_waited_for(world):
    made = world.submit(GROWER, make(14))
    calls = []

    def away():
        calls.append(1)
        if len(calls) < 3:
            raise NodeUnavailable("away")
        return world.chain.head()

    sender = world.sender(Meddler(world.chain, head=away))
    stop = threading.Event()
    thread = threading.Thread(target=sender.run, args=(stop,))
    thread.start()
    for _ in range(500):
        if world.state(made) is State.INCLUDED:
            break
        stop.wait(0.01)
    stop.set()
    thread.join(10)
    assert world.state(made) is State.INCLUDED
    assert len(calls) >= 3


def test_a_node_that_cannot_play_this_one_is_given_up_for_an_operator(world):
    def no(*_):
        raise NodeUnavailable("the node refused it", rpc_code=-32000)

    clock = [1_000_000.0]
    sender = world.sender(Meddler(world.chain, play=no), clock=lambda: clock[0])
    made = world.submit(GROWER, make(15))
    for _ in range(12):
        sender.step()
        clock[0] += 100
    done = world.now(made)
    assert (done.state, done.attention) == (State.ACCEPTED, "the node refused it")
    assert len([row for row in world.rows(outbox_table) if row.attention]) == 1


def test_a_node_without_eth_simulate_is_good_enough(world, own_anvil):
    world.chain._plays = False
    with world.blocks_by_hand():
        made = [world.submit(GROWER, each) for each in (make(16), ship(16), say(16))]
        bad = world.submit(GROWER, SellItem(item(16), 1))
        sender = world.sender()
        sender.step()
        assert [world.state(each) for each in made] == [State.BROADCAST] * 3
        own_anvil.mine()
        sender.step()
    assert [world.state(each) for each in made] == [State.INCLUDED] * 3
    assert world.state(bad) is State.REFUSED
