"""A tree in chunks is the tree: same root, same paths, whatever the number of leaves."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ledger.hashing import EMPTY_ROOT, MerkleTree, leaf_hash, verify_inclusion
from ledger.unit_trees import CHUNK, path_from, path_length, path_over, root_over


def leaves_of(count: int) -> list[bytes]:
    return [f"leaf {number}".encode() for number in range(count)]


def chunked(count: int) -> list[bytes]:
    hashes = [leaf_hash(leaf) for leaf in leaves_of(count)]
    return [b"".join(hashes[i : i + CHUNK]) for i in range(0, count, CHUNK)]


def roots_of(chunks: list[bytes]) -> list[bytes]:
    pieces = ([chunk[i : i + 32] for i in range(0, len(chunk), 32)] for chunk in chunks)
    return [root_over(hashes) for hashes in pieces]


@settings(max_examples=25)
@given(st.integers(1, 5 * CHUNK), st.data())
@example(CHUNK, None)
@example(CHUNK + 1, None)
@example(4 * CHUNK, None)
def test_chunks_have_the_root_and_the_paths_of_one_tree(count, data):
    tree, chunks = MerkleTree(leaves_of(count)), chunked(count)
    roots = roots_of(chunks)
    assert root_over(roots) == tree.root
    place = data.draw(st.integers(0, count - 1)) if data else count - 1
    path = path_from(chunks[place // CHUNK], roots, place)
    assert path == tree.inclusion_path(place)
    assert verify_inclusion(tree.leaf(place), place, count, path, tree.root)


@given(st.integers(1, 70), st.data())
def test_the_length_of_a_path_is_known_before_it_is_read(count, data):
    place = data.draw(st.integers(0, count - 1))
    assert path_length(place, count) == len(MerkleTree(leaves_of(count)).inclusion_path(place))


def test_no_leaves_have_the_root_of_nothing_and_no_paths():
    assert root_over([]) == EMPTY_ROOT
    with pytest.raises(IndexError):
        path_over([], 0)
    with pytest.raises(IndexError):
        path_over([bytes(32)], -1)
