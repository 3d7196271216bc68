"""The process group: restarts what crashes, stops everything, leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

from ledger.errors import SettingInvalid
from lotmark.group import Group, Worker

pytestmark = pytest.mark.chain

ROOT = Path(__file__).resolve().parents[2]


def wait_for(condition: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came to pass"
        time.sleep(0.05)


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"  # ended, and only not yet noted by its parent


def address(folder: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / "chain.json").read_text())
    return found


def chain_worker(folder: Path) -> Worker:
    return Worker("chain", ("chain", "--data", str(folder)))


def test_crashed_worker_is_started_again_and_all_stop_in_the_end(tmp_path: Path) -> None:
    heard: list[str] = []
    with Group(tmp_path / "logs", heard.append) as group:
        group.start(chain_worker(tmp_path))
        wait_for((tmp_path / "chain.json").exists)
        first, node = group.processes()["chain"], int(str(address(tmp_path)["pid"]))
        os.kill(first, signal.SIGKILL)
        wait_for(lambda: not alive(node))
        group.run(Event(), lambda: address(tmp_path)["pid"] != node)
        second, node = group.processes()["chain"], int(str(address(tmp_path)["pid"]))
        assert second != first
        assert "signal 9" in heard[0]
    assert not alive(second)
    assert not alive(node)
    assert not (tmp_path / "chain.json").exists()


def test_worker_that_cannot_run_stops_the_group_with_its_own_words(tmp_path: Path) -> None:
    with Group(tmp_path / "logs", lambda _: None) as group:
        group.start(Worker("fly", ("fly",)))
        with pytest.raises(SettingInvalid, match="fly cannot run"):
            group.run(Event())


def test_crash_at_once_is_retried_with_growing_pauses(tmp_path: Path) -> None:
    heard: list[str] = []
    (tmp_path / "chain").mkdir()
    (tmp_path / "chain" / "state.json.gz").write_bytes(b"torn")
    with Group(tmp_path / "logs", heard.append) as group:
        group.start(chain_worker(tmp_path))
        group.run(Event(), lambda: len(heard) >= 2)
    assert "exit code 3" in heard[0]
    assert "in 0.2 s" in heard[0]
    assert "in 0.4 s" in heard[1]


def test_nothing_outlives_a_group_that_is_killed(tmp_path: Path) -> None:
    program = (
        "import sys, threading; from pathlib import Path; from lotmark.group import Group, Worker\n"
        "with Group(Path(sys.argv[1]) / 'logs', print) as group:\n"
        "    group.start(Worker('chain', ('chain', '--data', sys.argv[1])))\n"
        "    group.run(threading.Event())\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], cwd=ROOT)
    try:
        wait_for((tmp_path / "chain.json").exists)
        node = int(str(address(tmp_path)["pid"]))
        worker = int((tmp_path / "chain" / "lock").read_text())
        assert alive(worker)
        parent.kill()
        wait_for(lambda: not alive(worker) and not alive(node))
    finally:
        parent.kill()
        parent.wait()
