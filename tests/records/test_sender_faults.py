"""What the sender promises when things go wrong: crashes, reorganisations, lost broadcasts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import delete, update

from ledger.chain.codec import encode_perform, encode_registry
from ledger.chain.development import FUNDER, GOVERNOR, account
from ledger.chain.direct import transact
from ledger.chain.port import Fees, Played
from ledger.chain.signing import SigningKey, Transaction, sign
from ledger.commands import SellItem
from ledger.errors import NodeUnavailable
from records import outbox, transitions
from records.engine import reading, writing
from records.outbox import State
from records.schema import attempts, senders
from records.schema import outbox as outbox_table
from tests.records.sending import GROWER, LIMITS, SHOP, Meddler, item, make, receive, say, ship

pytestmark = pytest.mark.chain


def crash(*_):
    raise NodeUnavailable("the process is killed here")


# --- crashes ---


def test_a_crash_before_the_broadcast_sends_the_same_bytes(world):
    made = world.submit(GROWER, make(1))
    first = world.sender(Meddler(world.chain, send_all=crash))
    with pytest.raises(NodeUnavailable):
        first.step()
    kept = world.rows(attempts)[-1]
    assert world.state(made) is State.SIGNED
    assert world.chain.receipt(kept.hash) is None
    first.close()
    world.settle()
    assert world.now(made).tx == kept.hash
    assert len(world.rows(attempts)) == 2  # the product, and this


def test_a_crash_after_the_broadcast_sends_the_same_bytes(world):
    def send_and_crash(raws):
        world.chain.send_all(raws)
        crash()

    made = world.submit(GROWER, make(2))
    first = world.sender(Meddler(world.chain, send_all=send_and_crash))
    with pytest.raises(NodeUnavailable):
        first.step()
    assert world.state(made) is State.SIGNED
    first.close()
    world.settle()
    assert world.state(made) is State.INCLUDED
    assert world.performed(GROWER).count(made.number) == 1
    assert len(world.rows(attempts)) == 2


def test_a_crash_before_anything_is_kept_leaves_no_trace(world):
    made = world.submit(GROWER, make(3))
    sender = world.sender(Meddler(world.chain, fees=crash))
    with pytest.raises(NodeUnavailable):
        sender.step()
    assert world.state(made) is State.ACCEPTED
    assert len(world.rows(attempts)) == 1


def test_records_that_forgot_find_their_act_on_chain(world):
    """A backup from before the sending is put back: the acts are there already."""
    made = world.submit(GROWER, make(4))
    world.settle()
    tx = world.now(made).tx
    forget(world, made)
    world.settle()
    done = world.now(made)
    assert (done.state, done.tx) == (State.INCLUDED, tx)
    assert world.performed(GROWER).count(made.number) == 1


def forget(world, operation, **values):
    fresh = {"state": "accepted", "tx": None, "block": None, "block_hash": None} | values
    with writing(world.engine) as connection:
        connection.execute(delete(attempts).where(attempts.c.operation == operation.seq))
        mine = outbox_table.c.seq == operation.seq
        connection.execute(update(outbox_table).where(mine).values(**fresh))


def test_a_number_that_was_used_for_other_acts_needs_an_operator(world):
    used = world.submit(GROWER, make(5))
    world.settle()
    forget(world, used, commands=outbox.commands_text([make(6)]))
    later = world.submit(GROWER, make(7))
    world.settle()
    done = world.now(used)
    assert (done.state, done.refusal) == (State.ACCEPTED, None)
    assert "used for other acts" in done.attention
    assert world.state(later) is State.INCLUDED
    with writing(world.engine) as connection:
        outbox.retry(connection, used.id, renumber=True)
    world.settle()
    assert world.state(used) is State.INCLUDED


def test_a_signed_one_whose_number_is_used_is_settled_by_the_log(world):
    """Its own transaction reverts, because another brought the same acts first."""
    made = world.submit(GROWER, make(8))
    with world.blocks_by_hand():
        sender = world.sender()
        sender.step()
        with writing(world.engine) as connection:
            mine = outbox_table.c.seq == made.seq
            connection.execute(update(outbox_table).where(mine).values(state="accepted"))
        blind = Meddler(world.chain, play=lambda to, calls: world.chain.play(to, calls, "latest"))
        second = world.sender(blind)
        sender.close()
        second.step()
        world.anvil.mine()
        second.step()
    assert len([row for row in world.rows(attempts) if row.operation == made.seq]) == 2
    done = world.now(made)
    assert done.state is State.INCLUDED
    assert done.refusal is None
    assert world.performed(GROWER).count(made.number) == 1


# --- the chain takes back ---


def test_a_reorganised_operation_is_sent_again(world):
    made = [world.submit(GROWER, make(each)) for each in (9, 10, 11)]
    sender = world.sender()
    world.settle(sender)
    blocks = {world.now(each).block for each in made}
    height = world.chain.head().number
    world.anvil.reorganise(height - min(blocks) + 1)
    world.settle(sender)
    for _ in range(20):
        sender.step()
        if {world.state(each) for each in made} == {State.INCLUDED}:
            break
    for each in made:
        done = world.now(each)
        assert world.chain.block(done.block).hash == done.block_hash
        assert world.performed(GROWER).count(each.number) == 1


def test_an_operation_falls_back_to_broadcast_when_its_block_is_gone(world):
    made = world.submit(GROWER, make(12))
    sender = world.sender()
    world.settle(sender)
    assert world.state(made) is State.INCLUDED
    with world.blocks_by_hand():
        world.anvil.reorganise(world.chain.head().number - world.now(made).block + 1)
        sender.step()
        fallen = world.now(made)
        assert fallen.state is State.BROADCAST
        assert (fallen.tx, fallen.block, fallen.block_hash) == (None, None, None)
        sender.step()
        world.anvil.mine()
        sender.step()
    assert world.state(made) is State.INCLUDED


def test_final_is_final(world):
    made = world.submit(GROWER, make(13))
    sender = world.sender(finality=2)
    world.settle(sender)
    world.anvil.mine(1)
    sender.step()
    assert world.state(made) is State.INCLUDED
    world.anvil.mine(1)
    sender.step()
    assert world.state(made) is State.FINAL


# --- nonces ---


def test_a_stranger_with_our_key_is_noticed_and_the_operation_sent_anew(world):
    made = world.submit(GROWER, make(14))
    sender = world.sender(finality=3)
    world.settle(sender)  # opens the lane, so that the floor is known
    key = world.keystore.key_for(GROWER)
    with world.blocks_by_hand():
        lost = world.submit(GROWER, make(15))
        sender.step()
        kept = world.rows(attempts)[-1]
        world.anvil.rpc("anvil_dropTransaction", "0x" + kept.hash.hex())
        stranger = sign(key, Transaction(31337, kept.nonce, key.address, b"", 21000, 0, 0))
        world.chain.send(stranger.raw)
        world.anvil.mine()
        sender.step()
        assert world.state(lost) is State.BROADCAST
        world.anvil.mine(2)
        sender.step()
        assert world.state(lost) is State.BROADCAST
        world.anvil.mine(1)
        sender.step()
        world.anvil.mine(1)
        sender.step()
    done = world.now(lost)
    assert (done.state, done.tries) == (State.INCLUDED, 1)
    assert world.chain.receipt(done.tx).status
    assert world.state(made) in {State.INCLUDED, State.FINAL}


def test_the_chain_is_the_floor_of_our_nonce(world):
    """A key that was used elsewhere before it came here."""
    key = world.keystore.key_for(SHOP)
    for _ in range(3):
        transact(world.chain, key, key.address, value=0, data=b"\x01")
    made = world.submit(SHOP, say(16))
    world.settle()
    assert world.rows(attempts)[-1].nonce == 3
    assert world.state(made) is State.INCLUDED


def test_a_gap_is_filled_by_an_empty_transaction(world):
    with writing(world.engine) as connection:
        connection.execute(update(senders).values(next_nonce=senders.c.next_nonce + 2))
    made = world.submit(GROWER, make(17))
    sender = world.sender()
    for _ in range(5):
        sender.step()
    assert world.state(made) is State.INCLUDED
    noops = [row for row in world.rows(attempts) if row.operation is None]
    assert [row.state for row in noops] == ["mined", "mined"]


def test_a_lost_broadcast_is_repeated(world):
    made = world.submit(GROWER, make(18))
    clock = [2_000_000_000.0]
    with world.blocks_by_hand():
        sender = world.sender(clock=lambda: clock[0])
        sender.step()
        kept = world.rows(attempts)[-1]
        world.anvil.rpc("anvil_dropTransaction", "0x" + kept.hash.hex())
        clock[0] += 5
        sender.step()
        world.anvil.mine()
        sender.step()
        assert world.state(made) is State.BROADCAST
        clock[0] += 6
        sender.step()
        world.anvil.mine()
        sender.step()
    assert world.now(made).tx == kept.hash


def test_a_stuck_transaction_gets_higher_fees_on_the_same_nonce(world):
    sender, clock, made = pricey(world)
    with world.blocks_by_hand():
        sender.step()
        raise_price(world, 10**9)
        clock[0] = world.chain.head().time + 25
        world.anvil.rpc("evm_increaseTime", 60)
        raise_price(world, 10**9)
        sender._around.chain.replaced["fees"] = world.chain.fees
        sender.step()
        sender.step()
        rows = [row for row in world.rows(attempts) if row.operation == made.seq]
        assert len({row.nonce for row in rows}) == 1
        assert len(rows) == 2
        assert rows[1].max_fee >= rows[0].max_fee * 9 / 8
        assert rows[1].priority_fee >= rows[0].priority_fee * 9 / 8
        world.anvil.mine()
        sender.step()
    done = world.now(made)
    assert (done.state, done.tx) == (State.INCLUDED, bytes(rows[1].hash))
    assert world.performed(GROWER).count(made.number) == 1


def test_after_the_last_bump_the_nonce_is_given_up_and_the_operation_sent_anew(world):
    sender, clock, made = pricey(world, replace(LIMITS, bumps=2))
    never = 10**13
    with world.blocks_by_hand():
        sender.step()
        sender._around.chain.replaced["fees"] = lambda: Fees(10**7, 10**6)
        for _ in range(4):
            raise_price(world, never)
            clock[0] = world.chain.head().time + 25
            world.anvil.rpc("evm_increaseTime", 60)
            raise_price(world, never)
            sender.step()
        rows = world.rows(attempts)[1:]
        assert [row.operation for row in rows][:4] == [made.seq] * 3 + [None]
        for _ in range(5):
            raise_price(world, 0)
            clock[0] += 11
            sender.step()
    assert world.state(made) is State.INCLUDED
    assert world.performed(GROWER).count(made.number) == 1


def pricey(world, limits=None):
    """A sender that sees a fee market, which a test then moves."""
    key = world.keystore.key_for(GROWER)
    world.anvil.rpc("anvil_setBalance", "0x" + key.address.hex(), hex(10**20))
    clock = [float(world.chain.head().time)]
    seen = Meddler(world.chain, fees=lambda: Fees(10**6, 10**6))
    sender = world.sender(seen, limits or LIMITS, clock=lambda: clock[0])
    return sender, clock, world.submit(GROWER, make(19))


def raise_price(world, wei):
    world.anvil.rpc("anvil_setNextBlockBaseFeePerGas", hex(wei))
    world.anvil.mine()


def test_gas_that_costs_is_paid_for_by_the_development_account(world):
    key = world.keystore.key_for(GROWER)
    assert world.chain.balance(key.address) == 0
    made = world.submit(GROWER, make(20))
    sender = world.sender(Meddler(world.chain, fees=lambda: Fees(10**9, 10**9)))
    world.settle(sender)
    assert world.state(made) is State.INCLUDED
    assert world.chain.balance(key.address) > 0
    assert world.chain.nonce(account(world.chain, FUNDER).address) > 0


def test_elsewhere_an_empty_key_waits_and_says_so(world, monkeypatch):
    monkeypatch.setattr("ledger.chain.development.DEVELOPMENT_CHAINS", frozenset())
    made = [world.submit(GROWER, make(21)), world.submit(GROWER, make("21b"))]
    clock = [1_000_000.0]
    dear = Meddler(world.chain, fees=lambda: Fees(10**9, 10**9))
    sender = world.sender(dear, clock=lambda: clock[0])
    sender.step()
    assert "too little money" in sender.troubles[GROWER]
    for _ in range(10):
        clock[0] += 100
        sender.step()
    for each in made:
        waits = world.now(each)
        assert waits.state is State.ACCEPTED
        assert "too little money" in waits.attention
    key = world.keystore.key_for(GROWER)
    world.anvil.rpc("anvil_setBalance", "0x" + key.address.hex(), hex(10**20))
    with writing(world.engine) as connection:
        assert outbox.retry_all(connection, SHOP) == 0
        assert outbox.retry_all(connection) == 2
    clock[0] += 100
    world.settle(sender)
    assert {world.state(each) for each in made} == {State.INCLUDED}


def test_what_no_fee_brings_on_chain_needs_an_operator_and_holds_up_nobody(world):
    sender, clock, made = pricey(world, replace(LIMITS, bumps=1))
    with world.blocks_by_hand():
        sender.step()
        for _ in range(5):
            raise_price(world, 10**13)
            clock[0] = world.chain.head().time + 25
            world.anvil.rpc("evm_increaseTime", 60)
            raise_price(world, 10**13)
            sender.step()
        stuck = world.now(made)
        assert stuck.state is State.BROADCAST
        assert "at any fee" in stuck.attention
        with reading(world.engine) as connection:
            assert transitions.earliest_unsettled(connection) is None
        for _ in range(5):
            raise_price(world, 0)
            clock[0] += 11
            sender.step()
    done = world.now(made)
    assert (done.state, done.attention) == (State.INCLUDED, None)


# --- several senders ---


def test_one_sender_at_a_time_works_a_key(world):
    with world.blocks_by_hand():
        first, second = world.sender(), world.sender()
        one = world.submit(GROWER, make(22))
        first.step()
        two = world.submit(GROWER, make(23))
        second.step()
        assert (world.state(one), world.state(two)) == (State.BROADCAST, State.ACCEPTED)
        first.close()
        second.step()
        assert world.state(two) is State.BROADCAST
        world.anvil.mine()
        first.step()
        assert world.state(two) is State.BROADCAST
        second.step()
    assert world.state(one) is world.state(two) is State.INCLUDED


def test_a_lease_that_ran_out_is_taken_and_its_late_holder_writes_nothing(world):
    clock = [1_000.0]
    slow, quick = world.sender(clock=lambda: clock[0]), world.sender(clock=lambda: clock[0])
    made = world.submit(GROWER, make(24))
    overtaken = []

    def fees():
        if not overtaken:  # while the slow one thinks, its time runs out
            overtaken.append(1)
            clock[0] += 60
            quick.step()
        return world.chain.fees()

    slow._around = replace(slow._around, chain=Meddler(world.chain, fees=fees))
    assert slow.step() == 0
    assert overtaken
    assert [row.operation for row in world.rows(attempts)].count(made.seq) == 1
    world.settle(quick)
    assert world.performed(GROWER).count(made.number) == 1


def test_organisations_do_not_hold_each_other_up(world):
    with world.blocks_by_hand():
        world.submit(GROWER, make(25), ship(25))
        waits = world.submit(SHOP, receive(25))
        others = world.submit(SHOP, say("other"))
        sender = world.sender()
        for _ in range(3):
            sender.step()
            world.anvil.mine()
        sender.step()
    assert world.state(waits) is world.state(others) is State.INCLUDED


def test_a_refusal_waits_while_something_earlier_is_in_flight(world):
    with world.blocks_by_hand():
        world.submit(GROWER, make(26))
        bad = world.submit(SHOP, SellItem(item(26), 1))
        sender = world.sender()
        sender.step()
        assert world.state(bad) is State.ACCEPTED
        world.anvil.mine()
        sender.step()
        sender.step()
    assert world.state(bad) is State.REFUSED


# --- reverts that are none ---


def test_a_revert_is_explained_though_the_node_forgot_the_block(world):
    def forgetful(to, data, sender=None, block="latest"):
        if isinstance(block, int):
            raise NodeUnavailable("the node refused eth_call", rpc_code=-32000)
        return world.chain.call(to, data, sender, block)

    seen = Meddler(world.chain, play=lambda *_: [Played(300_000)], call=forgetful)
    made = world.submit(GROWER, SellItem(item("none"), 5))
    world.settle(world.sender(seen))
    assert world.now(made).refusal.code == "HoldingTooSmall"


def test_a_revert_that_the_contract_takes_back_is_tried_again(world):
    """Two organisations' acts stood in one block in the wrong order."""
    seen = Meddler(world.chain, play=lambda *_: [Played(300_000)], call=lambda *_: b"")
    made = world.submit(GROWER, SellItem(item(30), 5))
    sender = world.sender(seen)
    sender.step()
    seen.replaced.clear()
    with world.blocks_by_hand():
        before = sign_make(world)
        world.chain.send(before)
        world.anvil.mine()
    seen.replaced["call"] = lambda *_: b""
    world.settle(sender)
    done = world.now(made)
    assert (done.state, done.refusal, done.tries) == (State.INCLUDED, None, 1)
    assert world.performed(GROWER).count(made.number) == 1


def sign_make(world):
    """The grower makes what it sells, by another key of its own."""
    other = SigningKey.new()
    registry = world.deployment.registry
    data = encode_registry("addKey", GROWER, other.address, 63, 0, 0)
    governor = account(world.chain, GOVERNOR)
    world.anvil.rpc("evm_setAutomine", True)
    transact(world.chain, governor, registry, data)
    world.anvil.rpc("evm_setAutomine", False)
    perform = encode_perform(10**6, [make(30)])
    ledger = world.deployment.ledger
    return sign(other, Transaction(31337, 0, ledger, perform, 300_000, 0, 0)).raw
