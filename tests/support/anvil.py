"""A real local chain of the test's own."""

from __future__ import annotations

import http.client
import json
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]
CHAIN_ID = 31337

# Keys that the whole world knows: anvil gives each of these accounts 10,000 ether.
MNEMONIC = "test test test test test test test test test test test junk"

_LISTENING = re.compile(r"^Listening on 127\.0\.0\.1:(\d+)$", re.MULTILINE)


def anvil_binary() -> Path | None:
    """The real binary: its process is the node itself, so it can be stopped and killed for sure."""
    system = {"linux": "linux", "darwin": "darwin"}.get(sys.platform, sys.platform)
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    locked = (
        ROOT / f"hardhat-local/node_modules/@foundry-rs/anvil-{system}-{machine}" / "bin" / "anvil"
    )
    if locked.exists():
        return locked
    found = shutil.which("anvil")
    return Path(found) if found else None


class LocalAnvil:
    """Anvil on a port of its own choice, as a context manager.

    `mining` is ``instant`` (a block per transaction), ``mixed`` (also an empty block every
    `block_time` seconds), ``interval`` (only those) or ``manual`` (`mine` makes the blocks).
    With `state` the chain outlives a stop and a later `start`, on the same port.
    """

    def __init__(
        self,
        *,
        mining: str = "instant",
        block_time: float = 1,
        state: Path | None = None,
        gas_limit: int | None = None,
        accounts: int = 20,
        extra: tuple[str, ...] = (),
    ) -> None:
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._log = Path(tempfile.mkdtemp(prefix="anvil-")) / "log"
        # Old states go where `close` clears them away: a killed node leaves its own behind.
        old_states = ["--cache-path", str(self._log.parent)]
        self._options = ["--accounts", str(accounts), "--mnemonic", MNEMONIC, *old_states, *extra]
        timed = ["--block-time", f"{block_time:g}"]
        self._options += {
            "instant": [],
            "mixed": ["--mixed-mining", *timed],
            "interval": timed,
            "manual": ["--no-mining"],
        }[mining]
        if state is not None:
            self._options += ["--state", str(state), "--state-interval", "1"]
        if gas_limit is not None:
            self._options += ["--gas-limit", str(gas_limit)]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> Self:
        """Start, and return when it answers. Again after `stop` or `kill`: the same port."""
        binary = anvil_binary()
        if binary is None:
            message = "anvil is not installed: run scripts/setup"
            raise RuntimeError(message)
        command = [binary, "--host", "127.0.0.1", "--port", str(self.port)]
        command += ["--chain-id", str(CHAIN_ID), "--hardfork", "prague"]
        command += ["--block-base-fee-per-gas", "0", *self._options]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        try:
            self.port = self._port_of_own_child()
        except BaseException:
            self.kill()
            raise
        return self

    def stop(self) -> None:
        """Stop as a person would: state is written."""
        self._end("terminate")

    def kill(self) -> None:
        """Stop as a power cut would."""
        self._end("kill")

    def close(self) -> None:
        self.kill()
        shutil.rmtree(self._log.parent, ignore_errors=True)

    def rpc(self, method: str, *params: Any) -> Any:
        """Make one JSON-RPC call, without any client library in between."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        try:
            connection.request("POST", "/", json.dumps(body), {"Content-Type": "application/json"})
            answer = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["result"]

    def mine(self, blocks: int = 1) -> None:
        self.rpc("anvil_mine", hex(blocks))

    def reorganise(self, depth: int) -> None:
        """Replace the last `depth` blocks by empty ones.

        A block that was empty comes back with the same hash: put a transaction into the deepest.
        """
        self.rpc("anvil_reorg", depth, [])

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    def _port_of_own_child(self) -> int:
        # Only our child writes to this log, and only after it has bound the port: no other node
        # that happens to answer there can be taken for it.
        assert self._process is not None
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if found := _LISTENING.search(self._log.read_text(errors="replace")):
                return int(found[1])
            if self._process.poll() is not None:
                break
            time.sleep(0.02)
        message = f"anvil did not start:\n{self._log.read_text(errors='replace')}"
        raise RuntimeError(message)

    def _end(self, how: str) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        getattr(process, how)()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
