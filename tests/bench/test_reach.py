"""The benchmark of a recall's reach, small: both ways find the same."""

from __future__ import annotations

from bench.reach import measure


def test_the_walk_finds_what_the_database_alone_finds(tmp_path):
    found = measure(300, tmp_path)
    assert (found.items, found.reached) == (300, 300)
    assert found.edges >= 299
