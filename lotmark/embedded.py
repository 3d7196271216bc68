"""The embedded chain: one Anvil, with blocks and saves in our hands.

Anvil's own ``--state`` writes in place at an interval: a kill in the middle tears the file, a big
chain costs a whole processor even while nothing happens, and blocks that were called final may be
gone. Here a block is mined when transactions wait, and the state is on disk before the next one: a
crash loses one block at most. When all is quiet, empty blocks follow until everything is final,
then none: a chain that nobody uses costs nothing.
"""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

from ledger.errors import NodeUnavailable, StoreUnavailable
from ledger.settings import FINALITY_ON_DEVELOPMENT_CHAINS, Settings
from lotmark.anvil import Anvil
from lotmark.files import lock, write_atomically

LOOK_SECONDS = 0.05
"""How often we look for waiting transactions; a look costs Anvil 0.06 ms."""
EMPTY_BLOCK_SECONDS = 0.5
QUIET_BLOCKS = FINALITY_ON_DEVELOPMENT_CHAINS + 1
STARTS = 5
"""Attempts to bring a dead node back before giving up."""


class EmbeddedChain:
    """The chain of one data folder. Only one process at a time may have it."""

    def __init__(self, settings: Settings) -> None:
        """Starts the node from what was saved and writes its address to ``chain.json``.

        Raises:
            AlreadyRunning: another process has this chain.
            NodeUnavailable: it does not start.
            StoreUnavailable: the saved state cannot be read.
        """
        self._settings = settings
        self._folder = settings.data_dir / "chain"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._lock = lock(self._folder / "lock", "the chain of this folder runs already")
        try:
            self._anvil = self._start(self._last_port())
        except BaseException:
            self._lock.close()
            raise
        self._empty_blocks = QUIET_BLOCKS
        self._mined = time.monotonic()

    @property
    def url(self) -> str:
        """Where it answers JSON-RPC."""
        return self._anvil.url

    @property
    def pid(self) -> int:
        """The node's process."""
        return self._anvil.pid

    def run(self, stop: Event, heard: Callable[[str], None] = print) -> None:
        """Mines and saves until told to stop; a node that died is started again.

        Raises:
            NodeUnavailable: it does not come back.
        """
        failures = 0
        while not stop.wait(LOOK_SECONDS):
            try:
                self.step()
                failures = 0
            except NodeUnavailable as error:
                failures += 1
                if failures > STARTS:
                    raise
                heard(f"{error}; starting it again")
                self._restart(stop, failures)

    def step(self) -> bool:
        """Mines a block if it is time for one, and says whether.

        Raises:
            NodeUnavailable: the node does not answer.
        """
        waiting = int(self._anvil.rpc("txpool_status")["pending"], 16)
        quiet = time.monotonic() - self._mined
        if not waiting and not (self._empty_blocks and quiet >= EMPTY_BLOCK_SECONDS):
            return False
        self._anvil.rpc("evm_mine")
        self._mined = time.monotonic()
        self._empty_blocks = QUIET_BLOCKS if waiting else self._empty_blocks - 1
        if waiting or not self._empty_blocks:
            self.save()
        return True

    def save(self) -> None:
        """Puts the chain on disk, whole or not at all.

        Raises:
            NodeUnavailable: the node does not answer.
        """
        packed = bytes.fromhex(self._anvil.rpc("anvil_dumpState").removeprefix("0x"))
        write_atomically(self._folder / "state.json.gz", packed)

    def close(self) -> None:
        """Saves and stops."""
        self._settings.chain_path.unlink(missing_ok=True)
        if self._anvil.runs():
            self.save()
            self._anvil.stop()
        self._lock.close()

    def _restart(self, stop: Event, failures: int) -> None:
        self._anvil.kill()
        stop.wait(0.2 * (failures - 1))
        try:
            self._anvil = self._start(self._anvil.port)
        except NodeUnavailable:
            if failures >= STARTS:
                raise
        self._empty_blocks = QUIET_BLOCKS

    def _start(self, port: int) -> Anvil:
        state = self._unpacked()
        log = self._folder / "anvil.log"
        try:
            anvil = Anvil(log, port=port, state=state)
        except NodeUnavailable:
            if not port:
                raise
            anvil = Anvil(log, state=state)  # another program has taken our port meanwhile
        if state is not None:
            state.unlink()
        address = {"url": anvil.url, "pid": anvil.pid}
        write_atomically(self._folder / "port", str(anvil.port).encode())
        write_atomically(self._settings.chain_path, json.dumps(address).encode())
        return anvil

    def _unpacked(self) -> Path | None:
        saved, unpacked = self._folder / "state.json.gz", self._folder / "loading.json"
        if not saved.exists():
            return None
        try:
            unpacked.write_text(json.dumps(_with_one_genesis(json.loads(_read(saved)))))
        except (OSError, EOFError, ValueError, LookupError, TypeError) as error:
            raise StoreUnavailable(f"the saved chain {saved} cannot be read: {error}") from error
        return unpacked

    def _last_port(self) -> int:
        """The port of last time, so that who knows the address still finds the chain there."""
        try:
            return int((self._folder / "port").read_text())
        except (OSError, ValueError):
            return 0


def _read(saved: Path) -> bytes:
    return gzip.decompress(saved.read_bytes())


def _with_one_genesis(state: dict[str, Any]) -> dict[str, Any]:
    """A dump without the genesis blocks of later starts.

    Anvil makes a block 0 at every start, keeps it beside the one it loads, and after the next load
    answers with any of them. The first start's is the oldest; block 1 stands on that.
    """
    headers = [
        block["header"] for block in state["blocks"] if int(block["header"]["number"], 16) == 0
    ]
    first = min((int(header["timestamp"], 16) for header in headers), default=0)
    kept = [
        block
        for block in state["blocks"]
        if int(block["header"]["number"], 16) or int(block["header"]["timestamp"], 16) == first
    ]
    return state | {"blocks": kept}
