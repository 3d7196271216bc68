"""The mirror against the chain: current, behind, or the node is away."""

import pytest

from api.health import ChainWatch
from api.verdicts import MirrorState
from indexer.queries.status import MirrorStatus
from ledger.chain.port import BlockRef
from ledger.errors import NodeUnavailable


class Heads:
    """A chain with nothing but a head; counts how often it is asked."""

    def __init__(self, *numbers):
        self.numbers, self.asked = list(numbers), 0

    def head(self):
        self.asked += 1
        number = self.numbers[0] if len(self.numbers) == 1 else self.numbers.pop(0)
        if number is None:
            message = "away"
            raise NodeUnavailable(message)
        return BlockRef(number, bytes([number]), b"", 0)


def mirror(block, digest=None):
    made = dict.fromkeys(MirrorStatus.__slots__, 0)
    made |= {"block": block, "block_hash": digest or bytes([block])}
    return MirrorStatus(**made)


@pytest.mark.parametrize(
    ("heads", "at", "state", "lag"),
    [
        ((10,), 10, MirrorState.CURRENT, 0),
        ((10,), 5, MirrorState.CURRENT, 5),
        ((10,), 4, MirrorState.BEHIND, 6),
        ((10,), None, MirrorState.BEHIND, None),
        ((None,), 10, MirrorState.NODE_AWAY, None),
        ((9,), 10, MirrorState.NODE_AWAY, 0),
        ((9, 10), 10, MirrorState.CURRENT, 0),
        ((9, None), 10, MirrorState.NODE_AWAY, None),
    ],
)
def test_the_state_follows_from_head_and_mirror(heads, at, state, lag):
    found = ChainWatch(Heads(*heads), 5).look(mirror(at) if at is not None else None)
    assert (found.state, found.lag) == (state, lag)


def test_another_block_of_the_same_number_is_not_trusted():
    found = ChainWatch(Heads(10), 5).look(mirror(10, b"other"))
    assert found.state is MirrorState.BEHIND


def test_many_shoppers_ask_the_node_once():
    chain = Heads(10)
    watch = ChainWatch(chain, 5)
    for _ in range(100):
        watch.look(mirror(10))
    assert chain.asked == 1


def test_without_a_chain_nothing_is_current():
    assert ChainWatch(None, 5).look(mirror(10)).state is MirrorState.NODE_AWAY
