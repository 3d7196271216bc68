"""The embedded chain keeps what it said, through stops and kills."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path
from threading import Event, Thread

import pytest

from ledger.errors import StoreUnavailable
from ledger.settings import Settings, load
from lotmark.embedded import QUIET_BLOCKS, EmbeddedChain
from lotmark.files import AlreadyRunning

pytestmark = pytest.mark.chain

RICH = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
OTHER = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load(data_dir=tmp_path)


def pay(chain: EmbeddedChain) -> str:
    return str(chain._anvil.rpc("eth_sendTransaction", {"from": RICH, "to": OTHER, "value": "0x1"}))


def head(chain: EmbeddedChain) -> tuple[int, str]:
    block = chain._anvil.rpc("eth_getBlockByNumber", "latest", False)
    return int(block["number"], 16), block["hash"]


def test_blocks_come_with_transactions_and_end_when_all_is_final(settings: Settings) -> None:
    chain = EmbeddedChain(settings)
    try:
        pay(chain)
        pay(chain)
        assert chain.step()
        assert head(chain)[0] == 1
        assert not chain.step()
        chain._empty_blocks = 1
        chain._mined -= 1
        assert chain.step()
        chain._mined -= 1
        assert not chain.step()
        assert settings.finality(31337) < QUIET_BLOCKS
    finally:
        chain.close()


def test_stopped_chain_goes_on_where_it_was(settings: Settings) -> None:
    chain = EmbeddedChain(settings)
    paid = pay(chain)
    chain.step()
    before, url = head(chain), chain.url
    assert json.loads(settings.chain_path.read_text()) == {"url": url, "pid": chain.pid}
    chain.close()
    assert not settings.chain_path.exists()
    again = EmbeddedChain(settings)
    try:
        assert head(again) == before
        assert again.url == url
        assert again._anvil.rpc("eth_getTransactionReceipt", paid)["status"] == "0x1"
    finally:
        again.close()


def test_first_block_stays_the_same_through_many_starts(settings: Settings) -> None:
    seen = set()
    for _ in range(4):
        chain = EmbeddedChain(settings)
        try:
            pay(chain)
            chain.step()
            first, second = (
                chain._anvil.rpc("eth_getBlockByNumber", hex(number), False) for number in (0, 1)
            )
            assert second["parentHash"] == first["hash"]
            seen.add(first["hash"])
            time.sleep(1.1)  # so that the next start's own block 0 differs
        finally:
            chain.close()
    assert len(seen) == 1


def test_killed_node_comes_back_with_every_block_that_was_followed(settings: Settings) -> None:
    chain = EmbeddedChain(settings)
    stop, heard = Event(), list[str]()
    for _ in range(5):
        pay(chain)
        chain.step()
    before, url, pid = head(chain), chain.url, chain.pid
    chain._empty_blocks = 0

    def kill_and_wait() -> None:
        os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + 20
        while chain.pid == pid and time.monotonic() < deadline:
            time.sleep(0.05)
        stop.set()

    # The node lives as long as the thread that started it, so the chain is run by this one.
    killer = Thread(target=kill_and_wait)
    killer.start()
    chain.run(stop, heard.append)
    killer.join()
    try:
        assert len(heard) == 1
        assert chain.pid != pid
        assert chain.url == url
        block = chain._anvil.rpc("eth_getBlockByNumber", hex(before[0]), False)
        assert block["hash"] == before[1]
    finally:
        chain.close()


def test_one_folder_has_one_chain(settings: Settings) -> None:
    chain = EmbeddedChain(settings)
    try:
        with pytest.raises(AlreadyRunning, match=str(os.getpid())):
            EmbeddedChain(settings)
    finally:
        chain.close()


def test_broken_save_is_told_of(settings: Settings) -> None:
    (settings.data_dir / "chain").mkdir()
    (settings.data_dir / "chain" / "state.json.gz").write_bytes(b"\x1f\x8b torn")
    with pytest.raises(StoreUnavailable, match=r"state\.json\.gz"):
        EmbeddedChain(settings)
