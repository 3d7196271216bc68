"""The floors of the gas table are drawn from what acts really touch, no more and no less."""

import pytest

from bench.cases import World
from bench.floor import floor, lines, totals
from bench.must import DOOR, MUST
from tests.support.anvil import LocalAnvil
from tests.support.touched import touched

FEW = (1, 3)


def test_a_floor_is_the_sum_of_its_price_list():
    must = lines("each new _a\nonce 2 read _b\neach sha256 64\nonce account C\n", "X")
    calldata = bytes(10) + b"\1" * 5
    assert floor(must, 3, calldata) == (
        21_000 + 3 * 22_100 + 2 * 2_100 + 3 * (100 + 60 + 24) + 2_600 + 10 * 4 + 5 * 16
    )
    assert totals(must, 3)["new", "X._a"] == 3


def test_calldata_has_a_floor_of_its_own():
    assert floor([], 1, b"\1" * 1000) == 21_000 + 40 * 1000
    assert floor(lines("each new _a\n" * 3, "X"), 1, b"\1" * 1000) == 21_000 + 3 * 22_100 + 16_000


def test_a_fifth_at_most_is_given_back():
    assert floor(lines("each cleared _a\n", "X"), 1, b"") == 26_000 - 4_800
    assert floor(lines("each cleared _a\n", "X"), 20, b"") == (21_000 + 100_000) * 4 // 5


@pytest.mark.chain
def test_acts_touch_exactly_what_their_floor_says():
    with LocalAnvil(gas_limit=100_000_000, extra=("--steps-tracing",)) as node:
        world = World(node, 100_000_000)
        cases = world.cases()
        assert {case.name for case in cases} == MUST.keys()
        for case in cases:
            must = lines(DOOR + MUST[case.name], case.contract)
            for number in FEW:
                receipt, _ = world.send(case, number)
                assert touched(node, world.places, receipt) == totals(must, number), case.name
