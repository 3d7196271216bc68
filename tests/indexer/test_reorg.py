"""Whatever is taken back, the mirror is that of a chain on which it never happened."""

import random

import pytest

from indexer import write
from indexer.batch import is_fact
from indexer.books import cursor
from indexer.logged import logged_between
from indexer.sync import Indexer
from ledger.errors import FingerprintMismatch, ReorgTooDeep
from tests.indexer.conftest import digests

pytestmark = pytest.mark.chain
FOUNDED = 4
"""Height at which the contracts stand and organisations are admitted."""


@pytest.mark.parametrize("depth", [1, 2, 31, 64, 128])
def test_blocks_are_replaced(living, indexer, mirror, rebuilt, depth):
    living.live(depth + 3, acts=1)
    indexer.catch_up()
    living.reorganise(depth)
    living.live(2)
    indexer.catch_up()
    assert digests(mirror) == rebuilt()


@pytest.mark.parametrize("seed", range(4))
def test_any_course_of_events(living, indexer, mirror, rebuilt, seed):
    choose = random.Random(seed)
    living.random.seed(seed)
    for _ in range(14):
        living.live(choose.randint(0, 5), acts=choose.randint(0, 4))
        if choose.random() < 0.6 and living.height > FOUNDED:
            living.reorganise(choose.randint(1, min(living.height - FOUNDED, 20)))
        for _ in range(choose.choice((0, 1, 5))):
            indexer.step()
    living.live(1)
    indexer.catch_up()
    assert digests(mirror) == rebuilt()


def test_a_range_is_taken_back_in_part(living, mirror, rebuilt):
    living.live(30, acts=2)
    with Indexer(living.anvil.url, living.deployment, mirror, finality=200) as indexer:
        indexer.catch_up()
        for depth in (3, 9, 1):
            living.reorganise(depth)
            living.live(1)
            indexer.catch_up()
            assert digests(mirror) == rebuilt()


def test_without_kept_entries_everything_is_folded_again(living, mirror, rebuilt, monkeypatch):
    monkeypatch.setattr(write, "KEPT_BLOCKS", 4)
    with Indexer(living.anvil.url, living.deployment, mirror, finality=200) as indexer:
        living.live(20, acts=2)
        indexer.catch_up()
        monkeypatch.undo()
        living.live(2, acts=2)
        indexer.catch_up()
        living.reorganise(6)
        living.live(1)
        indexer.catch_up()
    assert digests(mirror) == rebuilt()


def test_an_orphaned_backfill_is_caught_at_its_next_range(living, mirror, rebuilt):
    living.live(50, acts=1)
    with Indexer(living.anvil.url, living.deployment, mirror, finality=200) as indexer:
        indexer.step()
        living.reorganise(45)
        living.live(1)
        indexer.catch_up()
    assert digests(mirror) == rebuilt()


def test_too_deep_is_left_to_a_human(living, indexer, mirror):
    living.live(131, acts=1)
    indexer.catch_up()
    before = digests(mirror)
    living.reorganise(129)
    living.live(1)
    for _ in range(2):
        with pytest.raises(ReorgTooDeep) as told:
            indexer.step()
    assert "rebuild" in told.value.message
    assert digests(mirror) == before


def test_what_was_final_is_not_rewritten(living, mirror):
    with Indexer(living.anvil.url, living.deployment, mirror, finality=6) as indexer:
        living.live(20, acts=1)
        indexer.catch_up()
        before = digests(mirror)
        living.reorganise(7)
        living.live(1)
        with pytest.raises(FingerprintMismatch) as told:
            indexer.step()
        assert "was final" in told.value.message
    assert digests(mirror) == before


def test_counts_follow(living, indexer, mirror):
    living.live(8)
    indexer.catch_up()
    living.reorganise(5)
    living.live(1)
    indexer.catch_up()
    with mirror.read() as connection:
        facts = cursor(connection).facts

    with mirror.read() as connection:
        logged = [each for some in logged_between(connection, 0, 10**6) for each in some]
    assert facts == sum(is_fact(type(each.event)) for each in logged)
