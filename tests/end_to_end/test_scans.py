"""Scans of a service at work: stored when it is told to stop, whole when it is killed."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from tests.end_to_end.programs import alive, answer_of, lotmark, running, wait_for
from tests.end_to_end.test_commands import LOT, MADE, MILL, PRODUCT

pytestmark = [pytest.mark.end_to_end, pytest.mark.chain]
PAGE = f"/01/{LOT.replace('/', '/10/')}"


def get(url: str, agent: str) -> Any:
    asked = Request(url, headers={"User-Agent": agent, "Accept": "application/json"})
    with urlopen(asked, timeout=30) as answer:
        return json.loads(answer.read())


def look(url: str, agents: Iterable[str]) -> int:
    """Devices, four at a time, look at the lot; how many were answered."""

    def one(agent: str) -> int:
        with suppress(OSError):
            return int(get(url + PAGE, agent)["verdict"]["verdict"] == "registered")
        return 0

    with ThreadPoolExecutor(4) as devices:
        return sum(devices.map(one, agents))


def stored(data: Path) -> int:
    with closing(sqlite3.connect(data / "records.db")) as connection:
        return int(connection.execute("SELECT count(*) FROM scan_details").fetchone()[0])


def anchored(data: Path) -> int:
    with closing(sqlite3.connect(data / "mirror.db")) as connection:
        query = "SELECT count(*) FROM mirror_root_anchored"
        return int(connection.execute(query).fetchone()[0])


def test_what_was_counted_is_stored_and_proven(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with running("up", "--port", 0, "--json", data=data) as process:
        told = answer_of(process)
        url, serve = told["url"], told["workers"]["serve"]
        lotmark("org", "create", MILL, "--name", "Mill", "--prefix", MILL[:7], data=data)
        for act in (PRODUCT, MADE):
            lotmark("act", "--org", MILL, json.dumps(act), "--wait", data=data)

        assert look(url, (f"first {n}" for n in range(50))) == 50
        wait_for(lambda: stored(data) == 50)
        # killed in the middle: only what was still in memory is lost
        answered = look_and_kill(url, serve)
        assert 50 <= stored(data) <= 50 + answered
        assert lotmark("scans", "verify", data=data)["faults"] == []
        before = stored(data)

        wait_for(lambda: look(url, ["again"]))
        wait_for(lambda: stored(data) > before)
        lotmark("jobs", "--once", "anchor-scans", data=data)
        wait_for(lambda: anchored(data))
        proof = lotmark("scans", "proof", 1, data=data)
        assert (proof["seq"], proof["organisation"]["gln"]) == (1, MILL)
        assert lotmark("scans", "verify", data=data)["anchors"] == 1
        before = stored(data)
        assert look(url, (f"last {n}" for n in range(60))) == 60
    # told to stop: everything that was answered is stored
    assert stored(data) == before + 60
    assert lotmark("scans", "verify", data=data)["faults"] == []
    altered(data, before)


def look_and_kill(url: str, pid: int) -> int:
    with ThreadPoolExecutor(1) as street:
        looking = street.submit(look, url, [f"second {n}" for n in range(60)])
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not alive(pid))
        return looking.result()


def altered(data: Path, seq: int) -> None:
    """Who deletes an entry is found, with its place."""
    with closing(sqlite3.connect(data / "records.db")) as connection, connection:
        for table in ("scan_details", "scan_log"):
            connection.execute(f"DELETE FROM {table} WHERE seq = ?", (seq,))
    told = lotmark("scans", "verify", data=data, code=1)
    assert told["faults"][0] == {"seq": seq, "kind": "entry_missing"}
