"""One Anvil process: found, started on a port of its own, asked, stopped.

Anvil mines nothing by itself here and saves nothing: `lotmark.embedded` does both.
"""

from __future__ import annotations

import http.client
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from ledger.errors import NodeUnavailable
from lotmark.dependence import die_with

CHAIN_ID = 31337
START_SECONDS = 30.0
STOP_SECONDS = 20.0
STATES_KEPT = "256"
"""Old states that can be asked for, in blocks. Without a limit Anvil fills its cache folder."""

_LISTENING = re.compile(r"^Listening on 127\.0\.0\.1:(\d+)", re.MULTILINE)
_PACKAGES = Path(__file__).resolve().parents[1] / "hardhat-local" / "node_modules"


def anvil_binary() -> Path:
    """The program itself, not a script around it: its process is the node.

    Raises:
        NodeUnavailable: it is not installed.
    """
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    locked = _PACKAGES / "@foundry-rs" / f"anvil-{sys.platform}-{machine}" / "bin" / "anvil"
    if locked.exists():
        return locked
    found = shutil.which("anvil")
    if found is None:
        raise NodeUnavailable("Anvil is not installed: run scripts/setup, or set LOTMARK_RPC_URL")
    return Path(found)


class Anvil:
    """A running Anvil. The kernel ends it with the process that started it."""

    def __init__(self, log: Path, *, port: int = 0, state: Path | None = None) -> None:
        """Starts it, and returns when it answers; ``port`` 0 is a free one.

        Raises:
            NodeUnavailable: it does not start, for instance because the port is taken.
        """
        self._log = log
        command: list[str | Path] = [
            anvil_binary(), "--host", "127.0.0.1", "--port", str(port), "--color", "never",
            "--chain-id", str(CHAIN_ID), "--hardfork", "prague", "--no-mining",
            "--block-base-fee-per-gas", "0", "--prune-history", STATES_KEPT,
        ]  # fmt: skip
        if state is not None:
            command += ["--load-state", state]
        with log.open("wb") as output:
            self._process = subprocess.Popen(  # noqa: S603  # our own locked binary and arguments
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C in a terminal is for us, not for the node
                preexec_fn=partial(die_with, os.getpid(), signal.SIGKILL),  # noqa: PLW1509  # one thread
            )  # fmt: skip
        self._connection = http.client.HTTPConnection("127.0.0.1", timeout=60)
        try:
            self.port = self._connection.port = self._port_of_own_child()
            self.rpc("anvil_setLoggingEnabled", False)  # noqa: FBT003  # a line for each call fills disks
        except BaseException:
            self.kill()
            raise

    @property
    def url(self) -> str:
        """Where it answers JSON-RPC."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    def runs(self) -> bool:
        """Whether the process is there."""
        return self._process.poll() is None

    def rpc(self, method: str, *params: Any) -> Any:
        """One JSON-RPC call.

        Raises:
            NodeUnavailable: no answer, or an error.
        """
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
        try:
            self._connection.request("POST", "/", body, {"Content-Type": "application/json"})
            answer = json.loads(self._connection.getresponse().read())
        except (OSError, http.client.HTTPException, ValueError) as error:
            self._connection.close()
            raise NodeUnavailable(f"Anvil does not answer: {error}") from error
        if "error" in answer:
            raise NodeUnavailable(f"Anvil refused {method}: {answer['error']}")
        return answer["result"]

    def stop(self) -> None:
        """Ends it; nothing is saved."""
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_SECONDS)
        self.kill()

    def kill(self) -> None:
        """Ends it at once, if it runs."""
        self._process.kill()
        self._process.wait()
        self._connection.close()

    def _port_of_own_child(self) -> int:
        # Only our child writes to this log, and only after it has bound the port: no other node
        # that happens to answer there can be taken for it.
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.runs():
            if found := _LISTENING.search(self._log.read_text(errors="replace")):
                return int(found[1])
            time.sleep(0.01)
        last = self._log.read_text(errors="replace").strip().splitlines()[-1:]
        raise NodeUnavailable(f"Anvil did not start: {' '.join(last) or 'no word of why'}")
