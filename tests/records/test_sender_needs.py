"""Operations that need others are sent after them, and share their fate."""

from __future__ import annotations

import pytest

from records import outbox, transitions
from records.engine import writing
from records.outbox import State
from tests.records.sending import GROWER, SHOP, make, say

pytestmark = pytest.mark.chain


def test_it_waits_for_the_block_of_what_it_needs_and_others_pass_it(world):
    with world.blocks_by_hand():
        first = world.submit(GROWER, make("n1"))
        second = world.submit(GROWER, make("n2"), needs=[first])
        other = world.submit(GROWER, make("n3"))
        alike = world.submit(GROWER, make("n2"))
        sender = world.sender()
        sender.step()
        states = [world.state(each) for each in (first, second, other, alike)]
        assert states == [State.BROADCAST, State.ACCEPTED, State.BROADCAST, State.ACCEPTED]
        world.anvil.mine()
        sender.step()
        assert world.state(second) is State.BROADCAST
    world.anvil.mine()
    world.settle(sender)
    assert world.now(first).block < world.now(second).block
    assert world.state(alike) is State.INCLUDED


def test_it_is_refused_as_what_it_needs_is_though_it_could_be_performed(world):
    refused = world.submit(SHOP, make("r1"))  # no maker of this product
    second = world.submit(SHOP, say("r2"), needs=[refused])
    third = world.submit(SHOP, say("r3"), needs=[second])
    free = world.submit(SHOP, say("r4"))
    world.settle()
    states = [world.state(each) for each in (refused, second, third, free)]
    assert states == [State.REFUSED, State.REFUSED, State.REFUSED, State.INCLUDED]
    codes = {world.now(each).refusal.code for each in (refused, second, third)}
    assert codes == {"NotAMaker"}


def test_it_waits_for_an_operator_with_what_it_needs_and_goes_on_with_it(world):
    stuck = world.submit(GROWER, make("o1"))
    second = world.submit(GROWER, say("o2"), needs=[stuck])
    third = world.submit(GROWER, say("o3"), needs=[second])
    with writing(world.engine) as connection:
        transitions.ask_operator(connection, stuck.seq, "somebody should look")
    free = world.submit(GROWER, make("o4"))
    world.settle()
    assert world.state(free) is State.INCLUDED
    assert [bool(world.now(each).attention) for each in (stuck, second, third)] == [True] * 3
    with writing(world.engine) as connection:
        outbox.retry(connection, stuck.id)
    world.settle()
    assert [world.state(each) for each in (stuck, second, third)] == [State.INCLUDED] * 3
