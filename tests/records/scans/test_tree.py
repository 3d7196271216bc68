"""The tree over the log is the RFC 6962 tree over its heads, at every size and however grown."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select

from ledger.hashing import MerkleTree, leaf_hash, sha256, verify_inclusion
from ledger.unit_trees import CHUNK
from records.engine import writing
from records.scans.tree import grow, path, root
from records.schema.scans import scan_log, scan_tiles

SIZES = [1, 2, 3, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 5]


@pytest.fixture
def heads(engine):
    heads = [sha256(str(n).encode()) for n in range(SIZES[-1])]
    rows = [
        {"seq": n, "time": n, "record": head, "head": head} for n, head in enumerate(heads, start=1)
    ]
    with writing(engine) as connection:
        connection.execute(insert(scan_log), rows)
    return heads


def test_roots_and_paths_are_those_of_one_tree(engine, heads):
    with writing(engine) as connection:
        for size in SIZES:
            tree = MerkleTree(heads[:size])
            assert root(connection, size) == tree.root
            grow(connection, size)
            assert root(connection, size) == tree.root
            for place in {0, size // 2, size - 1}:
                found = path(connection, place, size)
                assert found == tree.inclusion_path(place)
                assert verify_inclusion(leaf_hash(heads[place]), place, size, found, tree.root)
        assert connection.execute(select(scan_tiles.c.place)).scalars().all() == [0, 1]


def test_what_is_not_in_the_log_has_no_path_and_no_root(engine, heads):
    with writing(engine) as connection:
        for place, size in [(-1, 5), (5, 5), (0, 0), (0, len(heads) + 1)]:
            with pytest.raises(IndexError):
                path(connection, place, size)
        with pytest.raises(IndexError):
            root(connection, len(heads) + 1)
