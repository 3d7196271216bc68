"""anchor: one root for very many statements, checked against the trees of `ledger.hashing`."""

import pytest

from ledger.hashing import MerkleTree
from tests.support.contracts import create, refused, require_journal

pytestmark = pytest.mark.chain

SCANS = 2
MOST_GAS_A_STATEMENT = 60


@pytest.fixture
def anchors(contracts):
    made = create(contracts.web3, contracts.governor, "Anchors", contracts.registry.address)
    contracts.others.append(made)
    yield made
    require_journal(contracts, made)


def statements(number):
    return [b"statement %d" % i for i in range(number)]


def test_each_statement_is_found_in_lists_of_any_size(contracts, anchors, mill):
    predecessor = bytes(32)
    for size in (1, 2, 3, 7, 8, 33):
        tree = MerkleTree(statements(size))
        receipt = mill.act(("anchor", SCANS, tree.root, size, predecessor), at=anchors)
        assert contracts.events(receipt)[1:] == [
            (
                "RootAnchored",
                {
                    "org": mill.number,
                    "content": SCANS,
                    "root": tree.root,
                    "size": size,
                    "predecessor": predecessor,
                },
            )
        ]
        predecessor = tree.root
        assert anchors.functions.newest(mill.number, SCANS).call() == [size, tree.root[:24]]
        for index, leaf in enumerate(statements(size)):
            path = tree.inclusion_path(index)
            is_anchored = anchors.functions.isAnchored
            assert is_anchored(mill.number, SCANS, leaf, index, path).call()
            assert not is_anchored(mill.number, SCANS, leaf + b".", index, path).call()
            assert anchors.functions.isIncluded(leaf, index, size, path, tree.root).call()


def test_a_list_goes_on_from_its_newest_root(anchors, mill):
    root = MerkleTree(statements(2)).root
    with refused("RootInvalid", bytes(32)):
        mill.act(("anchor", SCANS, bytes(32), 2, bytes(32)), at=anchors)
    with refused("NotTheNewestRoot", mill.number, SCANS, root):
        mill.act(("anchor", SCANS, root, 2, root), at=anchors)
    mill.act(("anchor", SCANS, root, 2, bytes(32)), at=anchors)
    with refused("ListDoesNotGrow", 2, 2):
        mill.act(("anchor", SCANS, root, 2, root), at=anchors)


def test_a_thousand_statements_cost_little(anchors, mill):
    predecessor = bytes(32)
    for size in (10, 1010):
        root = MerkleTree(statements(size)).root
        receipt = mill.act(("anchor", SCANS, root, size, predecessor), at=anchors)
        predecessor = root
    assert receipt["gasUsed"] <= 1000 * MOST_GAS_A_STATEMENT
