"""What the chain says stands in the mirror, and nothing else, whenever and wherever it is read."""

import random
import threading
import time

import pytest
from sqlalchemy import func, select

from indexer import tables as t
from indexer.books import cursor
from indexer.mirror import Mirror
from indexer.sync import Indexer, Progress
from ledger.chain.codec import LEDGER, decode_result, encode_view
from ledger.errors import FingerprintMismatch, MirrorTaken, NodeBehind, StoreUnavailable
from tests.indexer.conftest import digests
from tests.support.anvil import LocalAnvil

pytestmark = pytest.mark.chain


def counted(mirror, table):
    with mirror.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def stands(mirror):
    with mirror.read() as connection:
        return cursor(connection)


def test_every_log_of_the_chain_has_its_row(living, indexer, mirror):
    living.live(12)
    indexer.catch_up()
    addresses = [f"0x{each.address.hex()}" for each in living.deployment.contracts.values()]
    logs = living.anvil.rpc("eth_getLogs", {"address": addresses, "fromBlock": "0x0"})
    assert counted(mirror, t.raw_log) == len(logs) > 50
    assert sum(counted(mirror, table) for table in t.EVENTS.values()) == len(logs)
    at = stands(mirror)
    assert (at.block, at.verified_block, at.head_block) == (living.height,) * 3
    with mirror.read() as connection:
        raw = connection.execute(select(t.raw_log).order_by(t.raw_log.c.block)).all()
    assert {(row.topics + row.data).hex() for row in raw} == {
        "".join(topic[2:] for topic in log["topics"]) + log["data"][2:] for log in logs
    }


def test_holdings_are_those_of_the_contract(living, indexer, mirror):
    living.live(40, acts=4)
    indexer.catch_up()
    with mirror.read() as connection:
        held = connection.execute(select(t.holding)).all()
    assert len(held) > 4
    for row in held:
        call = {
            "to": f"0x{living.deployment.ledger.hex()}",
            "data": "0x" + encode_view(LEDGER, "holding", row.item, row.org).hex(),
        }
        answer = bytes.fromhex(living.anvil.rpc("eth_call", call, "latest")[2:])
        assert decode_result(LEDGER, "holding", answer) == (row.amount,)


def test_followed_live_or_read_at_once_it_is_the_same(living, indexer, mirror, rebuilt):
    choose = random.Random(3)
    for _ in range(25):
        living.live(choose.randint(1, 4))
        for _ in range(choose.randint(0, 2)):
            indexer.step()
    indexer.catch_up()
    assert digests(mirror) == rebuilt()


def test_an_indexer_goes_on_where_another_was_stopped(living, mirror, rebuilt):
    for _ in range(5):
        living.live(7)
        with Indexer(living.anvil.url, living.deployment, mirror, finality=200) as indexer:
            indexer.step()
    with Indexer(living.anvil.url, living.deployment, mirror, finality=200) as indexer:
        indexer.catch_up()
        assert not indexer.step()
    assert digests(mirror) == rebuilt()


def test_a_state_that_does_not_fit_the_memory_is_read_again(living, mirror, rebuilt, monkeypatch):
    monkeypatch.setattr("indexer.fold.MOST_ENTRIES", 10)
    with Indexer(living.anvil.url, living.deployment, mirror, finality=200) as indexer:
        for _ in range(6):
            living.live(5)
            indexer.catch_up()
    monkeypatch.undo()
    assert digests(mirror) == rebuilt()


def test_ranges_may_end_anywhere_even_before_a_contract_is_there(
    living, mirror, rebuilt, monkeypatch
):
    living.live(3)
    monkeypatch.setattr("indexer.prefetch.FIRST_BLOCKS", 1)
    monkeypatch.setattr("indexer.prefetch.MOST_BLOCKS", 1)
    with Indexer(living.anvil.url, living.deployment, mirror, finality=200) as indexer:
        indexer.catch_up()
    monkeypatch.undo()
    assert digests(mirror) == rebuilt()


def test_long_stretches_without_logs_are_passed_quickly(living, mirror, rebuilt, monkeypatch):
    monkeypatch.setattr("indexer.prefetch.SPARSE_FROM", 30)
    monkeypatch.setattr("indexer.prefetch.SPARSE_BLOCKS", 60)
    for _ in range(3):
        living.live(2)
        living.mine(400)
    ranges = []
    with Indexer(living.anvil.url, living.deployment, mirror, finality=200) as indexer:
        read = indexer._fetcher.read_sparse
        indexer._fetcher.read_sparse = lambda *asked: ranges.append(read(*asked)) or ranges[-1]
        indexer.catch_up()
    assert len(ranges) >= 3
    assert any(each.logs for each in ranges)
    assert all(len(each.blocks) < 10 for each in ranges)
    assert stands(mirror).block == stands(mirror).verified_block == living.height
    assert digests(mirror) == rebuilt()


def test_progress_is_told(living, mirror):
    living.live(3)
    told: list[Progress] = []
    with Indexer(living.anvil.url, living.deployment, mirror, 12, told.append) as indexer:
        indexer.catch_up()
    assert told[-1].block == told[-1].head_block == living.height
    assert told[-1].facts > 0


def test_blocks_are_final_once_enough_lie_on_them(living, mirror):
    living.live(20)
    with Indexer(living.anvil.url, living.deployment, mirror, finality=12) as indexer:
        indexer.catch_up()
    assert stands(mirror).final_block == living.height - 12


def test_the_later_of_two_indexers_writes_alone(living, indexer, mirror, rebuilt):
    living.live(2)
    indexer.catch_up()
    with Indexer(living.anvil.url, living.deployment, mirror, finality=200) as other:
        living.live(2)
        other.catch_up()
        living.live(1)
        for _ in range(2):
            with pytest.raises(MirrorTaken):
                indexer.catch_up()
        other.catch_up()
    assert digests(mirror) == rebuilt()


def test_one_that_lost_its_mirror_while_it_could_not_write_does_not_take_it_back(
    living, indexer, mirror, monkeypatch
):
    indexer.catch_up()
    with Indexer(living.anvil.url, living.deployment, mirror, finality=200) as other:
        other.catch_up()
        living.live(1)
        with monkeypatch.context() as patched:
            patched.setattr(mirror, "write", unavailable)
            with pytest.raises(StoreUnavailable):
                indexer.step()
        with pytest.raises(MirrorTaken):
            indexer.step()
        other.catch_up()


def test_a_database_that_comes_back_is_gone_on_with(living, indexer, mirror, rebuilt, monkeypatch):
    living.live(2)
    indexer.catch_up()
    living.live(2)
    for where in ("indexer.sync.write", "indexer.fold.write", "indexer.books.move"):
        with monkeypatch.context() as patched:
            patched.setattr(where, unavailable)
            with pytest.raises(StoreUnavailable):
                indexer.step()
    indexer.catch_up()
    assert digests(mirror) == rebuilt()


def unavailable(*_, **__):
    raise StoreUnavailable("the disk is full")


def test_a_wiped_chain_writes_nothing(living, indexer, mirror):
    living.live(4)
    indexer.catch_up()
    before = digests(mirror)
    with LocalAnvil(mining="manual") as other:
        other.mine(living.height + 5)
        with (
            Indexer(other.url, living.deployment, mirror, finality=200) as lost,
            pytest.raises(FingerprintMismatch),
        ):
            lost.step()
    assert digests(mirror) == before


def test_a_mirror_of_another_deployment_is_left_alone(living, indexer, mirror):
    indexer.catch_up()
    other = type(living).begin(living.anvil)
    with (
        Indexer(living.anvil.url, other.deployment, mirror, finality=200) as stranger,
        pytest.raises(FingerprintMismatch),
    ):
        stranger.step()


def test_a_node_that_fell_behind_is_waited_for(living, indexer, mirror, rebuilt):
    snapshot = living.anvil.rpc("evm_snapshot")
    living.live(6)
    indexer.catch_up()
    before = digests(mirror)
    living.anvil.rpc("evm_revert", snapshot)
    for _ in range(3):
        with pytest.raises(NodeBehind):
            indexer.step()
    assert digests(mirror) == before
    living.live(1)
    indexer.catch_up()
    assert digests(mirror) == rebuilt()


def test_it_runs_until_told_to_stop(living, indexer, mirror, rebuilt):
    stop = threading.Event()
    thread = threading.Thread(target=indexer.run, args=(stop, 0.01))
    thread.start()
    for _ in range(3):
        living.live(2)
        wait_until(lambda: (at := stands(mirror)) and at.block == living.height)
    stop.set()
    thread.join(30)
    assert not thread.is_alive()
    assert digests(mirror) == rebuilt()


def wait_until(true):
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_new_mirror_of_an_empty_ledger(living, indexer, mirror):
    indexer.catch_up()
    assert isinstance(mirror, Mirror)
    assert stands(mirror).block == living.height
